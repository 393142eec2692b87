"""Reads of calls: who is called, what waits, and what the panels show."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from care.choices import VERB_OF, CallbackKind
from care.models import Callback
from foundation.accounts.models import User
from foundation.accounts.queries import organisation
from tickets.choices import Priority, Status
from tickets.models import Ticket, TicketCycle

BATCH = 100


def unanswered(at: datetime) -> list[int]:
    """Ids of P1 and P2 tickets resolved long enough ago, still unanswered and not yet on the list.

    Only as far back as silence has not confirmed; oldest first, one batch, by the index on
    unconfirmed cycles.
    """
    settings = organisation()
    called = Callback.objects.filter(
        ticket=OuterRef("ticket"), cycle=OuterRef("number"), kind=CallbackKind.SATISFACTION
    )
    rows = TicketCycle.objects.filter(
        ~Exists(called),
        confirmed_at__isnull=True,
        resolved_at__isnull=False,
        resolved_at__gt=at - timedelta(days=settings.silence_days),
        resolved_at__lte=at - timedelta(hours=settings.callback_after_hours),
        number=F("ticket__cycle"),
        ticket__status=Status.RESOLVED,
        ticket__priority__in=(Priority.P1, Priority.P2),
    )
    return list(rows.order_by("resolved_at").values_list("ticket_id", flat=True)[:BATCH])


def next_call(user: User, *, after: Callback | None = None) -> Callback | None:
    """The most urgent call that waits for this person, other than the one just made."""
    rows = Callback.objects.waiting_for(user)
    if after is not None:
        # A customer not reached just now is not the next to call, so go on behind them.
        rest = rows.exclude(pk=after.pk)
        behind = rest.filter(Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=after.pk))
        return behind.first() or rest.first()
    return rows.first()


def may_call(user: User) -> bool:
    """Whether this person makes calls of any kind."""
    return any(user.may(verb) for verb in VERB_OF.values())


def home_list(user: User, request) -> dict | None:
    """For the home page: how many calls wait for this person, and how many of them are late."""
    if not may_call(user):
        return None
    late = Count("pk", filter=Q(due_at__lt=timezone.now()))
    counts = Callback.objects.waiting_for(user).aggregate(count=Count("pk"), late=late)
    return counts if counts["count"] else None


def on_ticket(ticket: Ticket, request) -> dict | None:
    """For the ticket page: the open calls of this ticket that the reader may make."""
    if not may_call(request.user):
        return None
    rows = Callback.objects.visible_to(request.user).open().filter(ticket=ticket)
    calls = list(rows.select_related("assigned_to"))
    return {"calls": calls} if calls else None
