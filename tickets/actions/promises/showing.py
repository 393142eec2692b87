"""The next promise on the ticket's own row, for lists."""

from collections.abc import Collection

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tickets.choices import DeadlineState
from tickets.models import Deadline, Ticket


def waited_for() -> QuerySet[Deadline]:
    """What is promised, not done and not paused; the earliest first, late ones among them."""
    rows = Deadline.objects.filter(ended_at__isnull=True).exclude(state=DeadlineState.PAUSED)
    return rows.order_by(F("due_at").asc(), "pk")


def show_next_promises(tickets: Collection[int]) -> None:
    """Copy the earliest promise that is waited for onto each of these tickets; one statement."""
    first = waited_for().filter(ticket=OuterRef("pk"))
    Ticket.objects.filter(pk__in=tickets).update(
        next_due_at=Subquery(first.values("due_at")[:1]),
        next_promise=Coalesce(Subquery(first.values("key")[:1]), Value("")),
    )
