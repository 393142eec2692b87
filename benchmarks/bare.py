"""What Django alone needs for the same rows: one query, one plain table, no sign-in, no rights."""

from django.http import HttpResponse
from django.template import Context, Template

from foundation.search import rules
from tickets.models import Ticket, TicketDocument

PAGE = Template(
    "<!doctype html><title>{{ rows|length }}</title><table>{% for row in rows %}<tr>"
    "<td>{{ row.number }}<td>{{ row.get_status_display }}<td>{{ row.priority }}"
    "<td>{{ row.customer.name }}<td>{{ row.product.name }}<td>{{ row.title }}"
    "<td>{{ row.handler }}<td>{{ row.received_at }}{% endfor %}</table>"
)
STORY = Template(
    "<!doctype html><h1>{{ row.number }}</h1><p>{{ row.symptom }}</p>"
    "{% for event in events %}<p>{{ event.at }} {{ event.key }} {{ event.message.body }}</p>"
    "{% endfor %}"
)
RELATED = ("customer", "product", "handler")


def _table(rows) -> HttpResponse:
    return HttpResponse(PAGE.render(Context({"rows": list(rows.select_related(*RELATED))})))


def newest():
    return Ticket.objects.order_by("-received_at", "-pk")


def tickets(request) -> HttpResponse:
    return _table(newest()[:25])


def filtered(request) -> HttpResponse:
    return _table(newest().filter(status="in_progress", priority="P2")[:25])


def search(request) -> HttpResponse:
    asked = rules.query(request.GET["q"])
    found = TicketDocument.objects.matching(asked, personal=True).newest()[:25]
    return _table(newest().filter(pk__in=list(found.values_list("pk", flat=True))))


def deep(request) -> HttpResponse:
    pks = newest().values_list("pk", flat=True)[499 * 25 : 500 * 25]
    return _table(newest().filter(pk__in=list(pks)))


def ticket(request) -> HttpResponse:
    row = Ticket.objects.select_related(*RELATED).get(pk=request.GET["pk"])
    events = row.events.select_related("message", "actor")
    return HttpResponse(STORY.render(Context({"row": row, "events": events})))
