"""What waits for me, what is late, how the day goes."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from foundation.accounts.models import User
from tickets import rules
from tickets.choices import Status
from tickets.models import Ticket, TicketCycle
from tickets.models.ticket import AWAITS_ANSWER, SPOKE_AFTER_END

WORKED = (*rules.OPEN, Status.RESOLVED)
# queue, verbs of which one lets a person work it, selection
QUEUES = (
    ("intake", ("receive", "register"), Q(status=Status.RECEIVED, is_registered=False)),
    ("toclassify", ("classify",), Q(status=Status.RECEIVED, is_registered=True)),
    ("toassign", ("assign",), Q(status=Status.CLASSIFIED)),
)


def waiting(user: User, at: datetime) -> list[dict]:
    """[{queue, count, late}] for the queues this person works, their own work last; one query."""
    mine = Q(handler=user, status__in=(Status.ASSIGNED, Status.IN_PROGRESS))
    after_end = Q(contact=user) & SPOKE_AFTER_END
    unanswered = Q(contact=user, status__in=WORKED) & AWAITS_ANSWER | after_end
    queues = [
        (name, chosen)
        for name, verbs, chosen in QUEUES
        if any(user.may(f"tickets.{verb}") for verb in verbs)
    ]
    if any(user.may(f"tickets.{verb}") for verb in ("start", "message")):
        queues += [("mywork", mine), ("unanswered", unanswered)]
    late = Q(next_due_at__lt=at)
    counts = {}
    for name, chosen in queues:
        counts[name] = Count("pk", filter=chosen)
        counts[f"{name}_late"] = Count("pk", filter=chosen & late)
    if not counts:
        return []
    rows = Ticket.objects.visible_to(user).filter(Q(status__in=WORKED) | after_end)
    found = rows.aggregate(**counts)
    return [
        {"queue": name, "count": found[name], "late": found[f"{name}_late"]} for name, _ in queues
    ]


def late(user: User, at: datetime, limit: int = 6) -> list[Ticket]:
    """The tickets this person sees whose promise is over longest; one query."""
    rows = Ticket.objects.visible_to(user).filter(status__in=WORKED).overdue(at)
    return list(rows.for_list().order_by("next_due_at")[:limit])


def rhythm(user: User, at: datetime) -> dict[str, int]:
    """Received, answered and resolved since midnight among what this person sees; three queries.

    Each reads today's rows by an index; who sees everything joins nothing.
    """
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    seen = Ticket.objects.visible_to(user)
    cycles = TicketCycle.objects.all()
    if seen.query.where:
        cycles = cycles.filter(ticket__in=seen)
    return {
        "received": seen.filter(received_at__gte=midnight).count(),
        "answered": cycles.filter(first_response_at__gte=midnight).count(),
        "resolved": cycles.filter(resolved_at__gte=midnight).count(),
    }
