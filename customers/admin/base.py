"""What the pages of this app share: who sees personal data, and who sees it masked."""

from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from customers import rules
from customers.models import Customer, Order, Unit

MOST_ORDERS = 20


def shows(request, what: str) -> bool:
    return rules.shows(request.user.personal, what)


class PersonalData:
    """Only people who see personal data in full may edit it; the rest see it masked."""

    view_verb = "customers.view"
    edit_verb = "customers.edit"

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and shows(request, "notes")


def veil(customer: Customer, personal: set[str]) -> Customer:
    """Mask the instance for showing. It must not be saved; who sees it masked cannot edit."""
    if not rules.shows(personal, "name"):
        customer.name = rules.mask_name(customer.name)
    if not rules.shows(personal, "address"):
        customer.address = rules.STARS if customer.address else ""
    if not rules.shows(personal, "notes"):
        customer.notes = rules.STARS if customer.notes else ""
    return customer


def order_links(owner: Customer | Unit, orders: QuerySet[Order]) -> str:
    """The latest orders as links (a dealer may have thousands), read once: the theme asks often."""
    if not hasattr(owner, "shown_orders"):
        latest = orders.order_by(F("ordered_on").desc(nulls_last=True), "-pk")
        rows = list(latest[: MOST_ORDERS + 1])
        every = f"{reverse('admin:customers_order_changelist')}?customer={owner.pk}"
        context = {"orders": rows[:MOST_ORDERS], "every": len(rows) > MOST_ORDERS and every}
        owner.shown_orders = render_to_string("desk/customers/orders.html", context)
    return owner.shown_orders
