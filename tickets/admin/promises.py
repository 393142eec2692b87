"""What administrators say about promises: terms, policies, ladders; and which would hold, and why."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import action

from foundation.accounts.models import Department
from foundation.calendars.models import Calendar
from foundation.desk.admin import DeskAdmin, DeskStackedInline, DeskTabularInline
from foundation.desk.words import listed
from tickets import actions
from tickets.forms.promises import (
    PolicyForm,
    PolicyTermsForm,
    PromiseForm,
    WhichForm,
    condition_fields,
)
from tickets.models import Category, Ladder, LadderStep, Policy, PolicyTerms, Promise
from tickets.queries import policies
from tickets.queries.facts import FACTS, TicketFacts
from tickets.queries.terms import book

LENGTHS = [("length_p1", "calendar_p1"), ("length_p2", "calendar_p2"), ("length_p3", "calendar_p3")]
AROUND = ["warn_percent", "paused_by", "ladder"]


@admin.register(Promise)
class PromiseAdmin(DeskAdmin):
    """Promises are switched off, never deleted: deadlines and figures refer to them."""

    form = PromiseForm
    list_display = ["__str__", "starts_on", "ends_on", "lengths", "is_active"]
    actions_list = ["behind"]
    fieldsets = [
        (None, {"fields": ["key", "name_zh", "name_en", "is_active", "by_default", "order"]}),
        (_("When"), {"fields": ["starts_on", "opens_on", "ends_on", "repeats"]}),
        (_("How long"), {"fields": LENGTHS}),
        (_("Around it"), {"fields": AROUND}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []

    def has_delete_permission(self, request, obj=None):
        return False

    def has_behind_permission(self, request):
        return self.has_change_permission(request)

    @admin.display(description=_("length for P1, P2, P3"))
    def lengths(self, promise):
        rows = [promise.length_p1, promise.length_p2, promise.length_p3]
        return listed(policies.length_words(length) for length in dict.fromkeys(rows))

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path(
                "behind/<int:pk>/", view(require_POST(self.follow)), name="tickets_promise_follow"
            ),
        ]
        return own + super().get_urls()

    @action(description=_("After a change of hours"), permissions=["behind"])
    def behind(self, request):
        """The calendars whose new version open deadlines do not follow yet."""
        counts = policies.calendars_behind()
        rows = Calendar.objects.filter(key__in=counts)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("After a change of hours"),
            "rows": [(row, counts[row.key]) for row in rows],
        }
        return TemplateResponse(request, "desk/tickets/behind.html", context)

    def follow(self, request, pk: int):
        if not self.has_change_permission(request):
            raise PermissionDenied
        job = actions.recalculate(get_object_or_404(Calendar, pk=pk), by=request.user)
        if job is None:
            messages.info(request, gettext("Nothing is behind."))
            return HttpResponseRedirect(reverse("admin:tickets_promise_behind"))
        return HttpResponseRedirect(reverse("admin:clockwork_job_change", args=[job.pk]))


class PolicyTermsInline(DeskStackedInline):
    model = PolicyTerms
    form = PolicyTermsForm
    fields = ["promise", "is_promised", *LENGTHS, *AROUND]


@admin.register(Policy)
class PolicyAdmin(DeskAdmin):
    list_display = ["order", "__str__", "asks", "promised", "is_active"]
    list_display_links = ["__str__"]
    inlines = [PolicyTermsInline]
    actions_list = ["which"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("terms__promise")

    def get_changelist_instance(self, request):
        self._labels = policies.labels()
        return super().get_changelist_instance(request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        # Facts are registered by apps when the program starts.
        return type("PolicyForm", (PolicyForm,), condition_fields())

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["name_zh", "name_en", "is_active", "order"]}),
            (
                _("For which tickets"),
                {
                    "fields": [f"when_{key}" for key in FACTS],
                    "description": _("All facts must fit, any of the values does."),
                },
            ),
        ]

    def has_which_permission(self, request):
        return self.has_view_permission(request)

    @admin.display(description=_("for which tickets"))
    def asks(self, policy):
        return policies.condition_words(policy.conditions, self._labels)

    @admin.display(description=_("promises"))
    def promised(self, policy):
        return listed(terms.promise for terms in policy.terms.all())

    @action(description=_("Which would a ticket get?"), permissions=["which"])
    def which(self, request):
        """The terms of every promise for one ticket, by its number or by facts, with the reasons."""
        form = WhichForm(request.GET or None, user=request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Which would a ticket get?"),
            "form": form,
        }
        if form.is_valid():
            context |= _looked(form)
        return TemplateResponse(request, "desk/tickets/which.html", context)


def _looked(form: WhichForm) -> dict:
    ticket = form.cleaned_data["number"]
    if ticket:
        facts, department = TicketFacts(ticket), ticket.department_id
        priority = ticket.priority or ticket.proposed_priority
    else:
        facts = {key: {value} for key, value in form.typed().items()}
        category = Category.objects.select_related("parent").filter(
            key__in=facts.get("category", ())
        )
        facts["category"] = {
            row.key for one in category for row in (one, one.parent) if row is not None
        }
        named = Department.objects.filter(key__in=facts.get("department", ()))
        department = named.values_list("pk", flat=True).first()
        priority = next(iter(facts.get("priority", ())), "P3")
    known = policies.labels()
    calendars = {row.key: str(row) for row in Calendar.objects.all()}
    looked = policies.looked_at(book(), facts, priority=priority, department_id=department)
    return {
        "ticket": ticket,
        "looked": [
            {
                "promise": one.promise,
                "policy": one.chosen and one.chosen.policy,
                "length": policies.length_words(one.length) if one.chosen else "",
                "calendar": one.calendar and calendars.get(one.calendar[0], one.calendar[0]),
                "verdicts": [_told(verdict, known) for verdict in one.verdicts],
            }
            for one in looked
        ],
    }


def _told(verdict: policies.Verdict, known: dict) -> dict:
    return {
        "policy": verdict.policy,
        "fits": verdict.fits,
        "decides": verdict.decides,
        "names": verdict.names,
        "asks": policies.condition_words(verdict.policy.conditions, known),
        "reasons": policies.reasons(verdict, known),
    }


class LadderStepInline(DeskTabularInline):
    model = LadderStep
    fields = ["rung", "after_p1", "after_p2", "after_p3"]


@admin.register(Ladder)
class LadderAdmin(DeskAdmin):
    list_display = ["__str__", "steps_in_words", "order"]
    inlines = [LadderStepInline]
    prepopulated_fields = {"key": ["name_en"]}

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("steps")

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    @admin.display(description=_("steps"))
    def steps_in_words(self, ladder):
        return listed(
            f"{step.get_rung_display()} {step.after_p1}/{step.after_p2}/{step.after_p3}"
            for step in ladder.steps.all()
        )
