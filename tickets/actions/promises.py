"""Keeping the deadlines: verbs tell which moment has come, the table tells what follows."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q

from foundation.accounts.actors import SYSTEM
from foundation.accounts.queries import organisation
from foundation.clockwork.claims import claim
from foundation.clockwork.sweeps import each
from tickets import rules
from tickets.choices import DeadlineState
from tickets.models import Deadline, DeadlineEvent, Promise, Ticket
from tickets.rules import clocks


def moment(row: Ticket, name: str, at: datetime) -> None:
    """A moment has come for this ticket: end the promises it meets, start those it opens.

    Ending twice or starting twice changes nothing. A late end keeps the breach.
    """
    for deadline in row.deadlines.filter(
        promise__ends_on=name, cycle=row.cycle, ended_at__isnull=True
    ):
        _finish(row, deadline, at, rules.ended_state(deadline.due_at, at), "met")
    opened = Deadline.objects.filter(ticket=row, cycle=row.cycle).values("promise")
    waiting = Promise.objects.filter(starts_on=name, is_active=True).exclude(pk__in=opened)
    _start(row, waiting, at)


def begin(row: Ticket, name: str, at: datetime) -> None:
    """The first moment of a new ticket, which has no promises yet that could be met or open."""
    _start(row, Promise.objects.filter(starts_on=name, is_active=True), at)


def _start(row: Ticket, promises: Iterable[Promise], at: datetime) -> None:
    if new := [_started(row, promise, at) for promise in promises]:
        _note_all(Deadline.objects.bulk_create(new), "started", at)


def _started(row: Ticket, promise: Promise, at: datetime) -> Deadline:
    length = promise.length(row.priority or row.proposed_priority)
    due, warn = clocks.due_at(at, length, organisation().warn_percent)
    return Deadline(
        ticket=row,
        cycle=row.cycle,
        promise=promise,
        key=promise.key,
        length=length,
        started_at=at,
        due_at=due,
        warn_at=warn,
    )


def _finish(row: Ticket, deadline: Deadline, at: datetime, state: str, kind: str) -> None:
    """End a deadline; a breach that the sweep has not told yet is told now."""
    missed_now = state == DeadlineState.BREACHED and deadline.breached_at is None
    if missed_now:
        deadline.breached_at = deadline.due_at
        _tell_breach(row, deadline, at)
    deadline.ended_at, deadline.state = at, state
    deadline.save(update_fields=["ended_at", "state", "breached_at"])
    _note(deadline, kind, at, {"late": state == DeadlineState.BREACHED})


def _tell_breach(row: Ticket, deadline: Deadline, at: datetime) -> None:
    from tickets.actions.base import record

    _note(deadline, "breached", at)
    record(row, "deadline.breached", by=SYSTEM, at=at, data={"promise": deadline.key})


def reprioritise(row: Ticket, at: datetime) -> None:
    """After a change of priority: the same starts, new lengths; what was breached stays so."""
    for deadline in row.deadlines.filter(
        cycle=row.cycle, state=DeadlineState.RUNNING
    ).select_related("promise"):
        length = deadline.promise.length(row.priority)
        if length == deadline.length:
            continue
        deadline.length = length
        deadline.due_at, deadline.warn_at = clocks.due_at(
            deadline.started_at, length, organisation().warn_percent
        )
        deadline.save(update_fields=["length", "due_at", "warn_at"])
        _note(deadline, "recomputed", at, {"priority": row.priority})


def close(row: Ticket, at: datetime, *, after: str = "") -> None:
    """End what no longer matters (resolved, cancelled). A promise already late stays breached.

    What the moment `after` has just opened goes on.
    """
    open_ones = row.deadlines.filter(cycle=row.cycle, ended_at__isnull=True).exclude(
        promise__starts_on=after
    )
    for deadline in open_ones:
        late = deadline.due_at < at
        state = DeadlineState.BREACHED if late else DeadlineState.CANCELLED
        _finish(row, deadline, at, state, "cancelled")


def revive(row: Ticket, at: datetime, closed_at: datetime) -> None:
    """After a restored cancellation: what was closed by it runs on, from the same start."""
    rows = row.deadlines.filter(cycle=row.cycle, ended_at=closed_at).filter(
        Q(history__kind="cancelled", history__at=closed_at)
    )
    for deadline in rows.distinct():
        deadline.ended_at = None
        # What became late meanwhile is the sweep's to tell, as of any other promise.
        missed = deadline.breached_at is not None
        deadline.state = DeadlineState.BREACHED if missed else DeadlineState.RUNNING
        deadline.save(update_fields=["ended_at", "state"])
        _note(deadline, "restored", at)


def breach_due(at: datetime) -> int:
    """The sweep: promises whose time is over become breaches on the timeline."""
    due = claim(Deadline.objects.filter(state=DeadlineState.RUNNING), at=at, limit=200)
    return each(due, lambda deadline: _breach(deadline, at))


def _breach(deadline: Deadline, at: datetime) -> bool:
    """Mark and tell; False where a verb was quicker."""
    ticket = Ticket.objects.select_for_update().get(pk=deadline.ticket_id)
    changed = Deadline.objects.filter(
        pk=deadline.pk, state=DeadlineState.RUNNING, due_at__lte=at
    ).update(state=DeadlineState.BREACHED, breached_at=F("due_at"), claimed_at=None)
    if changed:
        _tell_breach(ticket, deadline, at)
    return bool(changed)


def _note_all(deadlines: list[Deadline], kind: str, at: datetime) -> None:
    DeadlineEvent.objects.bulk_create(
        DeadlineEvent(deadline=row, kind=kind, at=at, due_at=row.due_at, data={})
        for row in deadlines
    )


def _note(deadline: Deadline, kind: str, at: datetime, data: dict | None = None) -> None:
    DeadlineEvent.objects.create(
        deadline=deadline, kind=kind, at=at, due_at=deadline.due_at, data=data or {}
    )
