"""Working calendars: their list, typing and importing them, their history, and the calculator."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import action, display

from foundation.calendars import actions, importing, pages, queries, words
from foundation.calendars.forms import CalculatorForm, CalendarForm, ImportForm, typed
from foundation.calendars.models import Calendar, ServiceHours
from foundation.calendars.notices import known_years, official_days
from foundation.calendars.rules import OutOfRange, SpecError, with_days
from foundation.desk.admin import DeskAdmin
from foundation.desk.forms import tell
from foundation.desk.words import listed

HISTORY = 20


@admin.register(Calendar)
class CalendarAdmin(DeskAdmin):
    list_display = ["__str__", "key", "number", "used_by", "official_days", "is_active"]
    ordering = ["pk"]
    actions_list = ["calculator"]

    def has_delete_permission(self, request, obj=None):
        return False

    def has_calculator_permission(self, request):
        return self.has_view_permission(request)

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.prefetch_related("serving__department", "calling__department")

    def get_changelist_instance(self, request):
        found = super().get_changelist_instance(request)
        self._tell_days(found.result_list)
        return found

    def _tell_days(self, calendars):
        hours = queries.all_hours((row.key, row.version) for row in calendars)
        now = timezone.now()
        for row in calendars:
            kept = hours[row.key, row.version]
            row.keeps_days_off = kept.notices is not None
            row.years_to_load = queries.years_to_load(kept, now)

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/import/", view(self.bring_in), name="calendars_calendar_import"),
            path("<int:pk>/load/", view(require_POST(self.load)), name="calendars_calendar_load"),
        ]
        return own + super().get_urls()

    @admin.display(description=_("version"))
    def number(self, calendar):
        return calendar.version

    @admin.display(description=_("kept by"))
    def used_by(self, calendar):
        return pages.keepers(calendar) or "–"

    @display(
        description=_("official days off"),
        label={"lacks": "warning", "ok": "success", "none": "info"},
    )
    def official_days(self, calendar):
        if not hasattr(calendar, "years_to_load"):
            self._tell_days([calendar])  # alone, in a file of the table
        if years := calendar.years_to_load:
            return "lacks", gettext("%(years)s not loaded") % {"years": listed(years)}
        if calendar.keeps_days_off:
            return "ok", gettext("loaded")
        return "none", gettext("not kept")

    # Typing

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CalendarForm(_sent(request), initial={"timezone": "Asia/Shanghai"})
        if form.is_valid() and "preview" not in request.POST:
            data = form.cleaned_data
            names = ("key", "name_zh", "name_en", "spec")
            try:
                row = actions.record_calendar(
                    **{name: data[name] for name in names},
                    reason=data["reason"] or gettext("New"),
                    by=request.user,
                )
            except ValidationError as error:
                tell(form, error)
            else:
                messages.success(request, gettext("The calendar is made."))
                return HttpResponseRedirect(_page(row))
        return self._typed(request, None, form)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        calendar = self._calendar(request, object_id)
        spec = queries.spec_of(calendar)
        shown = {**typed(spec), **_names(calendar)}
        form = CalendarForm(_sent(request), calendar=calendar, initial=shown)
        if form.is_valid() and "preview" not in request.POST and self._saved(request, form, spec):
            return HttpResponseRedirect(_page(calendar))
        return self._typed(request, calendar, form)

    def _saved(self, request, form: CalendarForm, spec: dict) -> bool:
        calendar, data = form.calendar, form.cleaned_data
        names = {name: data[name] for name in _names(calendar)}
        try:
            with transaction.atomic():
                if names != _names(calendar):
                    actions.change_calendar(calendar, **names, by=request.user)
                if names == _names(calendar) or data["spec"] != spec:
                    actions.publish(
                        calendar,
                        data["spec"],
                        reason=data["reason"],
                        version=data["version"],
                        by=request.user,
                    )
        except ValidationError as error:
            if getattr(error, "code", "") == "stale":
                form.seen(Calendar.objects.get(pk=calendar.pk).version)
            tell(form, error)
            return False
        messages.success(request, gettext("Saved."))
        return True

    def _typed(self, request, calendar: Calendar | None, form: CalendarForm) -> HttpResponse:
        now = timezone.now()
        current = queries.spec_of(calendar) if calendar else None
        shown = getattr(form, "cleaned_data", {}).get("spec") if form.is_bound else None
        if not form.is_bound:
            shown = form.initial.get("spec") or current
        context = {
            **self.admin_site.each_context(request),
            "title": calendar or gettext("New working calendar"),
            "calendar": calendar,
            "form": form,
            "preview": pages.preview(shown, now) if shown else None,
            "changes": words.differences(current, shown)
            if current and shown and current != shown
            else None,
        }
        if calendar:
            context |= self._known(calendar, current, now)
        return TemplateResponse(request, "calendars/calendar.html", context)

    def _known(self, calendar: Calendar, spec: dict, now) -> dict:
        years = queries.years_to_load(queries.hours_of(calendar.key)[0], now)
        return {
            "keepers": pages.keepers(calendar),
            "years": years,
            "missing": listed(years),
            "can_load": bool(years) and set(years) <= set(known_years()),
            "history": pages.history(calendar, HISTORY),
            "spec": pages.as_text(spec),
        }

    def _calendar(self, request, object_id) -> Calendar:
        if not self.has_change_permission(request):
            raise PermissionDenied
        if not str(object_id).isdecimal():
            raise Http404
        return get_object_or_404(self.get_queryset(request), pk=object_id)

    # Importing

    def bring_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What a year or a file would change, in the form that saves it."""
        calendar = self._calendar(request, pk)
        form = ImportForm(_sent(request), request.FILES or None)
        if form.is_valid():
            data, current = form.cleaned_data, queries.spec_of(calendar)
            try:
                if year := data["year"]:
                    spec = with_days(current, official_days(year), [year])
                    reason = gettext("Official days off of %(year)s") % {"year": year}
                else:
                    spec = importing.applied(current, data["found"])
                    reason = gettext("From the file %(name)s") % {"name": data["file"].name[:80]}
            except SpecError as error:
                form.add_error("file", words.mistake(error))
            else:
                if skipped := data.get("found") and data["found"].skipped:
                    text = ngettext(
                        "%(n)d event was left out, because it is not of whole days.",
                        "%(n)d events were left out, because they are not of whole days.",
                        skipped,
                    )
                    messages.warning(request, text % {"n": skipped})
                shown = {**typed(spec), **_names(calendar), "reason": reason, "spec": spec}
                return self._typed(
                    request, calendar, CalendarForm(calendar=calendar, initial=shown)
                )
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Import days: %(calendar)s") % {"calendar": calendar},
            "calendar": calendar,
            "form": form,
        }
        return TemplateResponse(request, "calendars/import.html", context)

    def load(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The years that are due, from the package, at once."""
        calendar = self._calendar(request, pk)
        years = queries.years_to_load(queries.hours_of(calendar.key)[0], timezone.now())
        for year in sorted(set(years) & set(known_years())):
            actions.load_notice(calendar, year, official_days(year), by=request.user)
            text = gettext("The official days off of %(year)s are loaded.")
            messages.success(request, text % {"year": year})
        return HttpResponseRedirect(_page(calendar))

    # The calculator

    @action(description=_("Calculator"), icon="calculate", permissions=["calculator"])
    def calculator(self, request: HttpRequest) -> HttpResponse:
        form = CalculatorForm(_sent(request) or request.GET or None)
        answer = None
        if form.is_valid():
            try:
                answer = pages.calculated(form.cleaned_data)
            except OutOfRange:
                form.add_error(
                    None, _("These hours are not open long enough between 1970 and 2199.")
                )
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Calculator of working time"),
            "form": form,
            "answer": answer,
        }
        return TemplateResponse(request, "calendars/calculator.html", context)


def _names(calendar: Calendar) -> dict:
    return {name: getattr(calendar, name) for name in ("name_zh", "name_en", "is_active")}


def _sent(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def _page(calendar: Calendar) -> str:
    return reverse("admin:calendars_calendar_change", args=[calendar.pk])


@admin.register(ServiceHours)
class ServiceHoursAdmin(DeskAdmin):
    list_display = ["__str__", "calendar", "callbacks"]
    list_select_related = ["department", "calendar", "callbacks"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in ("calendar", "callbacks"):
            kwargs["queryset"] = Calendar.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
