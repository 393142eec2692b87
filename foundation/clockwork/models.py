"""Time as rows: what is due, what has been done once, and whether the worker lives."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DueRow(models.Model):
    """A row that becomes work at `due_at`. Subclasses add what the work is."""

    due_at = models.DateTimeField(_("due"))
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)

    class Meta:
        abstract = True


class Once(models.Model):
    """An idempotency key and the answer its first use got."""

    scope = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="once")]

    def __str__(self) -> str:
        return f"{self.scope}:{self.key}"


class Heartbeat(models.Model):
    """The last time a background process showed that it works."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Tally(models.Model):
    """How often something was tried in a window of time (rate limits)."""

    key = models.CharField(max_length=120, unique=True)
    window_ends_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key
