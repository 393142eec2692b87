"""The runs of a ticket: stamps and waits."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import HoldReason, Responsibility, TestResult
from tickets.models.ticket import Ticket


class TicketCycle(models.Model):
    """One run, from received or reopened to resolved. Figures read these stamps.

    The first time counts; the verbs set them in their own transaction. A few words on the last four:

    - `spoke_again_at`: the customer's first word in this run after the request or the reopening
      that opened it – a message, a file, a withdrawal. It may lie after `resolved_at`: what tells
      against a first-contact resolution is only a word before it.
    - `asked_at`: the first hold "waiting for the customer".
    - `visited_at`: the first time somebody had to go there: a plan with a visit or a pick-up.
    - `urgent_at`, `inspected_at`, `reported_at`: moments that promises count from or are met by.
    - `held_seconds`: the union of this run's holds, whatever their reasons, in whole seconds; kept
      whenever a hold ends, so complete at `resolved_at`.

    A cancellation that was taken back leaves no `cancelled_at`: the run counts as never cancelled.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    first_response_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)
    classified_at = models.DateTimeField(null=True)
    assigned_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    cause = models.CharField(_("cause"), max_length=300, blank=True)
    remedy = models.CharField(_("remedy"), max_length=300, blank=True)
    test_result = models.CharField(_("test"), max_length=20, choices=TestResult, blank=True)
    responsibility = models.CharField(
        _("responsibility"), max_length=20, choices=Responsibility, blank=True
    )
    result = models.TextField(_("result for the customer"), blank=True)
    # What tells a first-contact resolution, and time at rest from time to resolve.
    spoke_again_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    visited_at = models.DateTimeField(null=True)
    held_seconds = models.PositiveIntegerField(default=0)
    urgent_at = models.DateTimeField(null=True)
    inspected_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["ticket", "number"], name="cycle_once")]
        indexes = [
            models.Index(
                fields=["resolved_at"],
                condition=Q(confirmed_at__isnull=True, resolved_at__isnull=False),
                name="cycle_unconfirmed",
            ),
            models.Index(fields=["opened_at"], name="cycle_opened"),
            models.Index(fields=["first_response_at"], name="cycle_answered"),
            models.Index(fields=["resolved_at"], name="cycle_resolved"),
            models.Index(fields=["cancelled_at"], name="cycle_cancelled"),
            models.Index(fields=["confirmed_at"], name="cycle_confirmed"),
            models.Index(
                fields=["opened_at"],
                condition=Q(resolved_at__isnull=True, cancelled_at__isnull=True),
                name="cycle_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.number}"


class Hold(models.Model):
    """A wait with a reason, beside the state."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="holds")
    reason = models.CharField(_("reason"), max_length=20, choices=HoldReason)
    started_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True)

    class Meta:
        ordering = ["started_at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "reason"],
                condition=Q(ended_at__isnull=True),
                name="one_open_hold_per_reason",
            )
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
