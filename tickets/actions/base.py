"""What every verb on a ticket shares: lock, check, move, save, record, tell."""

import functools
from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor, user_or_none
from foundation.files.actions import all_or_none
from foundation.search import actions as search
from tickets import events, queries
from tickets.actions.promises.showing import waited_for
from tickets.models import Ticket, TicketCycle, TicketEvent, TicketMessage
from tickets.signals import ticket_moved

# What was typed or linked anew by these; the others change words only where they write a message.
WORDY = {"amend", "link", "classify", "resolve"}
# What stands beside the ticket: it makes nobody's form old, and no form of the ticket is too old
# for it.
QUIET = {
    "news", "message", "note", "attach", "send_link", "revoke_link", "acknowledge",
    "give_task", "accept_task", "finish_task", "return_task", "withdraw_task",
    "ask", "accept_question", "advise", "return_question", "find",
}  # fmt: skip


class Stale(ValidationError):
    """Somebody else changed the ticket since the form was opened."""

    def __init__(self, message: str):
        super().__init__(message, code="stale")


class Refused(ValidationError):
    """The verb is not possible now; the message says why, `code` is the rule's."""


def verb(key: str) -> Callable:
    """Make a body `(row, *, by, at, **facts) -> event data` into the public verb of that key.

    The public verb takes `(ticket, *, by, at=None, version=None, **facts)`: it locks the row,
    refuses stale input (`Stale`), missing permission (`PermissionDenied`) and what the state does
    not allow (`Refused`), then runs the body as one `step` and returns the fresh ticket.
    All in one transaction.
    """

    def wrap(body):
        @functools.wraps(body)
        def run(
            ticket: Ticket,
            *,
            by: Actor,
            at: datetime | None = None,
            version: int | None = None,
            **facts,
        ) -> Ticket:
            with all_or_none(), transaction.atomic():
                row = Ticket.objects.select_for_update().get(pk=ticket.pk)
                if not queries.permits(row, key, by):
                    raise PermissionDenied(_("Your role does not allow this here."))
                if version is not None and key not in QUIET:
                    refuse_stale(row, version)
                step(row, key, body, by=by, at=at or timezone.now(), **facts)
            return row

        run.key = key
        run.body = body
        return run

    return wrap


def step(row: Ticket, key: str, body: Callable, /, *, by: Actor, at: datetime, **facts) -> None:
    """One move of a locked row: refuse what its state does not allow, else do and record it."""
    if reason := queries.refusal(row, key, by, at):
        raise Refused(reason.words, code=reason.code)
    before = row.status
    if key not in QUIET:
        row.version += 1  # first, so that everything the body records belongs to it
    # A body returns the event's data; None where it has recorded its own.
    data = body(row, by=by, at=at, **facts)
    if row.status != before:
        row.status_at = at
    show_next_promise(row)
    row.save()
    event = message = None
    if data is not None:
        message = data.pop("message", None)
        kind = data.pop("event", EVENT_OF[key])
        event = record(row, kind, by=by, at=at, message=message, data=data)
    if message or key in WORDY:
        search.index("tickets", [row.pk])
    ticket_moved.send(Ticket, ticket=row, verb=key, before=before, by=by, at=at, event=event)


EVENT_OF = {
    "take": "ticket.taken",
    "amend": "ticket.amended",
    "link": "ticket.linked",
    "register": "ticket.registered",
    "classify": "ticket.classified",
    "set_priority": "ticket.priority_set",
    "assign": "ticket.assigned",
    "accept": "ticket.accepted",
    "refuse": "ticket.refused",
    "plan": "ticket.planned",
    "approve_plan": "ticket.plan_approved",
    "reject_plan": "ticket.plan_rejected",
    "accept_plan": "ticket.plan_accepted",
    "decline_plan": "ticket.plan_declined",
    "start": "ticket.started",
    "inspect": "ticket.inspected",
    "give_task": "ticket.task_given",
    "accept_task": "ticket.task_accepted",
    "finish_task": "ticket.task_done",
    "return_task": "ticket.task_returned",
    "withdraw_task": "ticket.task_withdrawn",
    "ask": "ticket.asked",
    "accept_question": "ticket.question_accepted",
    "advise": "ticket.advised",
    "return_question": "ticket.question_returned",
    "find": "ticket.found",
    "hold": "ticket.held",
    "resume": "ticket.resumed",
    "resolve": "ticket.resolved",
    "confirm": "ticket.confirmed",
    "reopen": "ticket.reopened",
    "cancel": "ticket.cancelled",
    "restore": "ticket.restored",
    "message": "ticket.message",
    "news": "ticket.news",
    "note": "ticket.note",
    "attach": "ticket.attached",
    "send_link": "ticket.link_sent",
    "revoke_link": "ticket.link_revoked",
    "acknowledge": "ticket.lateness_seen",
}


def record(
    row: Ticket,
    key: str,
    *,
    by: Actor,
    at: datetime,
    data: dict | None = None,
    message: TicketMessage | None = None,
    is_public: bool | None = None,
) -> TicketEvent:
    """Write one fact on the timeline. Public where its kind has words for customers."""
    event = fact(row, key, by=by, at=at, data=data, message=message, is_public=is_public)
    event.save(force_insert=True)
    return event


def fact(
    row: Ticket,
    key: str,
    *,
    by: Actor,
    at: datetime,
    data: dict | None = None,
    message: TicketMessage | None = None,
    is_public: bool | None = None,
) -> TicketEvent:
    """What `record` writes, not saved yet."""
    if is_public is None:
        is_public = events.KINDS[key].public_words is not None
    return TicketEvent(
        ticket=row,
        cycle=row.cycle,
        version=row.version,
        key=key,
        at=at,
        actor_kind=by.actor_kind,
        actor=user_or_none(by),
        data=events.checked(key, data or {}),
        is_public=is_public,
        message=message,
    )


def refuse_stale(row: Ticket, version: int) -> None:
    """Raise Stale, telling who did what since `version`."""
    if version == row.version:
        return
    since = row.events.filter(version__gt=version).select_related("actor")
    last = since.order_by("-version", "-pk").first()
    if last is None:
        raise Stale(_("This page is old. Look at the ticket again, then repeat your step."))
    raise Stale(
        _("In the meantime: %(what)s (%(who)s). What you typed is kept; check it and send again.")
        % {"what": queries.words_of(last), "who": queries.actor_name(last)}
    )


def stamp(row: Ticket, name: str, at: datetime) -> None:
    """Set a stamp of the current cycle, once: the first time counts."""
    TicketCycle.objects.filter(ticket=row, number=row.cycle, **{f"{name}__isnull": True}).update(
        **{name: at}
    )


def show_next_promise(row: Ticket) -> None:
    """Copy the earliest promise that is still waited for onto the ticket, for lists."""
    row.next_due_at, row.next_promise = None, ""
    if row.pk is None:
        return
    waiting = waited_for().filter(ticket=row).values_list("due_at", "key").first()
    if waiting:
        row.next_due_at, row.next_promise = waiting
