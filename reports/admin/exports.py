"""The staff page of the ticket report; mounted by the site at `admin:reports_export`."""

import uuid
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.clockwork.once import once
from foundation.sheets.exports import start
from foundation.sheets.writers import FORMATS
from reports import exports, queries
from reports.forms import ExportFilter

# Beyond this the page says "more than": counting everything would read everything.
MOST_COUNTED = 10_000


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Choose the tickets, see how many they are (GET); ask for the file (POST)."""
    if not request.user.may("reports.export"):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    rows = queries.exportable(request.user)
    found = ExportFilter(given or None, queryset=rows, request=request)
    is_valid = not found.is_bound or found.is_valid()
    if request.method == "POST" and is_valid:
        address = urlencode([(name, given[name]) for name in found.filters if given.get(name)])
        if given.get("file") in FORMATS:
            title = _("Export: ticket report")
            job = order_file(request, exports.SOURCE, address, given["file"], title, "tickets")
            return HttpResponseRedirect(job)
        return HttpResponseRedirect(f"?{address}")
    context = {
        **admin.site.each_context(request),
        "title": _("Export"),
        "form": found.form,
        "once": uuid.uuid4().hex,
        "count": found.qs[: MOST_COUNTED + 1].count() if is_valid else None,
        "most": MOST_COUNTED,
    }
    return TemplateResponse(request, "reports/export.html", context)


def order_file(
    request: HttpRequest, source: str, address: str, kind: str, title: str, name: str
) -> str:
    """Start the job once, however often the form is sent; returns the address of its page."""

    def work() -> dict:
        job = start(
            source,
            query={"filter": address},
            kind=kind,
            title=title,
            name=name,
            by=request.user,
        )
        return {"job": job.pk}

    key = f"{source}:{request.user.pk}:{kind}:{request.POST.get('once') or uuid.uuid4().hex}"
    answer, _fresh = once("reports.export", key, work)
    return reverse("admin:clockwork_job_change", args=[answer["job"]])
