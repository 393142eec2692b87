"""A person's own day: what they promised for today, in order, with the working time that is left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from foundation.accounts.models import User
from foundation.calendars import words
from foundation.calendars.rules import OutOfRange, count
from tickets import rules
from tickets.choices import DeadlineState, Moment, Status
from tickets.models import Deadline, Ticket
from tickets.queries import news
from tickets.queries.climbs import address
from tickets.queries.terms import Book, book

MOST = 12


@dataclass(frozen=True)
class Due:
    """`left` is working time in words ("" once it is late); `sends` that the way leads to the
    prepared text for the customer."""

    deadline: Deadline
    left: str
    address: str
    sends: bool


def day(user: User, at: datetime, limit: int = MOST) -> tuple[list[Due], bool]:
    """(what is late or due today on this person's tickets, the most urgent first; whether there is
    more). Paused promises are not for today. A constant number of queries."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = Ticket.objects.visible_to(user).filter(
        Q(handler=user) | Q(contact=user), status__in=(*rules.OPEN, Status.RESOLVED)
    )
    rows = Deadline.objects.filter(
        ticket__in=mine.values("pk"),
        ended_at__isnull=True,
        state__in=(DeadlineState.RUNNING, DeadlineState.BREACHED),
        due_at__lt=midnight + timedelta(days=1),
    )
    found = list(rows.select_related("promise", "ticket").order_by("due_at", "pk")[: limit + 1])
    rules_now, may_send = book(), user.may("tickets.news")
    return [_due(row, rules_now, may_send, at) for row in found[:limit]], len(found) > limit


def _due(row: Deadline, rules_now: Book, may_send: bool, at: datetime) -> Due:
    sends = may_send and row.promise.ends_on == Moment.NEWS
    way = news.address if sends else address
    return Due(row, left(row, rules_now, at), way(row.ticket), sends)


def left(row: Deadline, rules_now: Book, at: datetime) -> str:
    """The working time until a promise is due, in words; "" where it is late."""
    if row.due_at < at:
        return ""
    try:
        hours = rules_now.hours(row.calendar, row.calendar_version)
        return words.length(count(hours, at, row.due_at))
    except OutOfRange:
        return ""
