"""The verbs of an import: bring a sheet, settle its columns, check, import, stop, go on, undo.

All raise PermissionDenied without `imports.run` and the target's own verb, and ValidationError for
what a person can mend. Each does nothing twice.
"""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.clockwork import jobs
from foundation.clockwork.choices import JobState
from foundation.clockwork.models import Job
from foundation.files.rules import clean_name
from foundation.sheets import mapping, reading, staging, targets
from foundation.sheets.choices import Stage, named
from foundation.sheets.models import Import, RowKey, RowProblem, folder
from foundation.sheets.running import KINDS

# The sheet and its bad rows hold personal data; what undo needs stays.
KEPT = timedelta(days=30)
FIELDS = {Stage.CHECK: "check_job", Stage.IMPORT: "import_job", Stage.UNDO: "undo_job"}
logger = logging.getLogger(__name__)


def _require(target: targets.Target, by: User) -> None:
    if not target.may(by):
        raise PermissionDenied(_("Your role does not allow this. Ask a supervisor."))


def bring(target: targets.Target, upload: File, *, by: User, at: datetime | None = None) -> Import:
    """Keep a sheet and read its headings. Nothing is kept of one that cannot be read."""
    _require(target, by)
    reading.check_size(upload.size)
    run = Import(
        target=target.key,
        name=clean_name(upload.name or ""),
        size=upload.size,
        owner=by,
        created_at=at or timezone.now(),
    )
    try:
        run.sha256 = staging.keep(upload, run.source)
        with run.source.open("rb") as sheet:
            head = reading.head(sheet)
        run.headings, run.sheets = head.headings, head.sheets[:20]
        run.shown = [[cell[:80] for cell in cells] for _number, cells in head.rows]
        run.mapping = mapping.proposed(target, head.headings)
        run.save()
    except BaseException:
        run.source.unlink(missing_ok=True)
        raise
    return run


def before(run: Import) -> Import | None:
    """The import that brought the same file in already."""
    same = Import.objects.filter(target=run.target, sha256=run.sha256, import_job__isnull=False)
    return same.filter(undo_job=None).exclude(pk=run.pk).order_by("-pk").first()


@transaction.atomic
def settle(
    run: Import, *, columns: dict[str, int], updates: bool, by: User, at: datetime | None = None
) -> Job:
    """Which column is which, and what to do with rows that exist: then the check begins."""
    run = _locked(run, by)
    if run.import_job_id:
        raise ValidationError(_("This sheet has been imported. Choose it again to import it anew."))
    if run.check_job and run.check_job.is_unfinished:
        return run.check_job
    _refuse_mapping(run, columns)
    run.mapping = columns
    run.updates = updates and run.goal.can_update
    mapping.remember(run.goal, run.headings, columns)
    return _start(run, Stage.CHECK, by, at)


def _refuse_mapping(run: Import, columns: dict[str, int]) -> None:
    target = run.goal
    errors: dict[str, str] = {}
    for name, at in columns.items():
        if name not in target.by_name or not 0 <= at < len(run.headings):
            raise ValidationError(_("Choose the columns again."))
        if list(columns.values()).count(at) > 1:
            errors[name] = _("This column of the sheet is chosen twice.")
    for column in target.columns:
        if column.required and column.name not in columns:
            errors[column.name] = _("Choose the column of the sheet that holds this.")
    if errors:
        raise ValidationError(errors)
    if words := target.missing(set(columns)):
        raise ValidationError(words)


@transaction.atomic
def go(run: Import, *, by: User, at: datetime | None = None) -> Job:
    """Import what the check found good."""
    run = _locked(run, by)
    if run.import_job:
        return run.import_job
    if not run.check_job or run.check_job.state != JobState.DONE:
        raise ValidationError(_("Check the sheet first."))
    logger.info("import of %s begun by user %s", run.target, by.pk)
    return _start(run, Stage.IMPORT, by, at)


@transaction.atomic
def resume(run: Import, *, by: User, at: datetime | None = None) -> Job | None:
    """Go on where it was stopped or failed; None where there is nothing to go on with."""
    run = _locked(run, by)
    step, job = run.step
    if job is None or step not in ("failed", "stopped"):
        return job
    return _start(run, stage_of(job), by, at, goes_on=job)


@transaction.atomic
def undo(run: Import, *, by: User, at: datetime | None = None) -> Job:
    """Take back what nothing has happened to since."""
    run = _locked(run, by)
    if run.undo_job:
        return run.undo_job
    if not run.goal.can_undo:
        raise ValidationError(_("This cannot be undone."))
    if not run.import_job or run.import_job.is_unfinished:
        raise ValidationError(_("Stop the import first."))
    logger.info("import %s undone by user %s", run.pk, by.pk)
    return _start(run, Stage.UNDO, by, at)


def stop(run: Import, *, by: User, at: datetime | None = None) -> None:
    """Stop after the chunk in hand; what was done stays."""
    _require(run.goal, by)
    _step, job = run.step
    if job is not None:
        jobs.stop(job, at=at)


def _locked(run: Import, by: User) -> Import:
    _require(run.goal, by)
    rows = Import.objects.select_related("check_job", "import_job", "undo_job")
    return rows.select_for_update(of=("self",)).get(pk=run.pk)


def stage_of(job: Job) -> Stage:
    return next(stage for stage, kind in KINDS.items() if kind == job.kind)


def _start(
    run: Import, stage: Stage, by: User, at: datetime | None, goes_on: Job | None = None
) -> Job:
    words = {Stage.CHECK: _("Check"), Stage.IMPORT: _("Import"), Stage.UNDO: _("Undo import")}
    total = goes_on.total if goes_on else None
    if stage == Stage.IMPORT and not goes_on:
        total = run.check_job.total
    if stage == Stage.UNDO and not goes_on:
        total = run.rows.count()
    job = jobs.start(
        KINDS[stage],
        title=named(words[stage], f"{run.goal.label} · {run.name}"),
        params={"import": run.pk},
        owner=by,
        total=total,
        at=at,
    )
    if goes_on:
        job.place, job.result, job.done = goes_on.place, goes_on.result, goes_on.done
        job.save(update_fields=["place", "result", "done"])
    setattr(run, FIELDS[stage], job)
    run.save()
    return job


def sweep(at: datetime) -> int:
    """Remove the sheets and bad rows of imports after a month, and what no import owns."""
    old = Import.objects.filter(created_at__lt=at - KEPT, purged_at=None)
    runs = list(old.select_related("check_job", "import_job")[:20])
    done = 0
    for run in runs:
        if any(job and job.is_unfinished for job in (run.check_job, run.import_job)):
            continue
        run.source.unlink(missing_ok=True)
        run.staged.unlink(missing_ok=True)
        for model in (RowProblem, RowKey):
            model.objects.filter(run=run).delete()
        Import.objects.filter(pk=run.pk).update(purged_at=at, shown=[])
        done += 1
    return done + _orphans(at)


def _orphans(at: datetime) -> int:
    """Files left by a request or a worker that died."""
    if not folder().exists():
        return 0
    limit, removed = (at - timedelta(days=1)).timestamp(), 0
    old = [path for path in folder().iterdir() if path.stat().st_mtime < limit]
    known = set(
        Import.objects.filter(key__in=[path.name[:32] for path in old]).values_list(
            "key", flat=True
        )
    )
    for path in old:
        if path.name[:32] not in known or path.suffix == ".part":
            path.unlink(missing_ok=True)
            removed += 1
    return removed
