"""Ears: a ticket that was answered, taken up again or cancelled needs no call about it."""

from django.dispatch import receiver

from care import actions
from care.choices import CallbackKind
from foundation.accounts.actors import user_or_none
from tickets.signals import ticket_moved

NO_LONGER = {
    "confirm": [CallbackKind.SATISFACTION],
    # A follow-up stays: the customer was unhappy with more than the fault.
    "reopen": [CallbackKind.SATISFACTION],
    "cancel": [CallbackKind.SATISFACTION, CallbackKind.FOLLOW_UP],
}


@receiver(ticket_moved, dispatch_uid="care_close_calls")
def close_calls(sender, ticket, verb, by, at, **kwargs) -> None:
    if verb in NO_LONGER:
        reached_by = user_or_none(by) if verb == "confirm" else None
        actions.close_callbacks(ticket, kinds=NO_LONGER[verb], at=at, reached_by=reached_by)
