"""Time as rows: what is due, what has been done once, and whether the worker lives."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.clockwork.choices import JobState


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


class JobQuerySet(models.QuerySet):
    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=(JobState.WAITING, JobState.RUNNING))

    def visible_to(self, user) -> "JobQuerySet":
        """One's own; whoever edits settings sees all."""
        return self if user.may("settings.edit") else self.filter(owner_id=user.pk)


class Job(DueRow):
    """Long work in slices, with what is done and what is left. See `clockwork.jobs`."""

    kind = models.CharField(_("kind"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    title = models.CharField(_("what"), max_length=200)
    params = models.JSONField(default=dict)
    place = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True)
    error = models.CharField(_("why it failed"), max_length=500, blank=True)
    language = models.CharField(max_length=8)
    zone = models.CharField(max_length=40)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="jobs",
        verbose_name=_("started by"),
    )
    created_at = models.DateTimeField(_("asked for"))
    started_at = models.DateTimeField(_("began"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=("waiting", "running")),
                name="job_unfinished",
            ),
            models.Index(fields=["owner", "-id"], name="job_owner"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_unfinished(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def percent(self) -> int | None:
        """How much is done, 0 to 100; None where the end is not known."""
        if self.state == JobState.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else None
