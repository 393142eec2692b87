"""The sweeps: what is due becomes a breach, what is near its end a warning; in sets.

A batch locks the tickets of its rows and passes over those that a verb or another sweep has in
hand, then looks again: so each effect comes once, and its cost is what is due.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from foundation.accounts.actors import SYSTEM
from foundation.clockwork.sweeps import each
from tickets.choices import DeadlineState
from tickets.models import Deadline, DeadlineEvent, Ticket, TicketEvent
from tickets.signals import deadlines_breached, deadlines_warned

BATCH, MOST = 500, 10_000
logger = logging.getLogger(__name__)
Work = Callable[[list[Any], datetime], None]
OWN, THROUGH_DEADLINE = "ticket", "deadline__ticket"


def breach_due(at: datetime) -> int:
    """The sweep: promises whose time is over become breaches on the timeline.

    Breached when they were due, whenever this runs. Returns how many.
    """
    rows = Deadline.objects.filter(state=DeadlineState.RUNNING, due_at__lt=at)
    return sweep(rows, "due_at", _breach, at)


def warn_due(at: datetime) -> int:
    """The sweep: promises at their warning point are told once (`deadlines_warned`)."""
    rows = Deadline.objects.filter(
        state=DeadlineState.RUNNING, warned_at__isnull=True, warn_at__lte=at, due_at__gte=at
    )
    return sweep(rows, "warn_at", _warn, at)


def sweep(rows: QuerySet, order: str, work: Work, at: datetime, *, ticket: str = OWN) -> int:
    """Do `work` for what is due, batch by batch in the order of an index; returns how many.

    `ticket` is how a row names its ticket: its own, or that of its deadline. `work` gets rows
    whose deadline has its locked ticket. What is in others' hands comes a minute later.
    """
    done, after, rows = 0, Q(), rows.order_by(order, "pk")
    for _ in range(MOST // BATCH):
        found = list(rows.filter(after).values_list(order, "pk", ticket)[:BATCH])
        if not found:
            break
        moment, pk, _ticket = found[-1]
        after = Q(**{f"{order}__gt": moment}) | Q(**{order: moment, "pk__gt": pk})
        done += _batch(rows, ticket, [row[1:] for row in found], work, at)
    return done


def _batch(
    rows: QuerySet, ticket: str, found: list[tuple[int, int]], work: Work, at: datetime
) -> int:
    """All at once; one by one where that fails, so that one row does not keep the others."""
    try:
        return _together(rows, ticket, found, work, at)
    except Exception:
        logger.exception("sweep of promises failed, now one by one")
    counts: list[int] = []

    def alone(one: tuple[int, int]) -> bool:
        counts.append(_together(rows, ticket, [one], work, at))
        return bool(counts[-1])

    return each(found, alone)


def _together(
    rows: QuerySet, ticket: str, found: list[tuple[int, int]], work: Work, at: datetime
) -> int:
    with transaction.atomic():
        tickets = {
            row.pk: row for row in _locked(Ticket.objects.filter(pk__in={pk for _, pk in found}))
        }
        still = rows.filter(pk__in=[pk for pk, _ in found], **{f"{ticket}__in": tickets})
        due = list(still.select_related(ticket.replace("ticket", "promise")))
        for row in due:
            deadline = row if ticket == OWN else row.deadline
            deadline.ticket = tickets[deadline.ticket_id]
        if due:
            work(due, at)
        return len(due)


def _locked(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    if connection.features.has_select_for_update_skip_locked:
        return tickets.order_by("pk").select_for_update(skip_locked=True)
    return tickets


def _breach(due: list[Deadline], at: datetime) -> None:
    Deadline.objects.filter(pk__in=[row.pk for row in due]).update(
        state=DeadlineState.BREACHED, breached_at=F("due_at")
    )
    for row in due:
        row.state, row.breached_at = DeadlineState.BREACHED, row.due_at
    DeadlineEvent.objects.bulk_create(
        DeadlineEvent(deadline=row, kind="breached", at=row.due_at, due_at=row.due_at)
        for row in due
    )
    TicketEvent.objects.bulk_create(
        TicketEvent(
            ticket=row.ticket,
            cycle=row.ticket.cycle,
            version=row.ticket.version,
            key="deadline.breached",
            at=row.due_at,
            actor_kind=SYSTEM.actor_kind,
            data={"promise": row.key},
            is_public=False,
        )
        for row in due
    )
    deadlines_breached.send(Deadline, rows=due, at=at)


def _warn(due: list[Deadline], at: datetime) -> None:
    Deadline.objects.filter(pk__in=[row.pk for row in due]).update(warned_at=at)
    for row in due:
        row.warned_at = at
    DeadlineEvent.objects.bulk_create(
        DeadlineEvent(deadline=row, kind="warned", at=at, due_at=row.due_at) for row in due
    )
    deadlines_warned.send(Deadline, rows=due, at=at)
