"""What an export reads beside the ticket's own row, for a chunk of tickets at once."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from foundation.accounts.models import User
from foundation.sheets.tables import Piece, among
from tickets.choices import DeadlineState
from tickets.models import Deadline, Hold, Ticket

Span = tuple[datetime, datetime | None]


def exportable(user: User) -> QuerySet[Ticket]:
    """The tickets this person sees and whose export a role of theirs grants."""
    return Ticket.objects.granting("reports.export", user)


def with_run(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The tickets with their present cycle as `run`."""
    return tickets.alias(run=FilteredRelation("cycles", condition=Q(cycles__number=F("cycle"))))


def holds_of(piece: Piece) -> dict[int, list[Span]]:
    """{ticket: [(since, until or None), …]}; tickets that never were on hold are absent."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Hold.objects.filter(**among("ticket", piece["pk"])).order_by()
    for ticket, begin, end in rows.values_list("ticket", "started_at", "ended_at"):
        found[ticket].append((begin, end))
    return dict(found)


def tallies_of(piece: Piece) -> dict[tuple[int, int, str], int]:
    """{(ticket, cycle, state): promises}; what is nought is absent."""
    rows = (
        Deadline.objects.filter(**among("ticket", piece["pk"]))
        .filter(state__in=(DeadlineState.MET, DeadlineState.BREACHED))
        .order_by()
        .values_list("ticket", "cycle", "state")
        .annotate(number=Count("pk"))
    )
    return {(ticket, cycle, state): number for ticket, cycle, state, number in rows}
