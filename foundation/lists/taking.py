"""The page that takes a list out as a file: which form, which columns. Mounted by the site."""

import uuid

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.clockwork.once import once
from foundation.desk.forms import DeskForm
from foundation.lists import exports, kinds, queries
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


def export_page(request: HttpRequest) -> HttpResponse:
    """GET shows what will be taken out, POST asks for it."""
    data = request.POST if request.method == "POST" else request.GET
    key, address = data.get("list", ""), data.get("query", "")[:4000]
    if not request.user.may(exports.VERB):
        raise PermissionDenied
    try:
        listed = kinds.get(key)
    except KeyError:
        raise Http404 from None
    if not listed.may(request.user):
        raise PermissionDenied
    asked = queries.read(listed, QueryDict(address), Reader(request.user))
    form = ExportForm(request.POST or None, initial={"once": uuid.uuid4().hex})
    if request.method == "POST" and form.is_valid():
        return HttpResponseRedirect(_begin(request, listed, asked, form.cleaned_data))
    context = {
        **admin.site.each_context(request),
        "title": _("Export"),
        "form": form,
        "listed": listed,
        "asked": asked,
        "query": address,
        "columns": asked.columns,
        "conditions": _conditions(listed, asked),
    }
    return TemplateResponse(request, "lists/export.html", context)


def _conditions(listed, asked) -> list[tuple[str, str]]:
    known = kinds.filters_of(listed)
    return [
        (known[key].label, "/".join(str(words) for words in values.values()))
        for key, values in asked.filters.items()
    ]


def _begin(request: HttpRequest, listed, asked, cleaned: dict) -> str:
    """Start the job once, however often the form is sent; returns the address of its page."""
    columns = listed.columns if cleaned["columns"] == ALL else asked.columns
    query = {
        "list": listed.key,
        "address": asked.query(),
        "columns": [column.key for column in columns],
    }

    def work() -> dict:
        title = _("Export: %(list)s") % {"list": listed.label}
        name = listed.key.replace(".", "-")
        kind = cleaned["kind"]
        job = start(exports.SOURCE, query=query, kind=kind, title=title, name=name, by=request.user)
        return {"job": job.pk}

    answer, _fresh = once("lists.export", f"{request.user.pk}:{cleaned['once']}", work)
    return reverse("admin:clockwork_job_change", args=[answer["job"]])
