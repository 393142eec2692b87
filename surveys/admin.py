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
from surveys import actions, queries, rules
from surveys.forms import TypeInForm
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


class AnswerState(admin.SimpleListFilter):
    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request, model_admin):
        return [
            ("low", _("Unhappy")),
            ("answered", _("Answered")),
            ("staff", _("Typed in by staff")),
            ("open", _("Not answered yet")),
        ]

    def queryset(self, request, queryset):
        if self.value() == "low":
            return queryset.unhappy()
        if self.value() == "open":
            return queryset.open()
        if self.value() == "staff":
            return queryset.filter(answered_by_staff=True)
        return queryset.filter(answered_at__isnull=False) if self.value() else queryset


@admin.register(Invitation)
class InvitationAdmin(ReadOnly, DeskAdmin):
    view_verb = "surveys.view"
    edit_verb = "surveys.view"
    change_list_template = "surveys/list.html"
    list_display = ["created_at", "number", "solved", "overall", "recommend", "comment", "typed_in"]
    list_filter = [AnswerState, "questionnaire"]
    search_fields = ["=ticket__number"]
    search_help_text = _("Ticket number")
    fields = ["answered"]
    readonly_fields = ["answered"]
    sortable_by = []

    def get_queryset(self, request):
        rows = Invitation.objects.visible_to(request.user).select_related("ticket", "questionnaire")
        return rows.prefetch_related("answers")

    @display(description=_("ticket"))
    def number(self, invitation):
        return render_to_string("care/ticket_link.html", {"ticket": invitation.ticket})

    @display(description=_("solved"), boolean=True)
    def solved(self, invitation):
        return invitation.is_solved

    @display(description=_("overall"))
    def overall(self, invitation):
        return queries.given(invitation).get(rules.OVERALL)

    @display(description=_("recommend"))
    def recommend(self, invitation):
        return queries.given(invitation).get(rules.RECOMMEND)

    @display(description=_("comment"))
    def comment(self, invitation):
        texts = [answer.text for answer in invitation.answers.all() if answer.text]
        return " · ".join(texts)[:80]

    @display(description=_("typed in"))
    def typed_in(self, invitation):
        return _("typed in by staff") if invitation.answered_by_staff else ""

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
