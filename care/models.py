"""Calls that somebody has to make."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from care.choices import VERB_OF, CallbackKind, CallbackState, Outcome
from foundation.clockwork.models import DueRow
from tickets.models import Ticket


class CallbackQuerySet(models.QuerySet):
    def visible_to(self, by) -> "CallbackQuerySet":
        """The calls this actor may make: by kind, on the tickets they see."""
        seen = Q(pk__in=[])
        for kind, verb in VERB_OF.items():
            if by.may(verb):
                seen |= Q(kind=kind) & Ticket.objects.granting(verb, by).have()
        return self.filter(seen)

    def open(self) -> "CallbackQuerySet":
        return self.filter(state=CallbackState.OPEN)

    def waiting_for(self, user) -> "CallbackQuerySet":
        """Assigned to this person, to nobody, or to somebody who no longer works here."""
        mine = Q(assigned_to=user) | Q(assigned_to=None) | Q(assigned_to__is_active=False)
        return self.visible_to(user).open().filter(mine)

    def overdue(self, at: datetime) -> "CallbackQuerySet":
        return self.filter(due_at__lt=at)

    def granting(self, verb: str, by) -> "CallbackQuerySet":
        """Those on tickets on which a role grants `verb`."""
        return self.filter(Ticket.objects.granting(verb, by).have())

    def for_page(self) -> "CallbackQuerySet":
        return self.select_related(
            "ticket__customer", "ticket__product", "assigned_to", "done_by"
        ).prefetch_related("ticket__customer__contact_points")


class Callback(DueRow):
    """One call to one customer. What was said is on the ticket; here is whether it is done.

    Of progress news there is one for each round of the promise; `note` is what to tell."""

    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="callbacks", verbose_name=_("ticket")
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    kind = models.CharField(_("kind"), max_length=20, choices=CallbackKind)
    round = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=CallbackState, default=CallbackState.OPEN
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="callbacks",
        verbose_name=_("who calls"),
    )  # fmt: skip
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    note = models.CharField(_("note for the next try"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("created"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("done by"),
    )  # fmt: skip

    objects = CallbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["due_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "cycle", "kind", "round"], name="callback_once_a_round"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="open"), name="callback_open"),
            models.Index(fields=["due_at", "id"], name="callback_due"),
            models.Index(
                fields=["-done_at", "-id"],
                condition=Q(done_at__isnull=False),
                name="callback_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.ticket}"

    @property
    def is_open(self) -> bool:
        return self.state == CallbackState.OPEN
