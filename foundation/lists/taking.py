"""The page that takes a list out as a file: which form, which columns. Mounted by the site."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.clockwork.once import once
from foundation.desk.forms import DeskForm
from foundation.lists import exports, kinds, queries, tables
from foundation.lists.kinds import Reader
from foundation.sheets.exports import start

SHOWN, ALL = "shown", "all"


class ExportForm(DeskForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[("xlsx", gettext_lazy("XLSX (Excel, WPS)")), ("csv", "CSV")],
        widget=forms.RadioSelect,
        initial="xlsx",
    )
    columns = forms.ChoiceField(
        label=gettext_lazy("Columns"),
        choices=[(SHOWN, gettext_lazy("as the list shows them")), (ALL, gettext_lazy("all"))],
        widget=forms.RadioSelect,
        initial=SHOWN,
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=40)


@dataclass(frozen=True)
class Offer:
    """What can be taken out: a list, or the table of a page. `here` names it in the address;
    `queries` are what the source is asked, for the columns shown and for all of them."""

    here: dict[str, str]
    label: Any
    name: str
    columns: Sequence[Any]
    conditions: Sequence[tuple[Any, Any]]
    text: str
    source: str
    queries: dict[str, dict[str, Any]]


def export_page(request: HttpRequest) -> HttpResponse:
    """GET shows what will be taken out, POST asks for it."""
    data = request.POST if request.method == "POST" else request.GET
    if not request.user.may(exports.VERB):
        raise PermissionDenied
    address = data.get("query", "")[:4000]
    offered = _table if data.get("table") else _list
    offer = offered(request, data.get("table") or data.get("list", ""), address)
    form = ExportForm(request.POST or None, initial={"once": uuid.uuid4().hex})
    if len(offer.queries) == 1:
        del form.fields["columns"]
    if request.method == "POST" and form.is_valid():
        return HttpResponseRedirect(_begin(request, offer, form.cleaned_data))
    context = {
        **admin.site.each_context(request),
        "title": _("Export"),
        "form": form,
        "offer": offer,
        "query": address,
    }
    return TemplateResponse(request, "lists/export.html", context)


def _list(request: HttpRequest, key: str, address: str) -> Offer:
    try:
        listed = kinds.get(key)
    except KeyError:
        raise Http404 from None
    if not listed.may(request.user):
        raise PermissionDenied
    asked = queries.read(listed, QueryDict(address), Reader(request.user))
    known = kinds.filters_of(listed)
    query = {"list": listed.key, "address": asked.query()}
    return Offer(
        {"list": key},
        listed.label,
        listed.key.replace(".", "-"),
        [column.label for column in asked.columns],
        [
            (known[key].label, "/".join(str(words) for words in values.values()))
            for key, values in asked.filters.items()
        ],
        asked.text,
        exports.SOURCE,
        {
            SHOWN: {**query, "columns": [column.key for column in asked.columns]},
            ALL: {**query, "columns": [column.key for column in listed.columns]},
        },
    )


def _table(request: HttpRequest, name: str, address: str) -> Offer:
    if tables.door_of(name) is None:
        raise Http404
    query = {"table": name, "address": address}
    if not tables.may(request.user, query):
        raise PermissionDenied
    try:
        page = tables.open_table(request.user, query, timezone.now())
    except ValidationError as error:
        raise Http404(error.messages[0]) from None
    return Offer(
        {"table": name},
        page.label,
        name.replace(".", "-"),
        page.columns,
        page.conditions,
        page.list.query,
        tables.SOURCE,
        {SHOWN: query},
    )


def _begin(request: HttpRequest, offer: Offer, cleaned: dict) -> str:
    """Start the job once, however often the form is sent; returns the address of its page."""
    query = offer.queries[cleaned.get("columns", SHOWN)]

    def work() -> dict:
        title = _("Export: %(list)s") % {"list": offer.label}
        kind = cleaned["kind"]
        job = start(
            offer.source, query=query, kind=kind, title=title, name=offer.name, by=request.user
        )
        return {"job": job.pk}

    answer, _fresh = once("lists.export", f"{request.user.pk}:{cleaned['once']}", work)
    return reverse("admin:clockwork_job_change", args=[answer["job"]])
