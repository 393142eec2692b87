"""Promises as rows: the table of limits, and one deadline per promise and cycle."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Bilingual
from foundation.clockwork.models import DueRow
from tickets.choices import DeadlineState, Moment, Priority
from tickets.models.ticket import Ticket


class Promise(Bilingual):
    """A limit: from which moment, until which, how long per priority."""

    key = models.SlugField(_("key"), unique=True)
    starts_on = models.CharField(_("counts from"), max_length=20, choices=Moment)
    ends_on = models.CharField(_("met by"), max_length=20, choices=Moment)
    minutes_p1 = models.PositiveIntegerField(_("minutes for P1"))
    minutes_p2 = models.PositiveIntegerField(_("minutes for P2"))
    minutes_p3 = models.PositiveIntegerField(_("minutes for P3"))
    calendar = models.CharField(_("calendar"), max_length=40, default="24x7", editable=False)
    paused_by = models.JSONField(_("paused by holds for"), default=list, editable=False)
    is_active = models.BooleanField(_("in force"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["order", "pk"]
        default_permissions = ()

    def minutes(self, priority: str) -> int:
        return {Priority.P1: self.minutes_p1, Priority.P2: self.minutes_p2}.get(
            priority, self.minutes_p3
        )


class Deadline(DueRow):
    """One promise in one cycle. What happened to it is in its history."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="deadlines")
    cycle = models.PositiveSmallIntegerField()
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="deadlines")
    key = models.CharField(max_length=50)
    state = models.CharField(max_length=10, choices=DeadlineState, default=DeadlineState.RUNNING)
    minutes = models.PositiveIntegerField()
    calendar = models.CharField(max_length=40, default="24x7")
    calendar_version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["ticket", "key", "cycle"], name="deadline_once")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="running"), name="deadline_running"),
            models.Index(
                fields=["ended_at", "promise"], condition=Q(state="met"), name="deadline_met"
            ),
            models.Index(
                fields=["breached_at", "promise"],
                condition=Q(state="breached"),
                name="deadline_breached",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.key}"

    @property
    def is_waited_for(self) -> bool:
        """Running, or late and still not done."""
        return self.state == DeadlineState.RUNNING or (
            self.state == DeadlineState.BREACHED and self.ended_at is None
        )


class DeadlineEvent(models.Model):
    """The append-only history of a deadline."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="history")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.deadline_id} · {self.kind}"
