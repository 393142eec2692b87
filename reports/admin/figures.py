"""The staff page of figures; mounted by the site at `admin:reports_figures`."""

import csv
import logging
import uuid

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.sheets.cells import for_csv
from foundation.sheets.writers import FORMATS
from reports import catalogue, promises, queries, rules, showing
from reports.admin.exports import order_file
from reports.forms import FiguresForm
from reports.queries.facts import Cuts

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a period, each with the tickets behind it; `?csv=1` as a file. POST asks for
    the promises by department, person or step as a file."""
    if not request.user.may("reports.figures"):
        raise PermissionDenied
    at = timezone.localtime()
    form = FiguresForm(request.GET)
    is_valid = form.is_valid()
    if request.method == "POST":
        return _file(request, form if is_valid else None)
    period, cuts = form.asked(at) if is_valid else (rules.period("30d", at), Cuts())
    told = queries.figures(request.user, period, cuts, at)
    by = form.cleaned_data.get("by", "")
    sort = form.cleaned_data.get("sort") or "received"
    rows = queries.table(request.user, by, period, cuts, at, column=sort) if by else []
    if is_valid and "csv" in request.GET:
        return as_csv(request, told, by, rows)
    context = {
        **admin.site.each_context(request),
        "title": _("Figures"),
        "form": form,
        "is_valid": is_valid,
        "page": showing.page(told, form if is_valid else None),
        "table": showing.table(told, form, by, sort, rows) if by else None,
        "kept": promises.chosen(request.user, told, form) if is_valid else None,
        "once": uuid.uuid4().hex,
    }
    return TemplateResponse(request, "reports/figures.html", context)


def _file(request: HttpRequest, form: FiguresForm | None) -> HttpResponse:
    kind = request.POST.get("file")
    if form is None or kind not in FORMATS:
        return HttpResponseRedirect(request.get_full_path())
    address = form.address().removeprefix("?")
    title = str(promises.TITLE)
    return HttpResponseRedirect(
        order_file(request, promises.SOURCE, address, kind, title, "promises-kept")
    )


def as_csv(request: HttpRequest, told: queries.Figures, by: str, rows: list) -> HttpResponse:
    """The numbers of the page: figures, then the columns of the charts, then the table."""
    logger.info("figures exported by user %s", request.user.pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"figures-{told.period.first:%Y-%m-%d}-{told.period.last_day:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    writer = csv.writer(response)
    for line in (*_figure_lines(told), [], *_series_lines(told), [], *_table_lines(by, rows)):
        writer.writerow([for_csv(_plain(cell)) for cell in line])
    return response


def _plain(cell):
    return round(cell, 2) if isinstance(cell, float) else cell


def _figure_lines(told: queries.Figures):
    yield [_("Period"), told.period.first.date(), told.period.last_day]
    yield [_("Compared with"), told.period.before_first.date(), told.period.last_day_before]
    yield [_("Figure"), _("Key"), _("Measured in"), _("Value"), "n", _("Before"), _("n before")]
    for key, figure in told.values.items():
        yield [
            showing.full_name(key, told), key, str(showing.UNITS[figure.unit]), figure.value,
            figure.n, figure.before, figure.before_n,
        ]  # fmt: skip


def _series_lines(told: queries.Figures):
    yield [_("From the day"), *(str(showing.SERIES[name]) for name in told.series)]
    for index, (begin, _end) in enumerate(told.columns):
        yield [begin.date(), *(values[index] for values in told.series.values())]


def _table_lines(by: str, rows: list):
    if not by:
        return
    names = [str(words) for words in catalogue.COLUMNS.values()]
    yield [str(catalogue.DIMENSIONS[by]), *(cell for name in names for cell in (name, "n"))]
    for row in rows:
        cells = [cell for name in catalogue.COLUMNS for cell in row.values[name]]
        yield [row.name or _("none"), *cells]
