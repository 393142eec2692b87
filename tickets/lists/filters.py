"""By what a list of tickets can be narrowed. No key here reads personal data."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers.lists.filters import OF_CUSTOMER, OF_UNIT, PRODUCT
from customers.models import Tier
from foundation.accounts.models import Department, User
from foundation.lists.filters import between, choices, days, keyed, named
from foundation.lists.kinds import Filter, Reader
from tickets import rules
from tickets.choices import Channel, HoldReason, Kind, Priority, Status
from tickets.models import Category, Hold, Ticket, TicketCycle
from tickets.models.ticket import AWAITS_ANSWER, SPOKE_AFTER_END

SOON = timedelta(hours=2)
WORKED = (*rules.OPEN, Status.RESOLVED)
ME, NOBODY, OPEN = "me", "nobody", "open"


def _states(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
    wanted = [value for value in asked if value != OPEN]
    if OPEN in asked:
        wanted += [value for value in rules.OPEN if value not in wanted]
    return rows.filter(status=wanted[0]) if len(wanted) == 1 else rows.filter(status__in=wanted)


STATE_WORDS = {OPEN: _("all open"), **dict(Status.choices)}
STATE = Filter(
    "status",
    _("state"),
    known=lambda asked, reader: {v: STATE_WORDS[v] for v in asked if v in STATE_WORDS},
    apply=_states,
    options=lambda reader: STATE_WORDS.items(),
)


def _priority(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
    """What is not classified yet counts by its proposal, as the list shows it."""
    return rows.filter(Q(priority__in=asked) | Q(priority="", proposed_priority__in=asked))


PRIORITY = Filter(
    "priority",
    _("priority"),
    known=lambda asked, reader: {v: Priority(v).label for v in asked if v in Priority.values},
    apply=_priority,
    options=lambda reader: Priority.choices,
)


def categories(reader: Reader) -> list[Category]:
    return reader.once("categories", lambda: list(Category.objects.all()))


def _branch(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
    """The categories asked for and all below them, as keys: no join over tickets."""
    wanted = {row.pk for row in categories(reader) if row.key in asked}
    grown = 0
    while len(wanted) != grown:
        grown = len(wanted)
        wanted |= {row.pk for row in categories(reader) if row.parent_id in wanted}
    if len(wanted) == 1:
        return rows.filter(category=wanted.pop())
    return rows.filter(category__in=wanted)


def _known_categories(asked: Sequence[str], reader: Reader) -> dict[str, str]:
    names = {row.key: row.name for row in categories(reader)}
    return {key: names[key] for key in asked if key in names}


def _category_options(reader: Reader) -> list:
    rows = [row for row in categories(reader) if row.is_active]
    return [
        (
            root.name,
            [(root.key, _("all of “%(branch)s”") % {"branch": root.name})]
            + [(row.key, row.name) for row in rows if row.parent_id == root.pk],
        )
        for root in rows
        if root.parent_id is None
    ]


CATEGORY = Filter(
    "category", _("category"), known=_known_categories, apply=_branch, options=_category_options
)


def people(reader: Reader) -> list[User]:
    """Everybody with a role, once per page."""
    rows = User.objects.filter(is_active=True, roles__isnull=False).distinct()
    return reader.once("people", lambda: sorted(rows, key=str))


def _person(key: str, label: Any) -> Filter:
    def known(asked: Sequence[str], reader: Reader) -> dict[str, Any]:
        words: dict[str, Any] = {ME: _("me"), NOBODY: _("nobody")}
        pks = [int(value) for value in asked if value.isdecimal() and len(value) < 18]
        if pks:
            words |= {str(row.pk): str(row) for row in User.objects.filter(pk__in=pks)}
        return {value: words[value] for value in asked if value in words}

    def apply(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
        pks = [reader.user.pk if v == ME else int(v) for v in asked if v != NOBODY]
        wanted = Q(**{key: pks[0]}) if len(pks) == 1 else Q(**{f"{key}__in": pks})
        if NOBODY in asked:
            wanted = (wanted if pks else Q()) | Q(**{f"{key}__isnull": True})
        return rows.filter(wanted)

    def options(reader: Reader) -> list[tuple[str, Any]]:
        rows = [(str(row.pk), str(row)) for row in people(reader)]
        return [(ME, _("me")), (NOBODY, _("nobody")), *rows]

    return Filter(key, label, known=known, apply=apply, options=options)


def _waits_for(reason: str):
    held = Hold.objects.filter(reason=reason, ended_at__isnull=True).values("ticket")
    return lambda reader: Q(pk__in=held)


OPEN_ONLY = Q(status__in=rules.OPEN)
HOLD = named(
    "hold",
    _("on hold"),
    {
        "yes": (_("on hold"), lambda reader: Q(is_on_hold=True) & OPEN_ONLY),
        "no": (_("not on hold"), lambda reader: Q(is_on_hold=False) & OPEN_ONLY),
        **{reason: (label, _waits_for(reason)) for reason, label in HoldReason.choices},
    },
)
LATENESS = named(
    "lateness",
    _("lateness"),
    {
        "late": (_("late"), lambda reader: Q(next_due_at__lt=reader.at)),
        "soon": (
            _("due within 2 h"),
            lambda reader: Q(next_due_at__gte=reader.at, next_due_at__lt=reader.at + SOON),
        ),
        "on_time": (_("on time"), lambda reader: Q(next_due_at__gte=reader.at + SOON)),
    },
)


def _awaiting(reader: Reader) -> Q:
    """As a subquery: few wait, and both halves have an index; a list in order would read all."""
    rows = Ticket.objects.order_by()
    working = rows.filter(AWAITS_ANSWER, status__in=WORKED).values("pk")
    return Q(pk__in=working.union(rows.filter(SPOKE_AFTER_END).values("pk")))


AWAITS = named("awaits", _("answer"), {"yes": (_("waits for an answer"), _awaiting)})
DANGER = named(
    "danger",
    _("danger"),
    {"yes": (_("danger to people"), lambda reader: Q(is_safety=True, status__in=WORKED))},
)


def _resolved(rows: QuerySet, since, before) -> QuerySet:
    cycles = between("resolved_at")(TicketCycle.objects.all(), since, before)
    return rows.filter(pk__in=cycles.values("ticket"))


def _with_open(column: str) -> Callable[[Reader], Q]:
    """Whom or what an open ticket is about that the reader may see."""

    def condition(reader: Reader) -> Q:
        rows = Ticket.objects.visible_to(reader.user).filter(OPEN_ONLY).order_by()
        return Q(pk__in=rows.filter(**{f"{column}__isnull": False}).values(column))

    return condition


def with_open(column: str) -> Filter:
    """For lists of those who own tickets: `column` is the ticket's key to them."""
    return named("ticket", _("ticket"), {OPEN: (_("has an open ticket"), _with_open(column))})


FILTERS = [
    STATE,
    PRIORITY,
    CATEGORY,
    keyed("department", _("department"), Department, "department"),
    _person("handler", _("handler")),
    _person("contact", _("contact")),
    LATENESS,
    HOLD,
    AWAITS,
    DANGER,
    keyed("tier", _("tier"), Tier, "customer__tier"),
    choices("channel", _("channel"), Channel),
    choices("kind", _("kind of request"), Kind),
    PRODUCT,
    days("received", _("received at"), between("received_at")),
    days("resolved", _("resolved at"), _resolved),
    OF_CUSTOMER,
    OF_UNIT,
]
