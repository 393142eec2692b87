"""What a verb needs from a person at the desk: one small form each, defaults filled."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, OrderLine, Product, Unit
from customers.rules import normalise_serial
from foundation.accounts.models import User
from foundation.desk.forms import CardRadio, DeskForm
from foundation.desk.words import listed, said
from knowledgebase.models import Article
from tickets import queries
from tickets.actions.intake import FACTS
from tickets.choices import (
    CancelReason,
    HoldReason,
    Kind,
    NewsBy,
    Priority,
    Responsibility,
    TestResult,
)
from tickets.forms.files import FilesField
from tickets.models import Category, Ticket
from tickets.queries import news
from tickets.queries.candidates import candidates

TEXT = forms.Textarea(attrs={"rows": 3})


class VerbForm(DeskForm):
    """Carries the version the person saw, and a key by which a second press has no second effect;
    `facts()` are the verb's keywords."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    says = ""  # what will happen, shown above the button

    def __init__(self, *args, ticket: Ticket, user: User, **kwargs):
        self.ticket, self.user = ticket, user
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", ticket.version)
        self.initial.setdefault("once", uuid.uuid4().hex)
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and defaults from the ticket."""

    def facts(self) -> dict[str, Any]:
        apart = ("version", "once")
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}


def category_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """[(branch, [(id, name), …]), …] in the order of the tree; one query."""
    rows = list(Category.objects.filter(is_active=True))
    roots = [row for row in rows if row.parent_id is None]
    return [
        (
            root.name,
            [(row.pk, row.name) for row in rows if row.parent_id == root.pk]
            or [(root.pk, root.name)],
        )
        for root in roots
    ]


class CategoryField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(
            queryset=Category.objects.filter(is_active=True),
            label=_("Category"),
            widget=CardRadio,
            **kwargs,
        )


class ClassifyForm(VerbForm):
    category = CategoryField()
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority, widget=CardRadio)
    reason = forms.CharField(
        label=_("Why another priority"), required=False, max_length=300, widget=forms.TextInput
    )
    says = _("The owning department is told at once.")

    def prepare(self) -> None:
        self.fields["category"].choices = category_choices()
        self.initial.setdefault("category", self.ticket.category_id)
        self.initial.setdefault("priority", self.ticket.priority or self.ticket.proposed_priority)
        proposal = queries.proposal(self.ticket)
        self.fields["priority"].help_text = _("Proposed: %(priority)s, because: %(why)s") % {
            "priority": proposal.priority,
            "why": proposal.why,
        }


class PriorityForm(VerbForm):
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority, widget=CardRadio)
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)
    says = _("All promises that still run are computed again.")

    def prepare(self) -> None:
        self.initial.setdefault("priority", self.ticket.priority)


class AnswerForm(VerbForm):
    category = CategoryField()
    body = forms.CharField(label=_("Answer"), widget=forms.Textarea(attrs={"rows": 6}))
    says = _("The customer gets the answer by e-mail, and the ticket is resolved.")

    def prepare(self) -> None:
        self.fields["category"].choices = category_choices()
        self.initial.setdefault("category", self.ticket.category_id)


class AssignForm(VerbForm):
    handler = forms.ModelChoiceField(
        User.objects.filter(is_active=True), label=_("Who does the work"), widget=CardRadio
    )
    contact = forms.ModelChoiceField(
        User.objects.filter(is_active=True, roles__is_staff_role=True).distinct(),
        label=_("Who speaks with the customer"),
        required=False,
    )
    reason = forms.CharField(label=_("Note for the handler"), required=False, max_length=500)

    def prepare(self) -> None:
        people = candidates(self.ticket)
        self.fields["handler"].choices = [
            (person.user.pk, f"{person.user} · {person.why}") for person in people
        ]
        self.initial.setdefault("contact", self.ticket.contact_id or self.user.pk)
        if people and people[0].user.pk != self.ticket.handler_id:
            self.initial.setdefault("handler", people[0].user.pk)


class ReasonForm(VerbForm):
    reason = forms.CharField(label=_("Why"), widget=TEXT, required=False)


class ReopenForm(ReasonForm):
    says = _("The next cycle begins with the same handler. The customer is told.")


class HoldForm(VerbForm):
    reason = forms.ChoiceField(label=_("What it waits for"), choices=HoldReason, widget=CardRadio)
    body = forms.CharField(label=_("Note"), required=False, widget=TEXT)


class InspectForm(VerbForm):
    body = forms.CharField(label=_("What was found"), required=False, widget=TEXT)


class ResumeForm(VerbForm):
    reason = forms.ChoiceField(label=_("Which hold"), widget=CardRadio)

    def prepare(self) -> None:
        open_ones = self.ticket.holds.filter(ended_at__isnull=True).values_list("reason", flat=True)
        self.fields["reason"].choices = [(r, HoldReason(r).label) for r in open_ones]
        if len(open_ones) == 1:
            self.initial.setdefault("reason", open_ones[0])


class ResolveForm(VerbForm):
    cause = forms.CharField(label=_("Cause"), required=False, max_length=300)
    remedy = forms.CharField(label=_("Remedy"), required=False, max_length=300)
    test_result = forms.ChoiceField(
        label=_("Test"), choices=TestResult, widget=CardRadio, initial=TestResult.PASSED
    )
    responsibility = forms.ChoiceField(
        label=_("Responsibility"), choices=Responsibility, initial=Responsibility.UNDECIDED
    )
    result = forms.CharField(
        label=_("Result for the customer"), widget=forms.Textarea(attrs={"rows": 4})
    )
    says = _("The customer gets the result by e-mail and is asked whether it is solved.")

    def prepare(self) -> None:
        if found := queries.finding_of(self.ticket):
            self.initial.setdefault("responsibility", found.party)


class CancelForm(VerbForm):
    reason = forms.ChoiceField(label=_("Why"), choices=CancelReason, widget=CardRadio)
    body = forms.CharField(label=_("Note"), required=False, widget=TEXT)
    says = _("The customer is told, unless it is spam. You can restore the ticket for some days.")


class LinkForm(VerbForm):
    customer = forms.ModelChoiceField(
        Customer.objects.all(), label=_("Customer"), required=False, widget=CardRadio
    )
    unit = forms.ModelChoiceField(
        Unit.objects.all(), label=_("Unit"), required=False, widget=CardRadio
    )
    is_new = forms.BooleanField(
        label=_("Record a new customer from this request"),
        required=False,
        help_text=_("With the name, phone, e-mail and address given here"),
    )
    find = forms.CharField(
        label=_("Find another customer"),
        required=False,
        help_text=_("Phone, last four digits, name, e-mail or serial number"),
    )
    says = _("Check who it is before you link: the ticket joins their history.")

    def prepare(self) -> None:
        from customers.queries import find_customers

        words = self.data.get("find") or self.ticket.serial_text
        people = queries.customer_candidates(self.ticket)
        known = {person.pk for person in people}
        if self.ticket.customer and self.ticket.customer_id not in known:
            people.insert(0, self.ticket.customer)
            known.add(self.ticket.customer_id)
        if words:
            found = [row for row in find_customers(words) if row.pk not in known]
            people += found
            if self.data.get("find") and not found:
                self.says = _("Nobody else found. You can record a new customer above.")
        if not self.ticket.requester_name or not self.user.may("customers.edit"):
            del self.fields["is_new"]
        units = Unit.objects.filter(customer__in=people).select_related("product")[:30]
        likely = queries.unit_candidates(self.ticket)
        extra = [u for u in likely if u not in units]
        serial = normalise_serial(self.ticket.serial_text)
        named = next((u.pk for u in likely if serial and u.serial_normalised == serial), "")
        none = [("", _("nobody yet"))]
        self.fields["customer"].choices = none + [(p.pk, _person(p)) for p in people]
        self.fields["unit"].choices = [("", _("none yet"))] + [
            (u.pk, f"{u.product} · {u}") for u in [*extra, *units]
        ]
        self.initial.setdefault(
            "customer", self.ticket.customer_id or (people[0].pk if people else "")
        )
        self.initial.setdefault("unit", self.ticket.unit_id or named)

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in ("customer", "unit", "is_new")}


def _person(customer: Customer) -> str:
    points = listed(point.value for point in customer.contact_points.all()[:2])
    return f"{customer.name} · {points}" if points else customer.name


class MessageForm(VerbForm):
    """The composer: reply, internal note, or what was said on the phone."""

    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 4}))
    files = FilesField()
    article = forms.ModelChoiceField(
        Article.objects.published(), label=_("Attach an article"), required=False
    )

    def prepare(self) -> None:
        self.fields["article"].queryset = Article.objects.filter(is_public=True).published()


class FactFields(forms.Form):
    """The facts of a request as the desk types them."""

    kind = forms.ChoiceField(label=_("Kind of request"), choices=Kind, initial=Kind.FAULT)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in FACTS:
            if name not in self.fields:
                self.fields[name] = Ticket._meta.get_field(name).formfield()
        if "product" in self.fields:
            self.fields["product"].queryset = Product.objects.filter(is_active=True)
        self.fields["symptom"].widget.attrs["rows"] = 4
        self.fields["bought_on"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.order_fields(FACTS)

    def fact_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}


class AmendForm(FactFields, VerbForm):
    def prepare(self) -> None:
        for name in FACTS:
            self.initial.setdefault(name, getattr(self.ticket, name))

    def facts(self) -> dict[str, Any]:
        return {"facts": self.fact_values()}


class NewRequestForm(FactFields, DeskForm):
    """A request taken at the desk, on the phone or at the counter."""

    once = forms.CharField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=Ticket._meta.get_field("channel").choices,
        initial="phone",
    )
    customer = forms.ModelChoiceField(
        Customer.objects.all(), required=False, widget=forms.HiddenInput
    )
    unit = forms.ModelChoiceField(Unit.objects.all(), required=False, widget=forms.HiddenInput)
    order_line = forms.ModelChoiceField(
        OrderLine.objects.none(), required=False, widget=forms.HiddenInput
    )
    files = FilesField()
    is_complete = forms.BooleanField(
        label=_("Registration is complete"), required=False, initial=True
    )

    def clean(self):
        data = super().clean()
        if line := data.get("order_line"):
            told = queries.facts_of_line(line)
            if self.data.get("customer") == "":
                told["customer"] = None  # "Somebody else" was chosen
            data |= {name: value for name, value in told.items() if not data.get(name)}
        unit, customer = data.get("unit"), data.get("customer")
        if unit and customer and unit.customer_id not in (None, customer.pk):
            self.add_error(None, _("This unit belongs to another customer. Choose again."))
        return data


class AcknowledgeForm(VerbForm):
    says = _(
        "You have seen that promises are late and see to it: nobody further up is told of these."
    )
    note = forms.CharField(label=_("What you do about it"), widget=TEXT, required=False)


class NewsForm(VerbForm):
    body = forms.CharField(
        label=_("Text for the customer"), max_length=5000, widget=forms.Textarea(attrs={"rows": 9})
    )
    how = forms.ChoiceField(label=_("How"), choices=NewsBy, widget=CardRadio)

    def prepare(self) -> None:
        self.initial.setdefault("body", news.prepared(self.ticket, timezone.now()))
        self.initial.setdefault("how", news.way(self.ticket))
        self.says = gettext("The text is written in %(language)s, from what has happened.") % {
            "language": said(self.ticket, "language")
        }


FORMS: dict[str, type[VerbForm]] = {
    "acknowledge": AcknowledgeForm,
    "amend": AmendForm,
    "link": LinkForm,
    "classify": ClassifyForm,
    "set_priority": PriorityForm,
    "answer": AnswerForm,
    "assign": AssignForm,
    "refuse": ReasonForm,
    "inspect": InspectForm,
    "news": NewsForm,
    "hold": HoldForm,
    "resume": ResumeForm,
    "resolve": ResolveForm,
    "reopen": ReopenForm,
    "cancel": CancelForm,
}
