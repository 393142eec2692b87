"""Taking rows out as a file: a job writes it, its owner downloads it, a sweep removes it.

    exports.register("tickets", source)                       # from ready()
    job = exports.start("tickets", query={…}, kind="xlsx", title=…, name="tickets", by=user)

A source opens a table for a reader. It is asked again at every slice and at the download whether
that reader may have it, and the reader's rights must be the same all along: a file written with
other rights than its owner has now is given to nobody.
"""

import hashlib
import json
import logging
import re
import secrets
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.clockwork import jobs
from foundation.clockwork.choices import JobState
from foundation.clockwork.models import Job
from foundation.sheets import writers

KIND = "export"
# Days a file can be downloaded; then it is made again.
KEPT = timedelta(days=7)
# Pieces of a file that nobody has gone on with for so long are left behind by a dead job.
FORSAKEN = timedelta(hours=6)
logger = logging.getLogger(__name__)


class Rows(Protocol):
    """What is written: see `tables.Table`."""

    def heads(self) -> list[writers.Head]: ...
    def count(self) -> int: ...
    def chunks(self, after: int = 0) -> Iterator[tuple[int, list[Sequence]]]: ...


@dataclass(frozen=True)
class Source:
    """`may(user, query)` asks for the right; `open(user, query, at)` gives the rows, and raises
    ValidationError where the query cannot be read any more."""

    may: Callable[[User, dict], bool]
    open: Callable[[User, dict, datetime], Rows]


_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    _sources[name] = source


def start(
    source: str,
    *,
    query: dict[str, Any],
    kind: str,
    title: str,
    name: str,
    by: User,
    at: datetime | None = None,
) -> Job:
    """Ask for a file of this kind ("csv", "xlsx"); `name` is what it is called without its end."""
    if kind not in writers.FORMATS:
        raise ValidationError(_("Choose CSV or XLSX."))
    at = at or timezone.now()
    day = timezone.localtime(at).strftime("%Y-%m-%d")
    params = {"source": source, "query": query, "kind": kind, "name": f"{name}-{day}.{kind}"}
    # Who took data out, never which data.
    logger.info("export of %s asked for by user %s", source, by.pk)
    return jobs.start(KIND, title=title, params=params, owner=by, at=at)


def work(job: Job, enough: jobs.Enough) -> bool:
    """A slice of the writing; the job's language and zone are set."""
    user = User.objects.filter(pk=job.owner_id).first()
    if reason := refusal(job, user, job.place.get("rights")):
        raise ValidationError(reason)
    if not job.place.get("key"):
        jobs.keep(job, done=0, key=secrets.token_hex(16), rights=rights_of(user), after=0)
    path = place(job)
    if not path.exists():
        rows = _sources[job.params["source"]].open(user, job.params["query"], job.created_at)
        if not _write(job, path, rows, enough):
            return False
    job.result = {"size": path.stat().st_size, "rows": job.done}
    job.total = job.done
    return True


def _write(job: Job, path: Path, rows: Rows, enough: jobs.Enough) -> bool:
    """Go on from the kept place; True when the file is there."""
    if job.total is None:
        job.total = rows.count()
    zone = zoneinfo.ZoneInfo(job.zone)
    kind, heads = job.params["kind"], rows.heads()
    try:
        pieces = writers.pieces(kind, path, heads, zone=zone, place=job.place.get("written"))
    except writers.Lost:
        jobs.keep(job, done=0, after=0, written=None)
        pieces = writers.pieces(kind, path, heads, zone=zone)
    try:
        for last, columns in rows.chunks(job.place["after"]):
            pieces.write(columns)
            jobs.keep(job, done=pieces.rows, after=last, written=pieces.place)
            if enough():
                return False
        pieces.finish(job.title)
        return True
    finally:
        pieces.close()


def refusal(job: Job, user: User | None, rights: str | None = None) -> str:
    """Why this person gets nothing of the job, in their words; "" where they do."""
    source = _sources.get(job.params.get("source"))
    if (
        source is None
        or user is None
        or not user.is_active
        or user.pk != job.owner_id
        or not source.may(user, job.params["query"])
    ):
        return _("You may no longer take these data out. Ask who gives out permissions.")
    if rights and rights != rights_of(user):
        return _("Your permissions changed since this was asked for. Export again.")
    return ""


def rights_of(user: User) -> str:
    """What this person sees, as one word to compare."""
    seen = {
        "sees": sorted(user.scopes),
        "personal": sorted(user.personal),
        "department": user.department_id,
        "verbs": {verb: sorted(scopes) for verb, scopes in sorted(user.matrix.items())},
    }
    return hashlib.sha256(json.dumps(seen, default=str).encode()).hexdigest()[:32]


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "exports"


def place(job: Job) -> Path:
    """Where the job's file is or will be; its name cannot be guessed."""
    return folder() / f"{job.place['key']}.{job.params['kind']}"


def file_of(job: Job) -> Path | None:
    """The finished file, or None where there is none or it has been removed."""
    if job.kind != KIND or job.state != JobState.DONE or not job.place.get("key"):
        return None
    path = place(job)
    return path if path.exists() else None


def until(job: Job) -> datetime:
    return (job.ended_at or job.created_at) + KEPT


def sweep(at: datetime) -> int:
    """Remove files past their time, and pieces that no job goes on with."""
    removed = 0
    if not folder().exists():
        return removed
    for path in folder().iterdir():
        age = at.timestamp() - path.stat().st_mtime
        kept = FORSAKEN if path.suffix == ".part" else KEPT
        if age > kept.total_seconds():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def file_name(title: str) -> str:
    """A title as part of a file's name."""
    return re.sub(r"[^\w.-]+", "-", title).strip("-.")[:60] or "export"


def result(job: Job, request) -> dict | None:
    """For the job's page: the file, for whom it is."""
    if job.kind != KIND or job.state != JobState.DONE:
        return None
    is_mine = job.owner_id == request.user.pk
    reason = refusal(job, request.user, job.place.get("rights")) if is_mine else ""
    return {
        "job": job,
        "is_mine": is_mine,
        "refusal": reason,
        "is_there": file_of(job) is not None,
        "until": until(job),
        "name": job.params["name"],
        "size": job.result.get("size", 0),
        "rows": job.result.get("rows", 0),
    }
