"""The page of one deadline: why it is due when it is."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets import queries
from tickets.admin.pages import is_fragment
from tickets.models import Deadline, Ticket
from tickets.queries.why import why


@require_safe
def why_page(request: HttpRequest, deadline: int) -> HttpResponse:
    """For whoever sees the ticket; in a dialog or as a page of its own."""
    rows = Deadline.objects.filter(Ticket.objects.visible_to(request.user).have())
    rows = rows.select_related(
        "promise", "policy", "ticket__customer__tier", "ticket__category__parent",
        "ticket__product__category", "ticket__unit__product__category", "ticket__department",
    )  # fmt: skip
    row = get_object_or_404(rows, pk=deadline)
    told = why(row)
    queries.veil(row.ticket, request.user)
    context = {
        **({} if is_fragment(request) else admin.site.each_context(request)),
        "title": _("Why is it due then?"),
        "subtitle": row.ticket.number,
        "why": told,
        "deadline": row,
        "ticket": row.ticket,
        "back": reverse("admin:tickets_alltickets_change", args=[row.ticket_id]),
    }
    template = "desk/tickets/why.html" if is_fragment(request) else "desk/tickets/why_page.html"
    return TemplateResponse(request, template, context)
