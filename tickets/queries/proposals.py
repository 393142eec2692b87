"""What the desk suggests: a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.models import Customer, Order, OrderLine, Unit
from customers.rules import normalise_order, normalise_serial
from foundation.accounts.cached import cached
from foundation.desk.words import listed
from tickets import rules
from tickets.models import PriorityRule, SafetyWord, Ticket

NAMING = (
    "number", "title", "status", "handler", "contact", "customer", "requester_name",
    "requester_address",
)  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """A priority and why."""

    priority: str
    why: str


def safety_words(text: str) -> list[str]:
    """The safety words in a text."""
    return rules.words_in(text, _safety_words())


@cached(SafetyWord)
def _safety_words() -> Sequence[str]:
    return tuple(SafetyWord.objects.values_list("word", flat=True))


@cached(PriorityRule)
def _priority_rows() -> Sequence[rules.PriorityRow]:
    return tuple(row.as_row() for row in PriorityRule.objects.all())


def proposal(ticket: Ticket) -> Proposal:
    """The priority the matrix proposes for the ticket's facts, with the row that decided."""
    priority, row = rules.propose_priority(
        _priority_rows(),
        reach=ticket.reach,
        urgency=ticket.urgency,
        impact=ticket.impact,
        safety=ticket.is_safety,
    )
    because = row and [
        (row.safety, _("danger to people")),
        (row.reach, ticket.get_reach_display()),
        (row.impact, ticket.get_impact_display()),
        (row.urgency, ticket.get_urgency_display()),
    ]
    why = listed(words for value, words in because or () if value)
    return Proposal(priority, why or _("nothing calls for a higher priority"))


def customer_candidates(ticket: Ticket) -> list[Customer]:
    """Customers whose number or address stands in the request; at most five."""
    wanted = [text for text in (ticket.requester_phone, ticket.requester_email) if text]
    found: dict[int, Customer] = {}
    for text in wanted:
        for customer in Customer.objects.reachable_at(text).select_related("tier")[:5]:
            found[customer.pk] = customer
    if not found and ticket.serial_text:
        for unit in Unit.objects.with_serial(ticket.serial_text).select_related("customer__tier"):
            if unit.customer:
                found[unit.customer_id] = unit.customer
    return list(found.values())[:5]


def unit_candidates(ticket: Ticket) -> list[Unit]:
    """The unit with the serial given, then the customer's others; at most ten."""
    serial = normalise_serial(ticket.serial_text)
    wanted = Q(serial_normalised=serial) if serial else Q()
    if ticket.customer_id:
        wanted |= Q(customer_id=ticket.customer_id)
    if not wanted:
        return []
    return list(Unit.objects.filter(wanted).select_related("product", "customer")[:10])


def facts_of_line(line: OrderLine) -> dict[str, Any]:
    """What an order's line tells of a request: facts of the ticket, its customer and unit."""
    return {
        "product": line.product,
        "order_number": line.order.number,
        "bought_on": line.order.ordered_on,
        "bought_at": line.order.sold_by,
        "customer": line.order.customer,
        "unit": line.unit,
    }


def orders_of(ticket: Ticket, by) -> list[Order]:
    """The orders this person may see that the ticket is about: by the number given, else by its
    unit; at most three. One query, none where the ticket tells neither."""
    seen = Order.objects.visible_to(by)
    if normalise_order(ticket.order_number):
        return list(seen.numbered(ticket.order_number)[:3])
    return list(seen.filter(lines__unit=ticket.unit_id)[:3]) if ticket.unit_id else []


def likely_duplicates(ticket: Ticket, by) -> list[Ticket]:
    """Other open tickets of the same unit, customer or address, newest first; at most five.

    Read with what names them, and what tells who may read that.
    """
    same = Q(pk__in=[])
    if ticket.unit_id:
        same |= Q(unit_id=ticket.unit_id)
    if ticket.customer_id:
        same |= Q(customer_id=ticket.customer_id)
    if ticket.requester_email:
        same |= Q(requester_email__iexact=ticket.requester_email)
    if ticket.requester_phone:
        same |= Q(requester_phone=ticket.requester_phone)
    rows = Ticket.objects.visible_to(by).open().filter(same).exclude(pk=ticket.pk)
    return list(rows.only(*NAMING).order_by("-received_at")[:5])
