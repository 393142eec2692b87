"""What is late and climbs, in words: on the ticket, at home, in notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.desk.words import clock, listed, spoken
from tickets.choices import ClimbState, Rung
from tickets.models import Climb, Deadline, Ticket

LATE, SOON = "ticket.late", "ticket.soon"


@dataclass(frozen=True)
class Step:
    """The highest rungs told at one moment, of one promise."""

    promise: str
    rungs: str
    at: datetime


def climbing():
    """What is late, still waited for and not acknowledged."""
    rows = Climb.objects.filter(state=ClimbState.CLIMBING, deadline__ended_at__isnull=True)
    return rows.select_related("deadline__promise")


def is_climbing(ticket: Ticket, at: datetime) -> bool:
    """Whether somebody should see to a missed promise; no query where nothing is late."""
    if ticket.next_due_at is None or ticket.next_due_at >= at:
        return False
    return climbing().filter(deadline__ticket=ticket).exists()


def of_ticket(ticket: Ticket, at: datetime) -> list[Step]:
    """How far each missed promise has climbed, the latest first; one query where one is late."""
    if ticket.next_due_at is None or ticket.next_due_at >= at:
        return []
    rows = climbing().filter(deadline__ticket=ticket)
    steps = [_last(row) for row in rows if row.told]
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _last(climb: Climb) -> Step:
    latest = climb.told[-1][1]
    rungs = [Rung(rung).label for rung, at in climb.told if at == latest]
    return Step(climb.deadline.promise.name, listed(rungs), datetime.fromisoformat(latest))


def unacknowledged(user: User, limit: int = 6) -> list[tuple[Ticket, Step]]:
    """What climbs among the tickets where this person may see to it; what goes up next is first."""
    tickets = Ticket.objects.granting("tickets.acknowledge", user)
    rows = climbing().select_related("deadline__ticket").exclude(told=[])
    rows = rows.exclude(deadline__ticket__handler=user).filter(tickets.have("deadline__ticket"))
    return [(row.deadline.ticket, _last(row)) for row in rows.order_by("due_at", "pk")[:limit]]


def address(ticket: Ticket) -> str:
    return reverse("admin:tickets_alltickets_change", args=[ticket.pk])


def words(data: Sequence[dict[str, Any]]) -> list[str]:
    """Notices of promises that are missed, or about to be, as they stand now; one query."""
    rows = Deadline.objects.select_related("promise", "ticket")
    known = rows.in_bulk({one["deadline"] for one in data})
    now = timezone.now()
    return [_line(known.get(one["deadline"]), now) for one in data]


def _line(deadline: Deadline | None, now: datetime) -> str:
    if deadline is None:
        return _("A ticket that is gone")
    facts = {"number": deadline.ticket.number, "promise": deadline.promise.name}
    facts["clock"] = clock(deadline.due_at)
    if not deadline.breached_at:
        if deadline.is_waited_for:
            return _("%(number)s: “%(promise)s” is due %(clock)s") % facts
        return _("%(number)s: “%(promise)s” was due %(clock)s and is done") % facts
    facts["time"] = spoken((deadline.ended_at or now) - deadline.due_at)
    if deadline.is_waited_for:
        return _("%(number)s: “%(promise)s” is late by %(time)s (due %(clock)s)") % facts
    return _("%(number)s: “%(promise)s” ended late by %(time)s") % facts
