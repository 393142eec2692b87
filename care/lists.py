"""The list of calls: whom to ring next, and what came of those that were made."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from care import queries
from care.choices import CallbackKind, CallbackState, Outcome
from care.models import Callback
from foundation.desk.templatetags.desk import priority_badge, stamp
from foundation.lists import kinds
from foundation.lists.columns import badge, called, fact, moment, way_in
from foundation.lists.filters import between, choices, days
from foundation.lists.kinds import ONE, Column, Filter, List, Order, Reader, StandingView
from tickets.models import Ticket
from tickets.queries import person_of, readable

TICKET = ("ticket__customer",)
MINE, OPEN, DONE = "mine", "open", "done"
OUTCOME_TONES = {
    Outcome.REACHED_SATISFIED: "resolved",
    Outcome.REACHED_NOT_SOLVED: "failed",
    Outcome.REACHED_TOLD: "resolved",
    Outcome.NOT_REACHED: "in_progress",
    Outcome.WRONG_NUMBER: "in_progress",
}


def ticket_link(ticket: Ticket) -> Any:
    """The way to the ticket of a row, in its own list."""
    return render_to_string("care/ticket_link.html", {"ticket": ticket})


def ticket_number() -> Column:
    """For lists about tickets: the number, and on the page the way there."""
    return Column(
        "number",
        _("ticket"),
        lambda row, reader: row.ticket.number,
        html=lambda row, reader: ticket_link(row.ticket),
        related=("ticket",),
    )


def _person(name: str) -> Callable[[Any, Reader], str]:
    return lambda row, reader: getattr(person_of(row.ticket, reader.user), name)


def _about(row: Callback, reader: Reader) -> str:
    return readable(row.ticket, reader.user, row.ticket.title)


def _due(row: Callback, reader: Reader) -> Any:
    if not row.is_open:
        return stamp(row.due_at)
    return render_to_string("care/due.html", {"call": row})


CASES: dict[str, tuple[Any, Callable[[QuerySet, Reader], QuerySet]]] = {
    MINE: (_("waiting for me"), lambda rows, reader: rows.waiting_for(reader.user)),
    OPEN: (_("all open"), lambda rows, reader: rows.open()),
    DONE: (_("done"), lambda rows, reader: rows.filter(state=CallbackState.DONE)),
}


def _narrowed(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
    return CASES[asked[0]][1](rows, reader)


CALLS = List(
    key="care.calls",
    label=_("Call list"),
    family="calls",
    model=Callback,
    rows=lambda user: Callback.objects.visible_to(user),
    may=queries.may_call,
    columns=[
        Column(
            "due", _("due"), lambda row, reader: row.due_at, html=way_in(_due), order=("due",)
        ),
        Column(
            "level",
            _("P"),
            lambda row, reader: row.ticket.priority or row.ticket.proposed_priority,
            html=lambda row, reader: priority_badge(row.ticket),
            related=("ticket",),
        ),
        Column("who", _("customer"), _person("name"), related=TICKET),
        Column(
            "phone",
            _("phone"),
            _person("phone"),
            related=TICKET,
            prefetch=("ticket__customer__contact_points",),
        ),
        Column("what", _("about"), _about, related=TICKET, is_wide=True),
        fact("kind", _("kind")),
        fact("tries", _("tries")),
        called("assigned", _("who calls"), "assigned_to"),
        ticket_number(),
        fact("state", _("state")),
        fact(
            "outcome",
            _("outcome"),
            html=lambda row, reader: badge(
                OUTCOME_TONES.get(row.outcome, "received"), row.get_outcome_display()
            ),
        ),
        moment("done", _("done at"), "done_at", order=("done",)),
        called("by", _("done by"), "done_by"),
        moment("created", _("created"), "created_at"),
    ],
    shown=("due", "level", "who", "phone", "what", "kind", "tries", "assigned", "number"),
    always=("due",),
    filters=[
        Filter(
            "calls",
            _("calls"),
            known=lambda asked, reader: {v: CASES[v][0] for v in asked[:1] if v in CASES},
            apply=_narrowed,
            options=lambda reader: [(value, words) for value, (words, _do) in CASES.items()],
            look=ONE,
        ),
        choices("kind", _("kind"), CallbackKind),
        choices("outcome", _("outcome"), Outcome),
        days("due", _("due"), between("due_at")),
        days("done", _("done at"), between("done_at")),
    ],
    orders=(
        Order("due", _("longest due first"), ("due_at", "pk")),
        Order(
            "done",
            _("last done first"),
            ("-done_at", "-pk"),
            only=lambda rows: rows.filter(done_at__isnull=False),
        ),
    ),
    empty=(
        _("Nobody waits for your call"),
        _(
            "Customers appear here when an urgent or important ticket was resolved and they have "
            "not said whether it works, or when they were not satisfied. Under “All open” you "
            "find everybody's calls."
        ),
    ),
    views=(
        StandingView(MINE, _("Waiting for me"), f"calls={MINE}"),
        StandingView(OPEN, _("All open"), f"calls={OPEN}"),
        StandingView(DONE, _("Done"), f"calls={DONE}&order=done"),
    ),
    opens_with=MINE,
)  # fmt: skip


def register() -> None:
    kinds.register(CALLS)
