"""The desk of calls: whom to ring next, and what came of it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from care import actions, queries
from care.choices import Outcome
from care.forms import CallForm
from care.lists import CALLS
from care.models import Callback
from foundation.desk.admin import ReadOnly
from foundation.lists.admin import ListAdmin
from tickets.choices import Status
from tickets.models import TicketCycle
from tickets.queries import person_of


@admin.register(Callback)
class CallbackAdmin(ReadOnly, ListAdmin):
    """Late first. A row opens the call; recording it opens the next."""

    list_key = CALLS.key

    def has_view_permission(self, request, obj=None):
        return request.user.is_authenticated and queries.may_call(request.user)

    def get_queryset(self, request):
        return Callback.objects.visible_to(request.user).for_page()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One call: what was done for the customer, whom to ring, and how it went."""
        callback = self.get_object(request, object_id)
        if callback is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, callback):
            raise PermissionDenied
        form = CallForm(request.POST or None, call=callback)
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


def _what_came_of(callback: Callback) -> str:
    """What recording the call did, for the person who made it."""
    if callback.outcome == Outcome.NOT_REACHED:
        return gettext("Noted. The call stays on the list.")
    if callback.outcome == Outcome.WRONG_NUMBER:
        return gettext("Noted. Correct the number on the ticket.")
    if callback.outcome == Outcome.REACHED_TOLD:
        return gettext("Noted. The customer knows how it goes.")
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
