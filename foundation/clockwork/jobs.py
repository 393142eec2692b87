"""Long work: a row with progress, done in slices of at most twenty seconds by the worker.

    jobs.register("import", work)                       # from ready()
    job = jobs.start("import", title=…, params={…}, owner=user)

`work(job, enough)` does pieces until the end (returns True) or until `enough()` (returns False;
it is called again). A piece and the job's `place` are kept in one transaction with `keep`, so that
a killed worker repeats at most one piece, and that piece left nothing behind.
"""

import logging
import time
import zoneinfo
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.clockwork.choices import JobState
from foundation.clockwork.claims import claim
from foundation.clockwork.models import Job

SLICE = 20.0
MOST_FAILURES = 3
PAUSE = timedelta(minutes=1)
logger = logging.getLogger(__name__)

Enough = Callable[[], bool]
Work = Callable[[Job, Enough], bool]
_works: dict[str, Work] = {}


class Stopped(Exception):
    """Somebody stopped the job; the piece in hand is taken back."""


def register(kind: str, work: Work) -> None:
    _works[kind] = work


def start(
    kind: str,
    *,
    title: str,
    params: dict,
    owner: User | None,
    total: int | None = None,
    at: datetime | None = None,
) -> Job:
    """Ask for a job and nudge the worker. It speaks the language and zone of who asked."""
    at = at or timezone.now()
    job = Job.objects.create(
        kind=kind,
        title=title[:200],
        params=params,
        owner=owner,
        total=total,
        language=get_language() or "en",
        zone=timezone.get_current_timezone_name(),
        due_at=at,
        created_at=at,
    )
    nudge(job.pk)
    return job


def nudge(pk: int) -> None:
    """Ask the worker to go on with it as soon as what is written here is there for all."""
    from django_q.tasks import async_task

    transaction.on_commit(lambda: async_task("foundation.clockwork.tasks.run_job", pk))


def keep(job: Job, *, done: int, **place) -> None:
    """Note how far it is; call it inside the piece's transaction. Raises Stopped."""
    job.done, job.place, job.attempts = done, {**job.place, **place}, 0
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, claimed_at=job.claimed_at)
    kept = held.update(done=done, place=job.place, total=job.total, result=job.result, attempts=0)
    if not kept:
        raise Stopped


def stop(job: Job, *, at: datetime | None = None) -> bool:
    """Stop it after the piece in hand; what was done stays. False where it had ended."""
    return bool(
        Job.objects.filter(pk=job.pk)
        .unfinished()
        .update(state=JobState.STOPPED, ended_at=at or timezone.now())
    )


def run(pk: int, *, at: datetime | None = None, seconds: float = SLICE) -> Job | None:
    """Work one slice of the job; None where it has ended, is not due or another worker has it."""
    at = at or timezone.now()
    claimed = claim(Job.objects.filter(pk=pk).unfinished(), at=at, limit=1)
    if not claimed:
        return None
    job = claimed[0]
    end = time.monotonic() + seconds
    Job.objects.filter(pk=pk).unfinished().update(
        state=JobState.RUNNING, started_at=job.started_at or at
    )
    job.state = JobState.RUNNING
    if job.attempts > MOST_FAILURES:
        # Whatever works on it dies before the first piece is kept, and would again.
        _give_up(job)
        job.refresh_from_db()
        return job
    try:
        with override(job.language), timezone.override(zoneinfo.ZoneInfo(job.zone)):
            finished = _works[job.kind](job, lambda: time.monotonic() >= end)
    except Stopped:
        pass
    except ValidationError as error:
        _fail(job, " ".join(error.messages))
    except Exception:
        logger.exception("job failed: %s %s", job.kind, pk)
        _fail_or_wait(job, at)
    else:
        _end(job) if finished else _go_on(job, at)
    job.refresh_from_db()
    return job


def _mine(job: Job):
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, claimed_at=job.claimed_at)


def _end(job: Job) -> None:
    _mine(job).update(
        state=JobState.DONE,
        ended_at=timezone.now(),
        done=job.done,
        total=job.total,
        result=job.result,
        claimed_at=None,
    )


def _fail(job: Job, words: str) -> None:
    _mine(job).update(
        state=JobState.FAILED, ended_at=timezone.now(), error=words[:500], claimed_at=None
    )


def _fail_or_wait(job: Job, at: datetime) -> None:
    """What went wrong by chance is tried again from where it stood, three times."""
    if job.attempts >= MOST_FAILURES:
        _give_up(job)
        return
    _mine(job).update(state=JobState.WAITING, due_at=at + PAUSE, claimed_at=None)


def _give_up(job: Job) -> None:
    with override(job.language):
        words = _("It stopped at an unexpected error. What was done until then is kept.")
    _fail(job, words)


def _go_on(job: Job, at: datetime) -> None:
    with transaction.atomic():
        if _mine(job).update(state=JobState.WAITING, claimed_at=None, attempts=0):
            nudge(job.pk)


def sweep(at: datetime) -> int:
    """Nudge what should be running and is not: its worker died, or its pause is over."""
    from foundation.clockwork.claims import LEASE

    due = Job.objects.unfinished().filter(due_at__lte=at)
    idle = due.filter(claimed_at__isnull=True, created_at__lt=at - PAUSE)
    lost = due.filter(claimed_at__lt=at - LEASE)
    found = list((idle | lost).values_list("pk", flat=True)[:20])
    for pk in found:
        nudge(pk)
    return len(found)
