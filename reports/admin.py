"""The staff page that exports the ticket list; mounted by the site at `admin:reports_export`."""

import logging

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reports import exports, queries
from reports.forms import ExportFilter

logger = logging.getLogger(__name__)
# Beyond this the page says "more than": counting everything would read everything.
MOST_COUNTED = 10_000


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Choose the tickets, see how many they are, download them."""
    if not request.user.may("reports.export"):
        raise PermissionDenied
    rows = queries.exportable(request.user)
    found = ExportFilter(request.GET or None, queryset=rows, request=request)
    is_valid = not found.is_bound or found.is_valid()
    if is_valid and "download" in request.GET:
        return download(request, found.qs)
    context = {
        **admin.site.each_context(request),
        "title": _("Export"),
        "form": found.form,
        "count": found.qs[: MOST_COUNTED + 1].count() if is_valid else None,
        "most": MOST_COUNTED,
    }
    return TemplateResponse(request, "reports/export.html", context)


def download(request: HttpRequest, tickets) -> StreamingHttpResponse:
    now = timezone.now()
    # Who took data out, never which data.
    logger.info("ticket list exported by user %s", request.user.pk)
    response = StreamingHttpResponse(
        exports.ticket_list(
            tickets,
            user=request.user,
            language=get_language(),
            zone=timezone.get_current_timezone_name(),
            at=now,
        ),
        content_type="text/csv; charset=utf-8",
    )
    name = f"tickets-{timezone.localtime(now):%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
