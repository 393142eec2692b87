"""What policies may ask of a ticket. Higher apps add facts of their own from `ready()`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Product, ProductCategory, Tier
from foundation.accounts.choices import Language
from foundation.accounts.models import Department
from tickets.choices import Channel, Kind, Priority
from tickets.models import Category, Ticket

Choice = tuple[str, str]


@dataclass(frozen=True)
class Fact:
    """`read` gives the values of a ticket, `choices` what an administrator may choose from."""

    key: str
    label: str | Lazy
    read: Callable[[Ticket], Iterable[str]]
    choices: Callable[[], list[Choice]]


FACTS: dict[str, Fact] = {}


def register(
    key: str,
    label: str | Lazy,
    read: Callable[[Ticket], Iterable[str]],
    choices: Callable[[], list[Choice]],
) -> None:
    """`read(ticket)` gives the values of a ticket; `choices()` all there are, with their words."""
    FACTS[key] = Fact(key, label, read, choices)


class TicketFacts(Mapping):
    """The facts of one ticket, each read when it is first asked for."""

    def __init__(self, ticket: Ticket):
        self.ticket = ticket
        self._read: dict[str, frozenset[str]] = {}

    def __getitem__(self, key: str) -> frozenset[str]:
        if key not in self._read:
            self._read[key] = frozenset(filter(None, FACTS[key].read(self.ticket)))
        return self._read[key]

    def __iter__(self):
        return iter(FACTS)

    def __len__(self) -> int:
        return len(FACTS)


def _category(ticket: Ticket) -> list[str]:
    category = ticket.category if ticket.category_id else None
    if category is None:
        return []
    return [category.key, category.parent.key if category.parent_id else ""]


def _product(ticket: Ticket) -> Product | None:
    if ticket.product_id:
        return ticket.product
    return ticket.unit.product if ticket.unit_id else None


def _product_code(ticket: Ticket) -> list[str]:
    product = _product(ticket)
    return [product.code] if product else []


def _product_category(ticket: Ticket) -> list[str]:
    product = _product(ticket)
    return [product.category.key] if product else []


def _tier(ticket: Ticket) -> list[str]:
    tier = ticket.customer.tier if ticket.customer_id else None
    return [tier.key] if tier else []


def _department(ticket: Ticket) -> list[str]:
    return [ticket.department.key] if ticket.department_id else []


def _named(model, key: str = "key") -> Callable[[], list[Choice]]:
    return lambda: [(getattr(row, key), str(row)) for row in model._default_manager.all()]


def _chosen(choices) -> Callable[[], list[Choice]]:
    return lambda: [(value, str(label)) for value, label in choices.choices]


register("category", _("category"), _category, _named(Category))
register(
    "priority", _("priority"), lambda row: [row.priority or row.proposed_priority],
    _chosen(Priority),
)  # fmt: skip
register("tier", _("customer's tier"), _tier, _named(Tier))
register("product", _("product"), _product_code, _named(Product, "code"))
register("product_category", _("product category"), _product_category, _named(ProductCategory))
register("channel", _("channel"), lambda row: [row.channel], _chosen(Channel))
register("kind", _("kind of request"), lambda row: [row.kind], _chosen(Kind))
register("department", _("department"), _department, _named(Department))
register("language", _("language of the customer"), lambda row: [row.language], _chosen(Language))
