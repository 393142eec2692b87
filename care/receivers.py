"""Ears: a ticket that was answered, taken up again or cancelled needs no call about it."""

from django.dispatch import receiver

from care import actions
from care.choices import CallbackKind
from foundation.accounts.actors import user_or_none
from tickets.signals import customer_to_call, ticket_moved

SAYING = {"message", "news"}
NO_LONGER = {
    "resolve": [CallbackKind.PROGRESS],
    "answer": [CallbackKind.PROGRESS],
    # Told already, as an answer or in a mail.
    "message": [CallbackKind.PROGRESS],
    "news": [CallbackKind.PROGRESS],
    "confirm": [CallbackKind.SATISFACTION],
    # A follow-up stays: the customer was unhappy with more than the fault.
    "reopen": [CallbackKind.SATISFACTION],
    "cancel": list(CallbackKind),
}


@receiver(ticket_moved, dispatch_uid="care_close_calls")
def close_calls(sender, ticket, verb, by, at, event, **kwargs) -> None:
    if verb in SAYING and (event is None or by.actor_kind == "customer"):
        return  # put on the list just now, or said by the customer
    if verb in NO_LONGER:
        reached_by = user_or_none(by) if verb == "confirm" else None
        actions.close_callbacks(ticket, kinds=NO_LONGER[verb], at=at, reached_by=reached_by)


@receiver(customer_to_call, dispatch_uid="care_call_with_news")
def call_with_news(sender, ticket, text, due_at, by, at, **kwargs) -> None:
    actions.open_news_call(ticket, text=text, due_at=due_at, by=by, at=at)
