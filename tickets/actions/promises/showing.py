"""The next promise on the ticket's own row, for lists."""

from collections.abc import Collection

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tickets.choices import DeadlineState
from tickets.models import Deadline, Ticket


def waited_for() -> QuerySet[Deadline]:
    """What is promised, not done and not paused; the earliest first, late ones among them."""
    rows = Deadline.objects.filter(ended_at__isnull=True).exclude(state=DeadlineState.PAUSED)
    return rows.order_by(F("due_at").asc(), "pk")


def show_next_promises(tickets: Collection[int]) -> None:
    """Copy the earliest promise that is waited for onto those of these tickets that show another;
    one statement."""
    first = waited_for().filter(ticket=OuterRef("pk"))
    due, key = Subquery(first.values("due_at")[:1]), Subquery(first.values("key")[:1])
    shown = Ticket.objects.filter(pk__in=tickets).annotate(due=due, key=Coalesce(key, Value("")))
    # A ticket with many indexes is dear to write: not where nothing changes.
    same = Q(next_due_at=F("due")) | Q(next_due_at=None, due=None)
    shown.exclude(same, next_promise=F("key")).update(
        next_due_at=due, next_promise=Coalesce(key, Value(""))
    )
