"""Taking a request at the desk: the form, and beside it who this is."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from customers.models import Customer, Order, OrderLine, Unit
from customers.queries import find_customers, find_orders
from customers.rules import shows
from foundation.clockwork.once import once
from tickets import actions
from tickets.forms.desk import NewRequestForm
from tickets.models import Ticket

FIRST = ("channel", "kind", "symptom")
WHO = ("requester_name", "requester_phone", "requester_email", "requester_address", "language")
WHAT = ("product", "serial_text", "order_number", "bought_on", "bought_at", "proof_number")
BAD = ("impact", "urgency", "reach", "is_safety", "mood", "is_exposure")
MORE = (
    "began",
    "frequency",
    "environment",
    "tried",
    "wanted",
    "wanted_how",
    "wanted_when",
    "files",
)


def new_request(queue, request):
    """A new request; a form sent twice makes one ticket."""
    if not request.user.may("tickets.receive"):
        raise PermissionDenied
    initial = {"once": uuid.uuid4().hex, "requester_phone": request.GET.get("phone", "")}
    form = NewRequestForm(request.POST or None, request.FILES or None, initial=initial)
    orders = Order.objects.visible_to(request.user)
    form.fields["order_line"].queryset = OrderLine.objects.filter(order__in=orders)
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(queue.address(_receive(request, form)))
        except ValidationError as error:
            form.add_error(None, error)
    groups = [
        (_("The request"), [form[name] for name in FIRST]),
        (_("Who"), [form[name] for name in WHO]),
        (_("Which product"), [form[name] for name in WHAT]),
        (_("How bad"), [form[name] for name in BAD]),
        (_("More"), [form[name] for name in MORE]),
    ]
    words = request.POST.get("words") or form["requester_phone"].value() or ""
    context = {
        **queue.admin_site.each_context(request),
        "title": _("New request"),
        "opts": queue.opts,
        "form": form,
        "groups": groups,
        "is_fullwidth": "1",
        "known": _known(request, words, form["order_line"].value()),
    }
    return TemplateResponse(request, "desk/tickets/new.html", context)


def _receive(request, form: NewRequestForm) -> int:
    data = form.cleaned_data

    def work() -> dict:
        ticket = actions.receive(
            by=request.user,
            channel=data["channel"],
            facts=form.fact_values(),
            customer=data["customer"],
            unit=data["unit"],
            files=data["files"],
        )
        return {"ticket": ticket.pk}

    answer, fresh = once("desk.request", f"{request.user.pk}:{data['once']}", work)
    ticket = Ticket.objects.get(pk=answer["ticket"])
    if fresh and data["is_complete"]:
        try:
            actions.register(ticket, by=request.user)
        except actions.Refused as refused:
            messages.warning(request, refused.message)
    return ticket.pk


def known(request):
    """The fragment beside the form: who this number or name may be, their units and tickets."""
    if not request.user.may("tickets.receive"):
        raise PermissionDenied
    words = request.GET.get("words") or request.GET.get("requester_phone") or ""
    return TemplateResponse(request, "desk/tickets/known.html", {"known": _known(request, words)})


def _known(request, words: str, chosen: str | None = None) -> dict:
    """The people these words may mean, each with orders, units and latest tickets, and orders of
    nobody known; constant queries. Who sees no personal data finds by order number only."""
    user = request.user
    personal = shows(user.personal, "phone")
    words = words if len(words) >= 2 else ""
    among = Customer.objects.visible_to(user)
    people = find_customers(words, limit=5, among=among) if words and personal else []
    orders = _orders(user, words, people, personal)
    owners = {order.customer_id: order.customer for order in orders if order.customer_id}
    if personal:
        known = {person.pk for person in people}
        people += [owner for pk, owner in owners.items() if pk not in known]
    tickets = Ticket.objects.visible_to(user).filter(customer__in=people)
    latest = list(tickets.select_related("product").order_by("-received_at")[:20])
    units = list(Unit.objects.filter(customer__in=people).select_related("product")[:40])
    shown = {person.pk for person in people}
    return {
        "words": words,
        "chosen": chosen,
        "people": [
            {
                "customer": person,
                "orders": [row for row in orders if row.customer_id == person.pk],
                "units": [unit for unit in units if unit.customer_id == person.pk],
                "tickets": [row for row in latest if row.customer_id == person.pk][:5],
            }
            for person in people
        ],
        "orders": [row for row in orders if row.customer_id not in shown],
    }


def _orders(user, words: str, people: list[Customer], personal: bool) -> list[Order]:
    if not words:
        return []
    among = Order.objects.visible_to(user)
    return find_orders(words, 10, among=among, personal=personal, customers=people)
