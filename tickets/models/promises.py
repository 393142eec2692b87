"""Promises as rows: what is promised to whom, and one deadline per promise, cycle and round."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.cached import WatchedQuerySet
from foundation.accounts.models import Bilingual
from foundation.clockwork.models import DueRow
from tickets.choices import DeadlineState, Moment
from tickets.models.ladders import Ladder
from tickets.models.ticket import Ticket


class Terms(models.Model):
    """How long per priority, on which calendar, and what happens around it.

    Lengths as in `tickets.rules.lengths`. A calendar is `24x7`, `department`, `callbacks` (the
    department's own, else the organisation's) or the key of one.
    """

    length_p1 = models.CharField(_("length for P1"), max_length=8, default="60m")
    length_p2 = models.CharField(_("length for P2"), max_length=8, default="60m")
    length_p3 = models.CharField(_("length for P3"), max_length=8, default="60m")
    calendar_p1 = models.CharField(_("calendar for P1"), max_length=40, default="24x7")
    calendar_p2 = models.CharField(_("calendar for P2"), max_length=40, default="24x7")
    calendar_p3 = models.CharField(_("calendar for P3"), max_length=40, default="24x7")
    warn_percent = models.PositiveSmallIntegerField(
        _("warn after this share, in percent"), null=True, blank=True
    )
    paused_by = models.JSONField(_("paused by holds for"), default=list, blank=True)
    ladder = models.ForeignKey(
        Ladder, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("escalation"),
    )  # fmt: skip

    class Meta:
        abstract = True

    def length(self, priority: str) -> str:
        return getattr(self, f"length_{(priority or 'P3').lower()}")

    def calendar_for(self, priority: str) -> str:
        return getattr(self, f"calendar_{(priority or 'P3').lower()}")


class Promise(Bilingual, Terms):  # noqa: DJ008 – Bilingual has one
    """A limit: from which moment, until which, and its terms where no policy says otherwise.

    It appears at `opens_on` (by default the moment it counts from). One that `repeats` starts
    again whenever it is met, until the run ends. One that is not `by_default` holds only for the
    tickets of a policy that names it.
    """

    key = models.SlugField(_("key"), unique=True)
    starts_on = models.CharField(_("counts from"), max_length=20, choices=Moment)
    opens_on = models.CharField(_("appears at"), max_length=20, choices=Moment, blank=True)
    ends_on = models.CharField(_("met by"), max_length=20, choices=Moment)
    repeats = models.BooleanField(_("starts again when met"), default=False)
    by_default = models.BooleanField(_("holds without a policy"), default=True)
    is_active = models.BooleanField(_("in force"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    # The lengths before there were calendars: left for one version, read by nothing.
    minutes_p1 = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    minutes_p2 = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    minutes_p3 = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    calendar = models.CharField(max_length=40, default="24x7", db_default="24x7", editable=False)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["order", "pk"]
        default_permissions = ()


class Policy(Bilingual):
    """For which tickets other terms hold. The first that fits and names the promise decides.

    `conditions` is {fact: [values]}, all facts must fit, any of the values does; see
    `tickets.rules.policies`.
    """

    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in force"), default=True)
    conditions = models.JSONField(_("for which tickets"), default=dict, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["order", "pk"]
        default_permissions = ()


class PolicyTerms(Terms):
    """The terms of one promise under one policy; `is_promised` off takes the promise away."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="terms")
    promise = models.ForeignKey(
        Promise, models.CASCADE, related_name="policy_terms", verbose_name=_("promise")
    )
    is_promised = models.BooleanField(_("promised"), default=True)

    class Meta:
        verbose_name = _("terms")
        verbose_name_plural = _("terms")
        ordering = ["promise__order", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["policy", "promise"], name="policy_terms_once")
        ]

    def __str__(self) -> str:
        return f"{self.policy} · {self.promise}"


class Rulebook(models.Model):
    """One row that changes with promises, policies and hours, so that every process can keep
    what it read of them until then (`tickets.queries.terms`). Never the same word twice."""

    edition = models.CharField(max_length=32)

    objects = WatchedQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.edition


class Deadline(DueRow):
    """One promise in one cycle (and round, where it repeats). What happened is in its history.

    `length`, `calendar` (a key) and `calendar_version` are what `due_at` was computed with;
    `pauses` is [[from, until or null], …] as ISO text. While it is paused, `due_at` is what it was
    before the pause. `fixed_at` is the date that somebody named, where the length is `fixed`.
    `paused_by` and `ladder` are what the terms say.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="deadlines")
    cycle = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="deadlines")
    policy = models.ForeignKey(Policy, models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=50)
    state = models.CharField(max_length=10, choices=DeadlineState, default=DeadlineState.RUNNING)
    length = models.CharField(max_length=8, default="", db_default="")
    calendar = models.CharField(max_length=40, default="24x7")
    calendar_version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    fixed_at = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list, db_default=[])
    paused_by = models.JSONField(default=list, db_default=[])
    ladder = models.ForeignKey(Ladder, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    # Before there were calendars: left for one version, read by nothing.
    minutes = models.PositiveIntegerField(default=0, db_default=0)
    paused_at = models.DateTimeField(null=True)
    paused_seconds = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["due_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "key", "cycle", "round"], name="deadline_once_a_round"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="running"), name="deadline_running"),
            models.Index(
                fields=["warn_at"],
                condition=Q(state="running", warned_at__isnull=True),
                name="deadline_to_warn",
            ),
            models.Index(
                fields=["calendar", "calendar_version", "id"],
                condition=Q(state__in=["running", "paused"]),
                name="deadline_of_calendar",
            ),
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
        """Running, paused, or late and still not done."""
        return self.ended_at is None and self.state != DeadlineState.CANCELLED


def pauses_of(deadline: Deadline) -> list[tuple[datetime, datetime | None]]:
    """The pauses as moments; the last may be open."""
    read = datetime.fromisoformat
    return [(read(begin), read(end) if end else None) for begin, end in deadline.pauses]


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
