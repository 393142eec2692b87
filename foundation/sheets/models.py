"""Imports: a sheet somebody brought, what became of its rows, and what can be taken back."""

import secrets
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from foundation.clockwork.choices import JobState
from foundation.clockwork.models import Job
from foundation.sheets import targets
from foundation.sheets.choices import Stage


def new_key() -> str:
    return secrets.token_hex(16)


def _job(name: str):
    return models.ForeignKey(Job, models.SET_NULL, null=True, related_name=name)


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ImportQuerySet":
        """One's own; whoever edits settings sees all. Only where the person may import at all."""
        if not user.may("imports.run"):
            return self.none()
        return self if user.may("settings.edit") else self.filter(owner_id=user.pk)


class Import(models.Model):
    """One sheet on its way in. The files lie beside the uploads under its key, until they are
    removed a month later; rows remember what `undo` needs."""

    target = models.CharField(_("what"), max_length=30)
    name = models.CharField(_("file"), max_length=150)
    key = models.CharField(max_length=32, default=new_key, unique=True)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64, db_index=True)
    headings = models.JSONField()
    shown = models.JSONField(default=list)
    sheets = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    updates = models.BooleanField(_("update existing rows"), default=False)
    check_job = _job("checks_import")
    import_job = _job("runs_import")
    undo_job = _job("undoes_import")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="imports",
        verbose_name=_("imported by"),
    )
    created_at = models.DateTimeField(_("brought"), db_index=True)
    purged_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @cached_property
    def goal(self) -> targets.Target:
        return targets.get(self.target)

    @property
    def source(self) -> Path:
        return folder() / f"{self.key}.sheet"

    @property
    def staged(self) -> Path:
        return folder() / f"{self.key}.rows"

    @property
    def step(self) -> tuple[str, Job | None]:
        """(where it is, the job of that step): mapping, checking, checked, importing, imported,
        undoing, undone; or failed, stopped with the job that was."""
        for job, doing, done in (
            (self.undo_job, "undoing", "undone"),
            (self.import_job, "importing", "imported"),
            (self.check_job, "checking", "checked"),
        ):
            if job is not None:
                return STEPS.get(job.state, doing) if job.state != JobState.DONE else done, job
        return "mapping", None


STEPS = {JobState.FAILED: "failed", JobState.STOPPED: "stopped"}


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


class ImportedRow(models.Model):
    """A row that an import wrote, until it is undone."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    object_id = models.BigIntegerField()
    is_new = models.BooleanField()
    before = models.JSONField(null=True)
    after = models.CharField(max_length=16)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"


class RowKey(models.Model):
    """What a row of a sheet is told by, so that a later row with the same is noticed."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="keys")
    number = models.PositiveIntegerField()
    key = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="row_key_once")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"


class RowProblem(models.Model):
    """What is wrong with a row; `place` is where its cells stand in the staged file."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    stage = models.CharField(max_length=10, choices=Stage)
    number = models.PositiveIntegerField()
    column = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=500)
    place = models.BigIntegerField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["run", "stage", "number"], name="problems_of_run")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"


class Mapping(models.Model):
    """How somebody mapped these headings the last time."""

    target = models.CharField(max_length=30)
    fingerprint = models.CharField(max_length=64)
    columns = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["target", "fingerprint"], name="mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.target}:{self.fingerprint[:8]}"


class Turn(models.Model):
    """One row that a chunk of an import locks, so that no two look for the same at once."""

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)
