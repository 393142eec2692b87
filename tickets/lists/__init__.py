"""The lists of tickets: each desk its own selection, all with the same columns and filters."""

from collections.abc import Callable

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.accounts.choices import Personal
from foundation.lists import kinds
from foundation.lists.kinds import List, Order, StandingView
from foundation.search.queries import candidates
from tickets import rules
from tickets.lists import helping
from tickets.lists.columns import COLUMNS
from tickets.lists.filters import FILTERS, with_open
from tickets.models import AllTickets, Intake, MyWork, Ticket, ToAssign, ToClassify

FAMILY = "tickets"
SHOWN = ("number", "state", "level", "promise", "who", "what", "owner", "since")

NEWEST = Order("newest", _("newest first"), ("-received_at", "-pk"))
OLDEST = Order("oldest", _("oldest first"), ("received_at", "pk"))
DUE = Order(
    "due",
    _("next promise first"),
    ("next_due_at", "pk"),
    only=lambda rows: rows.filter(next_due_at__isnull=False),
)
URGENCY = Order(
    "urgency",
    _("most urgent first"),
    ("-is_safety", F("next_due_at").asc(nulls_last=True), "pk"),
)
WAITING = Order("waiting", _("longest in this state first"), ("status_at", "pk"))
# A desk holds what is open now; all tickets are sorted only as an index carries it.
DESK_ORDERS = (URGENCY, NEWEST, OLDEST, WAITING)
ALL_ORDERS = (NEWEST, OLDEST, DUE)

LATE = StandingView("late", _("Late"), "lateness=late")
UNANSWERED = StandingView("unanswered", _("Waits for an answer"), "awaits=yes")
VIEWS = (
    StandingView("open", _("Everything open"), "status=open"),
    StandingView("late", _("Late"), "lateness=late&order=due"),
    UNANSWERED,
    StandingView("vip", _("VIP"), "status=open&tier=vip"),
    StandingView("parts", _("Waiting for parts"), "hold=parts"),
)
EMPTY = _("Nothing waits here")
QUICK = (("lateness", "late"), ("awaits", "yes"), ("hold", "yes"), ("priority", "P1"))


def search(rows: QuerySet, user, text: str) -> tuple[QuerySet, bool]:
    """Tickets that hold every word, or whose number was typed, in whatever way."""
    pks, has_more = candidates("tickets", user, text)
    # A telephone number has as many digits: what looks like one of ours may be either.
    named = Q(number=rules.parse_number(text) or text)
    return rows.filter(named | Q(pk__in=pks)), has_more


def search_hint(user) -> str:
    """What the box of this person finds by."""
    full = Personal.FULL in user.personal
    return _("Number, name, phone or words") if full else _("Number, product or words")


def sees_tickets(user) -> bool:
    return user.is_authenticated and bool(user.scopes - {"none", "case"})


def _desk(
    model: type[Ticket],
    label,
    chosen: Callable[[QuerySet, object], QuerySet],
    verbs: tuple[str, ...] = (),
    **more,
) -> List:
    def may(user) -> bool:
        allowed = not verbs or any(user.may(f"tickets.{verb}") for verb in verbs)
        return allowed and sees_tickets(user)

    settings = {"orders": DESK_ORDERS, "views": (LATE,), "quick": QUICK, **more}
    return List(
        key=f"tickets.{model._meta.model_name}",
        label=label,
        family=FAMILY,
        model=model,
        rows=lambda user: chosen(model.objects.visible_to(user), user),
        visible=lambda user: Ticket.objects.visible_to(user),
        may=may,
        columns=COLUMNS,
        shown=SHOWN,
        always=("number",),
        filters=FILTERS,
        search=search,
        search_hint=search_hint,
        version="version",
        name=lambda row: row.number,
        **settings,
    )


DESKS = {
    "intake": _desk(
        Intake,
        _("Intake"),
        lambda rows, user: rows.at_intake(),
        ("receive", "register"),
        empty=(
            EMPTY,
            _(
                "Requests appear here as soon as they come in by web form or e-mail. Type in what "
                "comes by phone with “New request”."
            ),
        ),
    ),
    "toclassify": _desk(
        ToClassify,
        _("To classify"),
        lambda rows, user: rows.to_classify(),
        ("classify",),
        empty=(
            EMPTY,
            _(
                "Tickets appear here when their registration is complete. Classify the most "
                "urgent first."
            ),
        ),
    ),
    "toassign": _desk(
        ToAssign,
        _("To assign"),
        lambda rows, user: rows.to_assign(),
        ("assign",),
        empty=(EMPTY, _("Classified tickets appear here until somebody is chosen to do the work.")),
    ),
    "mywork": _desk(
        MyWork,
        _("My work"),
        lambda rows, user: rows.worked_by(user),
        ("start", "message", "note"),
        views=(LATE, UNANSWERED),
        empty=(
            EMPTY,
            _("Tickets appear here when you handle them or speak with the customer."),
        ),
    ),
    "alltickets": _desk(
        AllTickets,
        _("All tickets"),
        lambda rows, user: rows,
        orders=ALL_ORDERS,
        views=VIEWS,
        empty=(EMPTY, _("There is no ticket you may see yet.")),
    ),
}


def register() -> None:
    """Make the desks known as lists, and let who owns tickets be looked for by them."""
    for listed in DESKS.values():
        kinds.register(listed)
    helping.register()
    kinds.register_filter("customers", with_open("customer"))
    kinds.register_filter("units", with_open("unit"))
