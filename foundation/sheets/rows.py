"""What became of the rows: counts, bad rows, and what to do next."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from foundation.clockwork.choices import JobState
from foundation.clockwork.models import Job
from foundation.sheets import staging
from foundation.sheets.cells import safe
from foundation.sheets.choices import named
from foundation.sheets.imports import stage_of
from foundation.sheets.models import Import, RowProblem
from foundation.sheets.running import KINDS, MOST_PROBLEMS

SHOWN = 20
PIECE = 500


def result(job: Job, request: HttpRequest) -> dict[str, Any] | None:
    """For the page of an import's job: counts, the first bad rows, and the next verb."""
    if job.kind not in KINDS.values():
        return None
    found = Import.objects.visible_to(request.user).filter(pk=job.params.get("import"))
    run = found.select_related("check_job", "import_job", "undo_job").first()
    if run is None or not run.goal.may(request.user):
        return None
    stage, (step, latest) = stage_of(job), run.step
    counts = {"new": 0, "changed": 0, "same": 0, "bad": 0} | job.result
    return {
        "run": run,
        "job": job,
        "stage": str(stage),
        "step": step,
        "is_latest": latest is not None and latest.pk == job.pk,
        "is_done": job.state == JobState.DONE,
        "counts": counts,
        "good": counts["new"] + (counts["changed"] if run.updates else 0),
        "problems": first_problems(run, stage),
        "most": MOST_PROBLEMS,
        "can_undo": run.goal.can_undo and run.import_job and not run.undo_job,
        "list": _address(run.goal.list_view),
    }


def _address(view: str) -> str:
    try:
        return reverse(f"admin:{view}") if view else ""
    except NoReverseMatch:
        return ""


def first_problems(run: Import, stage: str) -> list[dict[str, Any]]:
    """The first problems, the column as the sheet calls it."""
    return [
        {"number": one.number, "column": heading(run, one.column), "words": one.words}
        for one in run.problems.filter(stage=stage)[:SHOWN]
    ]


def heading(run: Import, column: str) -> str:
    """What the sheet calls the column, else what we call it."""
    at = run.mapping.get(column)
    if at is not None and at < len(run.headings):
        return run.headings[at]
    known = run.goal.by_name.get(column)
    return str(known.label) if known else ""


def bad_rows(run: Import, stage: str) -> Iterator[list[str]]:
    """The rows of a sheet that are bad, as they came, each with its number and what to do."""
    width = len(run.headings)
    yield [*(safe(one) for one in run.headings), _("row"), _("what to correct")]
    rows = run.problems.filter(stage=stage).iterator(chunk_size=PIECE)
    piece: list[tuple[int, list[RowProblem]]] = []
    for number, problems in groupby(rows, key=lambda one: one.number):
        piece.append((number, list(problems)))
        if len(piece) == PIECE:
            yield from _written(run, piece, width)
            piece = []
    yield from _written(run, piece, width)


def _written(run: Import, piece, width: int) -> Iterator[list[str]]:
    places = [problems[0].place for _number, problems in piece]
    cells = staging.line_at(run.staged, places) if run.staged.exists() else [[] for _one in piece]
    for (number, problems), row in zip(piece, cells, strict=True):
        words = "; ".join(
            named(heading(run, one.column), one.words) if one.column else one.words
            for one in problems
        )
        row = [safe(cell) for cell in row[:width]]
        yield [*row, *[""] * (width - len(row)), str(number), safe(words)]
