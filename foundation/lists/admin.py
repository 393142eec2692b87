"""The base of every list at the desk, and the dialogs that all lists share."""

import uuid
from http import HTTPStatus

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from foundation.clockwork.once import fingerprint
from foundation.desk.admin import DeskAdmin
from foundation.desk.forms import tell
from foundation.lists import actions, kinds, pages, queries
from foundation.lists.forms import ColumnsForm, FilterForm, ViewForm
from foundation.lists.kinds import List, Reader
from foundation.lists.models import BulkRun, SavedView

MOST_ROWS = 50


class ListAdmin(DeskAdmin):
    """A registered list as the page of its rows. What opens one row stays with the subclass."""

    list_key = ""
    list_template = "lists/list.html"

    @property
    def listed(self) -> List:
        return kinds.get(self.list_key)

    def address(self, pk: int) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])

    def list_address(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def changelist_view(self, request, extra_context=None):
        if "_popup" in request.GET:
            return super().changelist_view(request, extra_context)
        if not self.has_view_permission(request):
            raise PermissionDenied
        listed, user = self.listed, request.user
        choice, views = queries.choice_of(listed, user), queries.views_of(listed, user)
        opens_with = choice.opens_with or listed.opens_with
        if opens_with and not request.GET:
            return HttpResponseRedirect(f"?{queries.VIEW}={opens_with}")
        reader = Reader(user)
        reader.address = self.address
        asked = queries.read(listed, request.GET, reader, choice=choice, views=views)
        body = pages.body(asked)
        if request.GET.get("part") == "rows":
            return self._rows_alone(request, body)
        context = {
            **self.admin_site.each_context(request),
            **body,
            **pages.head(asked, choice, views, user),
            "title": listed.label,
            "opts": self.opts,
            "queue": self,
            "is_fullwidth": "1",
            "may_add": self.has_add_permission(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.list_template, context)

    def _rows_alone(self, request, body: dict) -> HttpResponse:
        """Only what refreshes; nothing at all where nothing changed."""
        body |= {"opts": self.opts, "queue": self, "may_add": self.has_add_permission(request)}
        text = render_to_string(self.rows_template, body, request)
        mark = pages.mark(text)
        if request.headers.get("If-None-Match") == mark:
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": mark})
        return HttpResponse(text, headers={"ETag": mark})

    rows_template = "lists/rows.html"


def is_fragment(request) -> bool:
    return request.headers.get("HX-Request") == "true"


def go(request, url: str) -> HttpResponse:
    """Out of a dialog or a plain form."""
    if is_fragment(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def list_url(listed: List) -> str:
    """The desk's page of a list."""
    door = door_of(listed)
    return door.list_address() if door else reverse("admin:index")


def door_of(listed: List) -> "ListAdmin | None":
    doors = admin.site._registry.values()
    return next((door for door in doors if getattr(door, "list_key", "") == listed.key), None)


@admin.register(SavedView)
class ListsDoor(DeskAdmin):
    """The dialogs of all lists; a saved view has no pages of its own."""

    def has_module_permission(self, request):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<str:listed>/filters/", view(self.filters), name="lists_filters"),
            path("<str:listed>/columns/", view(self.columns), name="lists_columns"),
            path("<str:listed>/save/", view(self.save), name="lists_save"),
            path("<str:listed>/view/<int:pk>/", view(self.view), name="lists_view"),
            path("<str:listed>/bulk/<slug:verb>/", view(self.bulk), name="lists_bulk"),
            path("done/<int:pk>/", view(self.done), name="lists_done"),
        ]

    def _open(self, request, key: str) -> List:
        try:
            listed = kinds.get(key)
        except KeyError:
            raise Http404 from None
        if not listed.may(request.user):
            raise PermissionDenied
        return listed

    def _page(self, request, listed: List) -> dict:
        """What a page of its own needs; the crumbs above it lead to the list."""
        door = door_of(listed)
        return {**self.admin_site.each_context(request), **({"opts": door.opts} if door else {})}

    def _asked(self, request, listed: List) -> queries.Asked:
        return queries.read(listed, request.GET, Reader(request.user))

    def _dialog(self, request, listed: List, template: str, context: dict) -> TemplateResponse:
        base = {} if is_fragment(request) else self._page(request, listed)
        shell = template if is_fragment(request) else "lists/dialog_page.html"
        context = {"inner": template, "here": request.get_full_path(), **context}
        return TemplateResponse(request, shell, {**base, **context})

    def filters(self, request, listed):
        """Everything the list can be narrowed by; sent to the list itself."""
        listed = self._open(request, listed)
        asked = self._asked(request, listed)
        hidden = [
            (key, value)
            for key, values in asked.filters.items()
            for value in values
            if kinds.filters_of(listed)[key].look == kinds.HIDDEN
        ]
        context = {
            "title": _("Filters"),
            "form": FilterForm(asked),
            "asked": asked,
            "hidden": hidden,
            "address": list_url(listed),
        }
        return self._dialog(request, listed, "lists/filters.html", context)

    def columns(self, request, listed):
        """Which columns, in which order, how many rows, which tab first."""
        listed = self._open(request, listed)
        choice = queries.choice_of(listed, request.user)
        views = queries.views_of(listed, request.user)
        back = f"{list_url(listed)}?{request.GET.urlencode()}"
        form = ColumnsForm(request.POST or None, listed=listed, views=views, initial=vars(choice))
        if request.method == "POST" and "reset" in request.POST:
            actions.choose(listed, columns=[], by=request.user)
            return go(request, back)
        if request.method == "POST" and form.is_valid():
            actions.choose(listed, by=request.user, **form.cleaned_data)
            return go(request, back)
        shown = queries.columns_of(listed, form["columns"].value() or choice.columns)
        rest = [column for column in listed.columns if column not in shown]
        context = {
            "title": _("Columns"),
            "form": form,
            "listed": listed,
            "shown": shown,
            "rest": rest,
            "back": back,
        }
        return self._dialog(request, listed, "lists/columns.html", context)

    def save(self, request, listed):
        """Keep what one has before oneself under a name."""
        listed = self._open(request, listed)
        asked, user = self._asked(request, listed), request.user
        may_share = queries.may_share(user)
        form = ViewForm(request.POST or None, may_share=may_share, is_new=True)
        if request.method == "POST" and form.is_valid():
            facts = form.cleaned_data
            try:
                view = actions.save_view(
                    listed,
                    name=facts["name"],
                    query=asked.query(),
                    columns=[column.key for column in asked.columns],
                    for_team=facts.get("for_team", False),
                    by=user,
                )
            except ValidationError as error:
                tell(form, error)
            else:
                if facts["is_first"]:
                    actions.choose(listed, opens_with=str(view.pk), by=user)
                return go(request, f"{list_url(listed)}?{queries.VIEW}={view.pk}")
        context = {
            "title": _("Save as a view"),
            "form": form,
            "chips": pages.chips(asked),
            "asked": asked,
            "back": f"{list_url(listed)}?{request.GET.urlencode()}",
        }
        return self._dialog(request, listed, "lists/save.html", context)

    def view(self, request, listed, pk):
        """Rename a view, let it stand for what one has before oneself, or delete it."""
        listed = self._open(request, listed)
        rows = SavedView.objects.visible_to(request.user).filter(list_key=listed.key)
        view = get_object_or_404(rows, pk=pk)
        if not queries.may_edit(view, request.user):
            raise PermissionDenied
        choice = queries.choice_of(listed, request.user)
        first = {"name": view.name, "version": view.version}
        first["is_first"] = choice.opens_with == str(view.pk)
        form = ViewForm(request.POST or None, initial=first, may_share=False, is_new=False)
        sent = request.method == "POST" and form.is_valid()
        if sent and (answer := self._change(request, listed, view, form, choice)):
            return answer
        context = {
            "title": _("Edit view"),
            "form": form,
            "view": view,
            "is_changed": _differs(self._asked(request, listed), view),
            "back": f"{list_url(listed)}?{request.GET.urlencode() or f'view={view.pk}'}",
        }
        return self._dialog(request, listed, "lists/view.html", context)

    def _change(self, request, listed: List, view: SavedView, form: ViewForm, choice):
        facts, user = form.cleaned_data, request.user
        try:
            if "delete" in request.POST:
                actions.delete_view(view, version=facts["version"], by=user)
                messages.success(
                    request, _("The view “%(name)s” is deleted.") % {"name": view.name}
                )
                return go(request, f"{list_url(listed)}?{queries.VIEW}={queries.ALL}")
            more = {}
            if "update" in request.POST:
                asked = self._asked(request, listed)
                more = {"query": asked.query(), "columns": [c.key for c in asked.columns]}
            actions.change_view(view, name=facts["name"], version=facts["version"], by=user, **more)
        except ValidationError as error:
            if fresh := SavedView.objects.filter(pk=view.pk).first():
                form.data = form.data.copy()
                form.data["version"] = fresh.version
            tell(form, error)
            return None
        if facts["is_first"] or choice.opens_with == str(view.pk):
            actions.choose(listed, opens_with=str(view.pk) if facts["is_first"] else "", by=user)
        return go(request, f"{list_url(listed)}?{queries.VIEW}={view.pk}")

    def bulk(self, request, listed, verb):
        """One form for many rows; each is then done on its own."""
        listed = self._open(request, listed)
        verbs = {one.key: one for one in kinds.bulk_of(listed, request.user)}
        if verb not in verbs:
            raise PermissionDenied
        one = verbs[verb]
        chosen = read_chosen(request.POST if request.method == "POST" else request.GET)
        form = one.form(request.POST if request.method == "POST" else None, user=request.user)
        if request.method == "POST" and chosen and form.is_valid():
            facts = form.facts()
            pressed = form.cleaned_data.get("once") or uuid.uuid4().hex
            digest = fingerprint({"facts": facts, "chosen": chosen, "verb": verb, "once": pressed})
            run = actions.run_bulk(
                listed, one, chosen=chosen, facts=facts, key=digest, by=request.user
            )
            back = request.POST.get("back", "")
            url = reverse("admin:lists_done", args=[run.pk])
            return go(request, f"{url}?{QueryDict(back).urlencode()}" if back else url)
        visible = (listed.visible or listed.rows)(request.user)
        found = visible.filter(pk__in=[pk for pk, _version in chosen]).order_by() if chosen else ()
        names = {row.pk: listed.name(row) for row in found}
        context = {
            "title": one.label,
            "verb": one,
            "form": form,
            "chosen": [
                (f"{pk}:{version or ''}", names[pk]) for pk, version in chosen if pk in names
            ],
            "address": reverse("admin:lists_bulk", args=[listed.key, verb]),
            "back": list_url(listed),
            "query": request.POST.get("back", "") or request.GET.get("back", ""),
        }
        return self._dialog(request, listed, "lists/bulk.html", context)

    def done(self, request, pk):
        """What came of a verb on many rows: done, not done and why."""
        run = get_object_or_404(BulkRun, pk=pk, user=request.user)
        listed = self._open(request, run.list_key)
        door = door_of(listed)
        lines = [line | {"url": door.address(line["pk"]) if door else ""} for line in run.lines]
        failed = [line for line in lines if not line["is_done"]]
        verbs = {one.key: one.label for one in kinds.bulk_of(listed, request.user)}
        again = "&".join(f"{queries.ONLY}={line['pk']}" for line in failed if line["name"])
        here = request.GET.urlencode()
        context = {
            **self._page(request, listed),
            "title": verbs.get(run.verb, run.verb),
            "done": [line for line in lines if line["is_done"]],
            "failed": failed,
            "back": f"{list_url(listed)}?{here}" if here else list_url(listed),
            "again": f"{list_url(listed)}?view=all&{again}&again=1" if again else "",
        }
        return TemplateResponse(request, "lists/done.html", context)


def read_chosen(data: QueryDict) -> list[tuple[int, int | None]]:
    """[(key, version seen), …] of the ticked rows, each once, at most a page of them."""
    chosen: dict[int, int | None] = {}
    for text in data.getlist("t")[:MOST_ROWS]:
        pk, _colon, version = text.partition(":")
        if pk.isdecimal() and len(pk) < 18:
            known = version.isdecimal() and len(version) < 9
            chosen[int(pk)] = int(version) if known else None
    return list(chosen.items())


def _differs(asked: queries.Asked, view: SavedView) -> bool:
    return asked.is_changed and asked.query() != view.query
