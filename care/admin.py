"""The desk of calls: whom to ring next, and what came of it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from care import actions, queries
from care.choices import CallbackState, Outcome
from care.forms import CallForm
from care.models import Callback
from foundation.desk.admin import DeskAdmin, ReadOnly
from foundation.desk.templatetags.desk import priority_badge
from tickets.choices import Status
from tickets.models import TicketCycle
from tickets.queries import person_of


class Waiting(admin.SimpleListFilter):
    """What is on the list; without a choice, what waits for me."""

    title = _("calls")
    parameter_name = "calls"

    def lookups(self, request, model_admin):
        return [("open", _("All open")), ("done", _("Done"))]

    def choices(self, changelist):
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = _("Waiting for me")
            yield choice

    def queryset(self, request, queryset):
        if self.value() == "done":
            return queryset.filter(state=CallbackState.DONE).order_by("-done_at")
        if self.value() == "open":
            return queryset.open()
        return queryset.waiting_for(request.user)


@admin.register(Callback)
class CallbackAdmin(ReadOnly, DeskAdmin):
    """Late first. A row opens the call; recording it opens the next."""

    change_list_template = "care/list.html"
    list_display = ["due", "priority", "about", "kind", "tries", "assigned_to", "number"]
    list_display_links = ["due"]
    list_filter = [Waiting, "kind"]
    ordering = ["due_at", "pk"]
    sortable_by = []

    def has_view_permission(self, request, obj=None):
        return request.user.is_authenticated and queries.may_call(request.user)

    def get_queryset(self, request):
        return Callback.objects.visible_to(request.user).for_list()

    def get_list_display(self, request):
        due, priority, *rest = self.list_display
        return [due, priority, *_personal_columns(request.user), *rest]

    @display(description=_("due"))
    def due(self, callback):
        return render_to_string("care/due.html", {"call": callback})

    @display(description=_("priority"))
    def priority(self, callback):
        return priority_badge(callback.ticket)

    @display(description=_("about"))
    def about(self, callback):
        return format_html('<span class="what">{}</span>', callback.ticket.title)

    @display(description=_("ticket"))
    def number(self, callback):
        return render_to_string("care/ticket_link.html", {"ticket": callback.ticket})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One call: what was done for the customer, whom to ring, and how it went."""
        callback = self.get_object(request, object_id)
        if callback is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, callback):
            raise PermissionDenied
        form = CallForm(request.POST or None, initial={"tries": callback.tries})
        if request.method == "POST" and form.is_valid():
            if answer := self._record(request, callback, form):
                return answer
            callback = self.get_object(request, object_id)
            form.data = request.POST.copy()
            form.data["tries"] = callback.tries
        return self._page(request, callback, form)

    def _record(self, request, callback, form):
        try:
            done = actions.record_try(callback, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            if getattr(error, "code", "") == "settled":
                messages.warning(request, error.messages[0])
                return _go_on(request, callback)
            form.add_error(None, error)
            return None
        messages.success(request, _what_came_of(done))
        return _go_on(request, callback)

    def _page(self, request, callback, form):
        ticket = callback.ticket
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Call about %(number)s") % {"number": ticket.number},
            "call": callback,
            "ticket": ticket,
            "person": person_of(ticket, request.user),
            "run": TicketCycle.objects.filter(ticket=ticket, number=callback.cycle).first(),
            "form": form,
        }
        return TemplateResponse(request, "care/call.html", context)


def _personal_columns(user) -> list:
    """Name and number, as this person may see them."""

    @display(description=_("customer"))
    def customer(callback):
        return person_of(callback.ticket, user).name or "–"

    @display(description=_("phone"))
    def phone(callback):
        return person_of(callback.ticket, user).phone or "–"

    return [customer, phone]


def _what_came_of(callback: Callback) -> str:
    """What recording the call did, for the person who made it."""
    if callback.outcome == Outcome.NOT_REACHED:
        return gettext("Noted. The call stays on the list.")
    if callback.outcome == Outcome.WRONG_NUMBER:
        return gettext("Noted. Correct the number on the ticket.")
    callback.ticket.refresh_from_db()
    if callback.outcome == Outcome.REACHED_SATISFIED:
        return gettext("Noted. The customer is satisfied.")
    if callback.ticket.status == Status.IN_PROGRESS:
        return gettext("The ticket is reopened.")
    return gettext("Noted. It is too late to reopen the ticket: take a new request for it.")


def _go_on(request, callback: Callback):
    """To the next call, else back to the empty list."""
    following = queries.next_call(request.user, after=callback)
    if following:
        return HttpResponseRedirect(reverse("admin:care_callback_change", args=[following.pk]))
    return HttpResponseRedirect(reverse("admin:care_callback_changelist"))
