"""The three jobs of an import: check (writes no row of anybody), import, undo.

Each goes through the rows in chunks. A chunk is one transaction: what the target writes, what is
remembered of it, and how far the job is. So a killed worker leaves whole chunks and repeats none.
A chunk is as large as the database does in the seconds of its pace: SQLite has one writer, and
people wait.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import bulk
from foundation.accounts.models import User
from foundation.clockwork import jobs
from foundation.clockwork.models import Job
from foundation.sheets import staging, targets
from foundation.sheets.choices import Stage, named
from foundation.sheets.models import Import, ImportedRow, RowKey, RowProblem, Turn
from foundation.sheets.targets import Checked, Context, Outcome, Problem, Written


@dataclass(frozen=True)
class Pace:
    """How long a chunk may take, and its rows at least, at first and at most."""

    seconds: float
    least: int
    first: int
    most: int


PACES = {"sqlite": Pace(0.1, 10, 50, 2000)}
PACE_ELSEWHERE = Pace(2.0, 250, 500, 2000)
TRIES = 4
# More are counted, not listed: nobody corrects them one by one.
MOST_PROBLEMS = 10_000
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
KINDS = {Stage.CHECK: "import.check", Stage.IMPORT: "import", Stage.UNDO: "import.undo"}


def check(job: Job, enough: jobs.Enough) -> bool:
    """Judge every row; remember what is wrong and what tells a row from others."""
    run = run_of(job)
    if not job.place.get("staged"):
        _begin_anew(job, run)
    return _through(job, run, enough, _check_chunk)


def bring_in(job: Job, enough: jobs.Enough) -> bool:
    """Write every row that is good."""
    run = run_of(job)
    return _through(job, run, enough, _import_chunk) and _tidy(RowKey, run, enough)


def undo(job: Job, enough: jobs.Enough) -> bool:
    """Take back what was written, the last first."""
    run = run_of(job)
    while True:
        size, began = job.place.get("size", pace().first), time.monotonic()
        if not _repeatedly(job, _undo_chunk, job, run, size):
            return True
        _fit(job, size, time.monotonic() - began)
        if enough():
            return False


def run_of(job: Job) -> Import:
    """The import of a job, while its owner may still do it."""
    run = Import.objects.select_related("owner").filter(pk=job.params["import"]).first()
    owner = User.objects.filter(pk=job.owner_id, is_active=True).first()
    if run is None or owner is None or not run.goal.may(owner):
        raise ValidationError(_("You may no longer import this. Ask who gives out permissions."))
    if run.purged_at and job.kind != KINDS[Stage.UNDO]:
        raise ValidationError(_("This sheet was removed after a month. Choose it again."))
    run.owner = owner
    return run


def _begin_anew(job: Job, run: Import) -> None:
    for model in (RowKey, RowProblem):
        _tidy(model, run, lambda: False)
    job.total = None
    if not run.staged.exists():
        staging.stage(run.source, run.staged, lambda count: jobs.keep(job, done=0, read=count))
    with run.staged.open("rb") as lines:
        job.total = sum(1 for _line in lines)
    if not job.total:
        raise ValidationError(_("There are no rows below the headings. Fill them in."))
    jobs.keep(job, done=0, staged=True, offset=0)


def _through(job: Job, run: Import, enough: jobs.Enough, chunk) -> bool:
    while True:
        size = job.place.get("size", pace().first)
        lines, offset = staging.read(run.staged, job.place.get("offset", 0), size)
        if not lines:
            return True
        parsed = [_parsed(run, line) for line in lines]
        began = time.monotonic()
        _repeatedly(job, chunk, job, run, parsed, offset)
        _fit(job, size, time.monotonic() - began)
        if enough():
            return False


def _repeatedly(job: Job, chunk, *facts):
    """One chunk in its transaction. Where somebody recorded the same meanwhile: look again."""
    before = job.done, job.place, job.result
    for tries in range(TRIES):
        try:
            with transaction.atomic():
                _take_turn()
                return chunk(*facts)
        except IntegrityError:
            job.done, job.place, job.result = before
            if tries == TRIES - 1:
                raise


def _take_turn() -> None:
    if not Turn.objects.select_for_update().filter(pk=1).exists():
        Turn.objects.get_or_create(pk=1)
        Turn.objects.select_for_update().get(pk=1)


def pace() -> Pace:
    return PACES.get(connection.vendor, PACE_ELSEWHERE)


def _fit(job: Job, size: int, took: float) -> None:
    """The size of the next chunk; kept with it."""
    own = pace()
    fitting = int(size * min(2.0, own.seconds / max(took, 0.001)))
    job.place = {**job.place, "size": max(own.least, min(own.most, fitting))}


Parsed = tuple[staging.Line, targets.Row, list[Problem]]


def _parsed(run: Import, line: staging.Line) -> Parsed:
    cells = {
        name: line.cells[at].strip()
        for name, at in run.mapping.items()
        if at < len(line.cells) and line.cells[at]
    }
    broken = [name for name, text in cells.items() if text in ERRORS]
    row, problems = targets.parsed(run.goal, line.number, cells)
    if broken:
        problems = [one for one in problems if one.column not in broken]
        words = _("The formula in this cell fails. Correct it or write the value.")
        problems += [Problem(name, words) for name in broken]
    return line, row, problems


def judge(run: Import, parsed: Sequence[Parsed], stage: str) -> list[Checked]:
    """What becomes of each row. Reads, and in the check remembers what tells a row from others."""
    judged = {row.number: row.wrong(problems) for _line, row, problems in parsed if problems}
    rest = [row for _line, row, problems in parsed if not problems]
    for number, first in _repeats(run, rest, stage).items():
        words = _("This repeats row %(number)s. Delete one of them.") % {"number": first}
        judged[number] = targets.Row(number, {}).bad("", words)
    rest = [row for row in rest if row.number not in judged]
    if rest:
        context = Context(by=run.owner, at=timezone.now())
        judged |= {one.row.number: one for one in run.goal.check(rest, context)}
    return [judged[row.number] for _line, row, _problems in parsed]


def _repeats(run: Import, rows: Sequence[targets.Row], stage: str) -> dict[int, int]:
    """{row: the earlier row that it repeats}."""
    keys = {row.number: {_key(one) for one in run.goal.identities(row)} for row in rows}
    every = [key for some in keys.values() for key in some]
    known = RowKey.objects.filter(run=run, key__in=every)
    first = dict(known.values_list("key", "number"))
    repeats, new = {}, []
    for number, some in keys.items():
        if earlier := {first[key] for key in some if first.get(key, number) != number}:
            repeats[number] = min(earlier)
            continue
        new += [RowKey(run=run, number=number, key=key) for key in some if key not in first]
        first |= dict.fromkeys(some, number)
    if stage == Stage.CHECK:
        bulk.insert(new)
    return repeats


def _key(identity: Any) -> int:
    digest = hashlib.blake2b(repr(identity).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _check_chunk(job: Job, run: Import, parsed: Sequence[Parsed], offset: int) -> None:
    judged = judge(run, parsed, Stage.CHECK)
    _note(job, run, Stage.CHECK, parsed, judged)
    jobs.keep(job, done=job.done + len(parsed), offset=offset)


def _import_chunk(job: Job, run: Import, parsed: Sequence[Parsed], offset: int) -> None:
    judged = judge(run, parsed, Stage.IMPORT)
    if not run.updates:
        for one in judged:
            if one.outcome == Outcome.CHANGED:
                one.outcome = Outcome.SAME
    wanted = [one for one in judged if one.outcome in (Outcome.NEW, Outcome.CHANGED)]
    written = run.goal.write(wanted, by=run.owner, at=timezone.now()) if wanted else []
    bulk.insert(
        ImportedRow(
            run=run,
            number=one.number,
            object_id=one.pk,
            is_new=one.is_new,
            before=one.before,
            after=one.after,
        )
        for one in written
    )
    _note(job, run, Stage.IMPORT, parsed, judged)
    jobs.keep(job, done=job.done + len(parsed), offset=offset)


def _note(job, run, stage, parsed: Sequence[Parsed], judged: Sequence[Checked]) -> None:
    """Add to the counts and list what is wrong."""
    counts = Counter(job.result)
    listed = counts["bad"]
    counts.update(str(one.outcome) for one in judged)
    # A new dict: where the transaction is taken back, the job keeps the old one.
    job.result = dict(counts)
    if listed >= MOST_PROBLEMS:
        return
    places = {line.number: line.place for line, _row, _problems in parsed}
    bulk.insert(
        RowProblem(
            run=run,
            stage=stage,
            number=one.row.number,
            column=problem.column,
            words=problem.words[:500],
            place=places[one.row.number],
        )
        for one in judged
        for problem in one.problems
    )


def _undo_chunk(job: Job, run: Import, size: int) -> bool:
    rows = run.rows.order_by("-number")
    if "last" in job.place:
        rows = rows.filter(number__lt=job.place["last"])
    rows = list(rows[:size])
    if not rows:
        return False
    written = [
        Written(row.number, row.object_id, row.is_new, row.before, row.after) for row in rows
    ]
    kept = run.goal.undo(written, by=run.owner, at=timezone.now())
    stay = {one.number for one in kept}
    ImportedRow.objects.filter(pk__in=[row.pk for row in rows if row.number not in stay]).delete()
    bulk.insert(
        RowProblem(
            run=run,
            stage=Stage.UNDO,
            number=one.number,
            words=named(one.label[:200], one.reason)[:500],
        )
        for one in kept
    )
    counts = Counter(job.result)
    counts.update(undone=len(rows) - len(kept), kept=len(kept))
    job.result = dict(counts)
    jobs.keep(job, done=job.done + len(rows), last=rows[-1].number)
    return True


def _tidy(model, run: Import, enough: jobs.Enough, most: int = 2000) -> bool:
    """Remove the run's rows of a table a few at a time, so that nobody waits for it."""
    while pks := list(model.objects.filter(run=run).values_list("pk", flat=True)[:most]):
        model.objects.filter(pk__in=pks).delete()
        if enough():
            return False
    return True


WORKS = {Stage.CHECK: check, Stage.IMPORT: bring_in, Stage.UNDO: undo}
