"""What an export reads: chunks of tickets with everything their rows show."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, QuerySet

from foundation.accounts.models import User
from reports import rules
from surveys.queries import csat_of
from tickets.choices import DeadlineState
from tickets.models import Category, Deadline, Hold, Ticket, TicketCycle

CHUNK = 500


@dataclass
class Line:
    """One ticket of the list, with its present cycle. `scores` are answers by question key."""

    ticket: Ticket
    cycle: TicketCycle
    branch: list[Category]
    hold_minutes: int
    met: int
    breached: int
    scores: dict = field(default_factory=dict)

    def since_opened(self, stamp: str) -> int | None:
        return rules.minutes_between(self.cycle.opened_at, getattr(self.cycle, stamp))


def exportable(user: User) -> QuerySet[Ticket]:
    """The tickets this person sees and whose export a role of theirs grants."""
    return Ticket.objects.granting("reports.export", user)


def lines(tickets: QuerySet[Ticket], *, at: datetime) -> Iterator[list[Line]]:
    """The tickets in the order of their arrival, 500 at a time; as many queries for each chunk.

    `at` ends what is still running, such as an open hold.
    """
    rows = tickets.for_list().select_related("unit").order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        yield _lines(chunk, at)


def _lines(chunk: list[Ticket], at: datetime) -> list[Line]:
    ids = [ticket.pk for ticket in chunk]
    cycles = {
        cycle.ticket_id: cycle
        for cycle in TicketCycle.objects.filter(ticket__in=ids, number=F("ticket__cycle"))
    }
    holds, tallies, scores = _holds(ids), _tallies(ids), csat_of(ids)
    tree = Category.objects.in_bulk()
    return [
        Line(
            ticket=ticket,
            cycle=cycles[ticket.pk],
            branch=_branch(tree, ticket.category_id),
            hold_minutes=_held(cycles[ticket.pk], holds[ticket.pk], at),
            met=tallies[ticket.pk, DeadlineState.MET],
            breached=tallies[ticket.pk, DeadlineState.BREACHED],
            scores=scores.get(ticket.pk) or {},
        )
        for ticket in chunk
    ]


def _holds(ids: list[int]) -> dict[int, list]:
    found = defaultdict(list)
    for ticket, begin, end in Hold.objects.filter(ticket__in=ids).values_list(
        "ticket", "started_at", "ended_at"
    ):
        found[ticket].append((begin, end))
    return found


def _held(cycle: TicketCycle, spans: list, at: datetime) -> int:
    end = cycle.resolved_at or cycle.cancelled_at or at
    return rules.minutes_within(spans, cycle.opened_at, end)


def _tallies(ids: list[int]) -> dict[tuple[int, str], int]:
    """{(ticket, state): promises of the present cycle}."""
    rows = (
        Deadline.objects.filter(ticket__in=ids, cycle=F("ticket__cycle"))
        .order_by()
        .values_list("ticket", "state")
        .annotate(number=Count("pk"))
    )
    return defaultdict(int, {(ticket, state): number for ticket, state, number in rows})


def _branch(tree: dict[int, Category], pk: int | None) -> list[Category]:
    """The category and those above it, the root first."""
    found: list[Category] = []
    while pk in tree and tree[pk] not in found:
        found.insert(0, tree[pk])
        pk = tree[pk].parent_id
    return found
