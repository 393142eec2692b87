"""Columns of tickets to take out: what the lists show, read a whole chunk at once.

The keys are those of the lists' columns (`tickets.lists.columns`), and so are the values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace

from django.utils.translation import gettext_lazy as _

from customers.models import Product, Tier
from foundation.accounts.models import Department, User
from foundation.sheets.tables import Column, Piece, called, choice, names_of, plain
from tickets import queries, rules
from tickets.choices import Channel, Kind, Status
from tickets.models import Category

# What says whose ticket it is, and whether the reader may know.
PERSON = (
    "customer_id", "customer__name", "customer__address", "requester_name", "requester_address",
    "handler_id", "contact_id", "status",
)  # fmt: skip
UNIT = ("unit_id", "unit__serial", "unit__order_line", "unit__variant", "serial_text")


@dataclass(slots=True)
class Seen:
    """As much of a ticket as `queries.person_of` and `queries.readable` ask."""

    customer_id: int | None
    name: str | None
    address: str | None
    requester_name: str
    requester_address: str
    handler_id: int | None
    contact_id: int | None
    status: str

    @property
    def customer(self) -> SimpleNamespace:
        return SimpleNamespace(name=self.name, address=self.address)

    @property
    def is_open(self) -> bool:
        return self.status in rules.OPEN


def seen(piece: Piece) -> list[Seen]:
    return piece.once("seen", lambda: [Seen(*row) for row in _rows(piece, *PERSON)])


def _rows(piece: Piece, *names: str):
    return zip(*(piece[name] for name in names), strict=True)


def customers(piece: Piece) -> list[str]:
    return [queries.person_of(ticket, piece.user).customer for ticket in seen(piece)]


def typed(name: str):
    """What people wrote, as the reader may read it."""

    def read(piece: Piece) -> list[str]:
        return [
            queries.readable(ticket, piece.user, words)
            for ticket, words in zip(seen(piece), piece[name], strict=True)
        ]

    return read


def tree(piece: Piece) -> dict[int, Category]:
    return piece.always("tree", Category.objects.in_bulk)


def branch(piece: Piece, pk: int | None) -> list[Category]:
    """The category and those above it, the root first."""
    nodes, found = tree(piece), []
    while pk in nodes and nodes[pk] not in found:
        found.insert(0, nodes[pk])
        pk = nodes[pk].parent_id
    return found


def categories(piece: Piece, words) -> list[str]:
    """`words(branch)` of each ticket's category."""
    made = piece.always(
        ("branches", words), lambda: {pk: words(branch(piece, pk)) for pk in tree(piece)}
    )
    return [made.get(pk, "") for pk in piece["category_id"]]


def _path(nodes: list[Category]) -> str:
    return " › ".join(node.name for node in nodes[-2:])


def serials(piece: Piece) -> list[str]:
    return [
        (serial or f"{line} {variant}".strip()) if unit else text
        for unit, serial, line, variant, text in _rows(piece, *UNIT)
    ]


def _owners(piece: Piece) -> list[str]:
    people = piece.always(User, lambda: names_of(User))
    departments = piece.always(Department, lambda: names_of(Department))
    return [
        people.get(handler) or people.get(contact) or departments.get(department, "")
        for handler, contact, department in _rows(
            piece, "handler_id", "contact_id", "department_id"
        )
    ]


def _levels(piece: Piece) -> list[str]:
    return [given or proposed for given, proposed in _rows(piece, "priority", "proposed_priority")]


def of_customer(name: str):
    return lambda piece: [value or "" for value in piece[f"customer__{name}"]]


COLUMNS: Sequence[Column] = [
    plain("number", _("number"), kind="text", width=16),
    choice("state", _("state"), Status, "status"),
    Column("level", _("P"), _levels, "word", ("priority", "proposed_priority"), 6),
    plain("promise", _("next promise"), "next_due_at", "moment", 18),
    Column("who", _("customer"), customers, "text", PERSON, 18),
    Column("what", _("what"), typed("title"), "text", ("title", *PERSON), 40),
    Column(
        "owner", _("responsible"), _owners, "word",
        ("handler_id", "contact_id", "department_id"), 18,
    ),
    # An age grows while the file lies there; the moment does not.
    plain("since", _("received at"), "received_at", "moment", 18),
    Column(
        "category", _("category"), lambda piece: categories(piece, _path), "word",
        ("category_id",), 24,
    ),
    called("product", _("product"), Product, width=24),
    called("department", _("department"), Department),
    called("handler", _("handler"), User),
    called("contact", _("contact"), User),
    choice("kind", _("kind of request"), Kind),
    choice("channel", _("channel"), Channel),
    called("tier", _("tier"), Tier, "customer__tier_id"),
    Column("city", _("city"), of_customer("city"), "word", ("customer__city",)),
    Column(
        "region", _("province or region"), of_customer("region"), "word", ("customer__region",)
    ),
    Column("serial", _("serial number"), serials, "text", UNIT, 18),
    Column(
        "order_number", _("order number"), typed("order_number"), "text",
        ("order_number", *PERSON), 18,
    ),
    plain("received", _("received at"), "received_at", "moment", 18),
    plain("state_since", _("in this state since"), "status_at", "moment", 18),
    plain("customer_word", _("last word of the customer"), "last_customer_at", "moment", 18),
    plain("cycle", _("cycle"), kind="number", width=8),
]  # fmt: skip
