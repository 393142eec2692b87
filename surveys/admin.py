"""The desk of surveys: the questions, and what customers answered."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from foundation.desk.admin import DeskAdmin, DeskStackedInline, ReadOnly
from foundation.lists.admin import ListAdmin
from surveys import actions, queries
from surveys.forms import TypeInForm
from surveys.lists import INVITATIONS
from surveys.models import Invitation, Question, Questionnaire
from tickets.queries import grants


class QuestionInline(DeskStackedInline):
    model = Question
    fields = [
        ("key", "kind", "order"),
        ("name_zh", "name_en"),
        ("text_zh", "text_en"),
        ("is_required", "is_active"),
    ]

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Questionnaire)
class QuestionnaireAdmin(DeskAdmin):
    list_display = ["name", "key", "is_active"]
    fieldsets = [
        (None, {"fields": [("name_zh", "name_en"), ("key", "is_active")]}),
        (_("Limits"), {"fields": [("days_open", "pause_minutes"), ("low_score", "follow_up_hours")]}),
    ]  # fmt: skip
    inlines = [QuestionInline]

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Invitation)
class InvitationAdmin(ReadOnly, ListAdmin):
    view_verb = edit_verb = "surveys.view"
    list_key = INVITATIONS.key
    fields = ["answered"]
    readonly_fields = ["answered"]

    def get_queryset(self, request):
        rows = Invitation.objects.visible_to(request.user).select_related("ticket", "questionnaire")
        return rows.prefetch_related("answers")

    @display(description=_("answers"))
    def answered(self, invitation):
        context = {
            "invitation": invitation,
            "lines": queries.lines(invitation),
            "is_open": not (invitation.answered_at or invitation.closed_at),
        }
        return mark_safe(render_to_string("surveys/on_ticket.html", context))

    def get_urls(self):
        view = self.admin_site.admin_view(self.type_in)
        name = "surveys_invitation_type_in"
        return [path("<int:pk>/type-in/", view, name=name), *super().get_urls()]

    def type_in(self, request, pk):
        """What a customer said on the phone, typed in by a colleague."""
        rows = Invitation.objects.visible_to(request.user).select_related("ticket", "questionnaire")
        invitation = get_object_or_404(rows, pk=pk)
        if not grants(invitation.ticket, "surveys.type_in", request.user):
            raise PermissionDenied
        form = TypeInForm(
            request.POST or None,
            questions=queries.asked(invitation),
            given=queries.given(invitation),
        )
        if (
            request.method == "POST"
            and form.is_valid()
            and self._typed_in(request, invitation, form)
        ):
            page = reverse("admin:tickets_alltickets_change", args=[invitation.ticket_id])
            return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("What the customer of %(number)s said")
            % {"number": invitation.ticket.number},
            "ticket": invitation.ticket,
            "form": form,
        }
        return TemplateResponse(request, "surveys/type_in.html", context)

    def _typed_in(self, request, invitation, form) -> bool:
        try:
            actions.type_in(
                invitation,
                is_solved=form.cleaned_data["is_solved"] == "yes",
                what=form.cleaned_data["what"],
                answers=form.answers(),
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
            return False
        messages.success(request, gettext("The answers are kept."))
        return True
