"""The rows that figures count: each fact happens at one stamp, to one ticket."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import pairwise

from django.db.models import (
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models import DateTimeField as Moment

from foundation.accounts.models import User
from reports.rules import JUDGED_AFTER
from surveys.models import Invitation
from tickets.choices import DeadlineState
from tickets.models import Category, Deadline, Ticket, TicketCycle

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Cuts:
    """Which tickets count: ids of rows (0: those without one), or the code of a choice; None and ""
    leave all. A `person` is the handler, else the contact."""

    department: int | None = None
    category: int | None = None
    product: int | None = None
    handler: int | None = None
    person: int | None = None
    tier: int | None = None
    channel: str = ""
    priority: str = ""

    def chosen(self) -> dict[str, int | str]:
        """{name: value} of those that narrow."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value not in (None, "")}


@dataclass(frozen=True)
class Fact:
    """Rows of `model` with a `stamp` in the period. Every model here has a `ticket`."""

    model: type[Model]
    stamp: str
    where: Q = field(default_factory=Q)


FACTS = {
    "received": Fact(TicketCycle, "opened_at", Q(number=1)),
    "reopened": Fact(TicketCycle, "opened_at", Q(number__gt=1)),
    "opened": Fact(TicketCycle, "opened_at"),
    "answered": Fact(TicketCycle, "first_response_at"),
    "resolved": Fact(TicketCycle, "resolved_at"),
    "first_resolved": Fact(TicketCycle, "resolved_at", Q(number=1)),
    "confirmed": Fact(TicketCycle, "confirmed_at"),
    "cancelled": Fact(TicketCycle, "cancelled_at"),
    # A promise is decided once in each round: when it is met, or when its time is over. What the
    # sweep has not told yet is late all the same. What is paused or cancelled is not decided.
    "met": Fact(Deadline, "ended_at", Q(state=DeadlineState.MET)),
    "breached": Fact(Deadline, "breached_at", Q(state=DeadlineState.BREACHED)),
    "late": Fact(Deadline, "due_at", Q(state=DeadlineState.RUNNING)),
    "asked": Fact(Invitation, "created_at"),
    "surveyed": Fact(Invitation, "answered_at"),
}


def branch_of(root: int) -> list[int]:
    """The ids of a category and of all below it; one query."""
    below: dict[int | None, list[int]] = {}
    for pk, parent in Category.objects.order_by().values_list("pk", "parent"):
        below.setdefault(parent, []).append(pk)
    found = [root]
    for pk in found:
        found += [child for child in below.get(pk, ()) if child not in found]
    return found


def countable(user: User, cuts: Cuts | None = None) -> QuerySet[Ticket]:
    """The tickets that count for this person: seen, granted by `reports.figures`, not cut away."""
    rows = Ticket.objects.granting("reports.figures", user)
    for name, value in (cuts or Cuts()).chosen().items():
        path = "customer__tier" if name == "tier" else name
        if name == "person":
            rows = rows.filter(_of_person(int(value)))
        elif value == 0:
            rows = rows.filter(**{f"{path}__isnull": True})
        elif name == "category":
            rows = rows.filter(category__in=branch_of(int(value)))
        else:
            rows = rows.filter(**{path: value})
    return rows


def _of_person(pk: int) -> Q:
    if pk == 0:
        return Q(handler__isnull=True, contact__isnull=True)
    return Q(handler=pk) | Q(handler__isnull=True, contact=pk)


def within(tickets: QuerySet[Ticket], rows: QuerySet, path: str = "ticket") -> QuerySet:
    """Those of `rows` that belong to `tickets`; where these are all, nothing is joined."""
    return rows.filter(**{f"{path}__in": tickets.values("pk")}) if tickets.query.where else rows


def happened(tickets: QuerySet[Ticket], name: str, spans: Iterable[Span]) -> QuerySet:
    """The rows of a fact (FACTS) of these tickets in any of the spans `[begin, end)`."""
    fact = FACTS[name]
    spans = [(begin, end) for begin, end in sorted(spans) if begin < end]
    if not spans:
        return fact.model._default_manager.none().order_by()
    # One range, so that an index alone can answer; what lies between the spans is left out of it.
    when = Q(**{f"{fact.stamp}__gte": spans[0][0], f"{fact.stamp}__lt": spans[-1][1]})
    for (_begin, end), (begin, _end) in pairwise(spans):
        if end < begin:
            when &= Q(**{f"{fact.stamp}__lt": end}) | Q(**{f"{fact.stamp}__gte": begin})
    return within(tickets, fact.model._default_manager.filter(fact.where, when)).order_by()


def open_before(tickets: QuerySet[Ticket], at: datetime) -> QuerySet[TicketCycle]:
    """The runs that were open just before `at`; twin of `rules.was_open`.

    Each of the three ways to be open has an index of its own.
    """
    still = Q(resolved_at__isnull=True, cancelled_at__isnull=True)
    later = Q(resolved_at__gte=at) | Q(cancelled_at__gte=at)
    return within(tickets, TicketCycle.objects.filter(still | later, opened_at__lt=at)).order_by()


def held_at(at: datetime) -> Exists:
    """Whether a run's ticket was on hold just before `at`."""
    from tickets.models import Hold

    mine = Hold.objects.filter(ticket=OuterRef("ticket"), started_at__lt=at)
    return Exists(mine.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=at)))


def verdict(at: datetime) -> Case:
    """What the first contact of a first run came to; twin of `rules.contact_verdict`.

    "" for a run after a reopening: its ticket is judged by the first.
    """
    week_later = ExpressionWrapper(OuterRef("resolved_at") + JUDGED_AFTER, output_field=Moment())
    again = Ticket.objects.filter(
        unit=OuterRef("ticket__unit"),
        category=OuterRef("ticket__category"),
        received_at__gt=OuterRef("resolved_at"),
        received_at__lte=week_later,
    )
    return Case(
        When(number__gt=1, then=Value("")),
        When(visited_at__isnull=False, then=Value("onsite")),
        When(resolved_at__gt=at - JUDGED_AFTER, then=Value("waiting")),
        When(
            Q(spoke_again_at__lt=F("resolved_at")) | Q(asked_at__isnull=False),
            then=Value("not_solved"),
        ),
        When(ticket__cycle__gt=1, then=Value("not_solved")),
        When(Exists(again), then=Value("not_solved")),
        default=Value("solved"),
        output_field=CharField(),
    )
