"""Ears: resolving a ticket asks its customer; taking it up again takes the question back."""

from django.dispatch import receiver

from surveys import actions
from tickets.signals import ticket_moved


@receiver(ticket_moved, dispatch_uid="surveys_follow_ticket")
def follow_ticket(sender, ticket, verb, at, **kwargs) -> None:
    if verb == "resolve":
        actions.invite(ticket, at=at)
    elif verb in ("reopen", "cancel"):
        actions.close_invitations(ticket, at=at)
    elif verb in ("revoke_link", "send_link"):
        actions.renew_addresses(ticket)
