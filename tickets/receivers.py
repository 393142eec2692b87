"""Ears: other programs are told how a ticket moved; the rules of promises follow what changes."""

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.urls import reverse

from foundation.accounts.models import Organisation
from foundation.calendars.models import Calendar, ServiceHours
from foundation.calendars.signals import calendar_published
from foundation.messaging import actions as outbox
from foundation.messaging import webhooks
from tickets import events
from tickets.actions import climbing, recalculate
from tickets.actions.base import EVENT_OF
from tickets.actions.news import remind
from tickets.actions.promises import renew
from tickets.choices import Verb
from tickets.models import Policy, PolicyTerms, Promise, Ticket
from tickets.signals import deadlines_breached, deadlines_warned, ticket_moved

# Verbs that are told under the name of what stands on the timeline.
TOLD = {"receive": "ticket.received", **EVENT_OF}


def register_events() -> None:
    """Say what can be told, in the words of the verbs."""
    for verb, kind in TOLD.items():
        # Not `.label`, which chooses the language now.
        words = events.KINDS[kind].words if verb == "receive" else Verb(verb)._label_
        webhooks.register(kind, words)


def watch_rules() -> None:
    """What promises depend on, read again by every process when it changes."""
    for model in (Promise, Policy, PolicyTerms, Calendar, ServiceHours, Organisation):
        for signal in (post_save, post_delete):
            signal.connect(renew, sender=model, dispatch_uid=f"renew_rules_{model.__name__}")


@receiver(calendar_published, dispatch_uid="tickets_follow_calendar")
def follow_calendar(sender, calendar, version, by, at, **kwargs) -> None:
    """Publishing says who and why; what is open follows in a job of theirs."""
    recalculate(calendar, by=by, at=at)


@receiver(deadlines_breached, dispatch_uid="tickets_climb")
def climb(sender, rows, at, **kwargs) -> None:
    climbing.begin(rows, at)


@receiver(deadlines_warned, dispatch_uid="tickets_warn")
def warn(sender, rows, at, **kwargs) -> None:
    climbing.warn(rows, at)


@receiver(deadlines_warned, dispatch_uid="tickets_remind_of_news")
def remind_of_news(sender, rows, at, **kwargs) -> None:
    remind(rows, at)


@receiver(ticket_moved, dispatch_uid="tickets_climb_anew")
def climb_anew(sender, ticket, verb, at, **kwargs) -> None:
    """What was cancelled waits again; another priority has another ladder."""
    if verb in ("restore", "classify", "set_priority"):
        climbing.look_again(ticket, at)


@receiver(ticket_moved, dispatch_uid="tickets_tell_programs")
def tell_programs(sender, ticket, verb, before, by, at, event, **kwargs) -> None:
    if (kind := TOLD.get(verb)) is None:
        return  # told step by step
    outbox.announce(
        kind,
        identity=f"evt_{ticket.pk}-{ticket.version}-{event.pk if event else verb}",
        title=ticket.number,
        data=lambda: {"ticket": facts_of(ticket, before), "actor": by.actor_kind},
        department_id=ticket.department_id,
        at=at,
    )


def facts_of(ticket: Ticket, before: str) -> dict:
    """Numbers, codes and states: never a name, a number to call or what somebody wrote."""
    return {
        "id": ticket.pk,
        "number": ticket.number,
        "version": ticket.version,
        "status": ticket.status,
        "before": before,
        "kind": ticket.kind,
        "priority": ticket.priority,
        "cycle": ticket.cycle,
        "is_on_hold": ticket.is_on_hold,
        "department": ticket.department.key if ticket.department_id else None,
        "category": ticket.category.key if ticket.category_id else None,
        "url": settings.SITE_URL + reverse("api:ticket", args=[ticket.number]),
    }
