"""The dialogs of a plan: making it, deciding on it, what the customer says."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.queries import organisation
from foundation.desk.forms import CardRadio
from tickets.choices import Channel, Method, Payer, WantedHow
from tickets.forms.desk import TEXT, VerbForm
from tickets.models import Ticket
from tickets.queries.plans import money, plan_of, told

AS_WANTED = {
    WantedHow.ONSITE: Method.ONSITE,
    WantedHow.REMOTE: Method.REMOTE,
    WantedHow.PICKUP: Method.PICKUP,
    WantedHow.DROPOFF: Method.DEPOT,
}
# How staff hear an answer; the customer's own page is the web.
HEARD = [
    (way.value, way.label)
    for way in (Channel.PHONE, Channel.EMAIL, Channel.CHAT, Channel.WECHAT, Channel.COUNTER)
]
KEPT = (
    "diagnosis", "found_how", "methods", "summary", "work_minutes", "parts", "tools", "payer",
    "cost", "compensation",
)  # fmt: skip


def amount(label, **options) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_digits=12, decimal_places=2, required=False, **options
    )


class PlanFields(forms.Form):
    """What a plan says, in the order in which it is thought."""

    diagnosis = forms.CharField(label=_("Diagnosis"), required=False, max_length=300)
    found_how = forms.CharField(label=_("How it was found"), required=False, max_length=200)
    methods = forms.MultipleChoiceField(
        label=_("How we help"),
        choices=Method,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    summary = forms.CharField(
        label=_("Plan"),
        required=False,
        max_length=500,
        widget=TEXT,
        help_text=_("The customer reads it where they are asked to agree."),
    )
    finish_at = forms.DateTimeField(
        label=_("Planned finish"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    work_minutes = forms.IntegerField(
        label=_("Work, in minutes"), required=False, min_value=0, max_value=100_000
    )
    parts = forms.CharField(label=_("Parts"), required=False, max_length=300)
    tools = forms.CharField(label=_("Tools"), required=False, max_length=300)
    payer = forms.ChoiceField(label=_("Who pays"), choices=Payer, required=False, initial=Payer.US)
    cost = amount(_("Cost for the customer"))
    compensation = amount(_("Compensation"))
    change_reason = forms.CharField(label=_("Why the plan changes"), required=False, max_length=300)
    alternative = forms.CharField(
        label=_("Offered to the customer meanwhile"),
        required=False,
        max_length=300,
        help_text=_("For example a loaner or an exchange. The customer is asked to agree."),
    )

    def begin_with(self, ticket: Ticket) -> None:
        """Fill in the earlier plan, else what the customer wants; a first plan changes nothing."""
        if before := plan_of(ticket):
            for name in KEPT:
                self.initial.setdefault(name, getattr(before, name))
        else:
            del self.fields["change_reason"], self.fields["alternative"]
            if wish := AS_WANTED.get(ticket.wanted_how):
                self.initial.setdefault("methods", [wish])
        tomorrow = timezone.localtime() + timedelta(days=1)
        evening = tomorrow.replace(hour=18, minute=0, second=0, microsecond=0)
        self.initial.setdefault("finish_at", evening)
        self.fields["compensation"].help_text = _(
            "Above %(limit)s the department head approves the plan."
        ) % {"limit": money(organisation().compensation_limit)}

    def plan_facts(self) -> dict[str, Any]:
        """The verb's keywords; what was left empty has the verb's own default."""
        given = {name: self.cleaned_data.get(name) for name in PlanFields.base_fields}
        return {name: value for name, value in given.items() if value not in (None, "")}


class PlanForm(PlanFields, VerbForm):
    template_name = "desk/tickets/plan_form.html"
    groups = (
        (_("Diagnosis"), ("diagnosis", "found_how")),
        (_("What is done"), ("methods", "summary", "finish_at")),
        (_("What it takes"), ("work_minutes", "parts", "tools")),
        (_("Money"), ("payer", "cost", "compensation")),
    )
    change = (_("Change"), ("change_reason", "alternative"))
    says = _("The customer sees the planned finish on their page, once the plan is approved.")

    def prepare(self) -> None:
        self.begin_with(self.ticket)

    @property
    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """[(heading, fields)]; why it changes comes first where it changes."""
        groups = [group for group in (self.change, *self.groups) if group[1][0] in self.fields]
        return [(heading, [self[name] for name in names]) for heading, names in groups]

    def facts(self) -> dict[str, Any]:
        return {"methods": []} | self.plan_facts()


class DecisionForm(VerbForm):
    """Shows the plan and why it needs a decision."""

    def prepare(self) -> None:
        if plan := plan_of(self.ticket):
            why = _("Needs approval because: %(why)s") % {"why": plan.reasons_in_words}
            self.says = "\n".join([*told(plan), str(why)])


class RejectPlanForm(DecisionForm):
    reason = forms.CharField(label=_("Why"), widget=TEXT, required=False)


class AcceptPlanForm(VerbForm):
    how = forms.ChoiceField(
        label=_("How the customer answered"),
        choices=HEARD,
        widget=CardRadio,
        initial=Channel.PHONE,
    )
    plan = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def prepare(self) -> None:
        if plan := plan_of(self.ticket):
            self.initial.setdefault("plan", plan.version)
            self.says = "\n".join(told(plan))


class DeclinePlanForm(AcceptPlanForm):
    body = forms.CharField(
        label=_("What the customer says"), required=False, widget=TEXT, max_length=2000
    )


FORMS: dict[str, type[VerbForm]] = {
    "plan": PlanForm,
    "approve_plan": DecisionForm,
    "reject_plan": RejectPlanForm,
    "accept_plan": AcceptPlanForm,
    "decline_plan": DeclinePlanForm,
}
