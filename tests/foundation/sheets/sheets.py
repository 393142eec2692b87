"""Sheets brought, checked and imported as a person would, without a worker."""

from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.clockwork import jobs
from foundation.sheets import imports, targets
from foundation.sheets.models import Import


def upload(content: str | bytes, name: str = "sheet.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def bring(by, target: str, content: str | bytes, name: str = "sheet.csv") -> Import:
    return imports.bring(targets.get(target), upload(content, name), by=by)


def work(job):
    """The worker, until the job has ended."""
    while (done := jobs.run(job.pk)) and done.is_unfinished:
        pass
    return done


def checked(by, target, content=None, *, updates=False) -> Import:
    run = target if isinstance(target, Import) else bring(by, target, content)
    work(imports.settle(run, columns=run.mapping, updates=updates, by=by))
    return Import.objects.get(pk=run.pk)


def imported(by, target, content=None, *, updates=False) -> Import:
    run = checked(by, target, content, updates=updates)
    work(imports.go(run, by=by))
    return Import.objects.get(pk=run.pk)


def undone(by, run: Import) -> Import:
    work(imports.undo(run, by=by))
    return Import.objects.get(pk=run.pk)


def problems(run: Import, stage: str) -> list[tuple[int, str, str]]:
    rows = run.problems.filter(stage=stage)
    return list(rows.values_list("number", "column", "words"))
