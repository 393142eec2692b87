"""What administrators type about promises: lengths with units, calendars by name, conditions."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
)

from foundation.calendars.models import Calendar
from foundation.desk.forms import DeskForm
from tickets import rules
from tickets.choices import HoldReason
from tickets.models import Policy, PolicyTerms, Promise, Ticket
from tickets.queries.facts import FACTS
from tickets.queries.terms import AROUND, CALLBACKS, DEPARTMENT
from tickets.rules import lengths

HOURS = "h"
UNITS = [
    ("m", _("minutes")),
    (HOURS, _("hours")),
    ("w", _("working days")),
    ("d", _("calendar days, as laws count")),
    (lengths.FIXED, _("the date that somebody names")),
]
PLACES = ("p1", "p2", "p3")
TERMS = [
    *(f"{name}_{place}" for place in PLACES for name in ("length", "calendar")),
    "warn_percent", "paused_by", "ladder",
]  # fmt: skip


class LengthWidget(forms.MultiWidget):
    def __init__(self):
        number = UnfoldAdminIntegerFieldWidget(attrs={"min": 1, "class": "max-w-24"})
        super().__init__([number, UnfoldAdminSelectWidget(choices=UNITS)])

    def decompress(self, value: str | None) -> list:
        parsed = lengths.parse(value) if value else None
        if parsed is None:
            return [None, value or "m"]
        amount, unit = parsed[0], value[-1]
        return [amount // 60, HOURS] if unit == "m" and amount % 60 == 0 else [amount, unit]


class LengthField(forms.MultiValueField):
    """`240m` as 4 and hours."""

    widget = LengthWidget

    def __init__(self, **kwargs):
        parts = (
            forms.IntegerField(min_value=1, max_value=9999, required=False),
            forms.ChoiceField(choices=UNITS),
        )
        super().__init__(fields=parts, require_all_fields=False, required=False, **kwargs)

    def compress(self, parts: list) -> str:
        number, unit = parts or (None, "m")
        if unit == lengths.FIXED:
            return lengths.FIXED
        if not number:
            raise ValidationError(gettext("Say how long."))
        return f"{number * 60}m" if unit == HOURS else f"{number}{unit}"


def calendar_choices() -> list[tuple[str, str]]:
    """The words that follow the ticket first, then every calendar in use."""
    rows = Calendar.objects.filter(is_active=True).exclude(key=AROUND)
    return [
        (AROUND, gettext("round the clock")),
        (DEPARTMENT, gettext("hours of the ticket's department")),
        (CALLBACKS, gettext("hours in which customers are called")),
        *((row.key, str(row)) for row in rows),
    ]


class TermsForm(forms.ModelForm):
    """Length and calendar for each priority, and what happens around them."""

    length_p1 = LengthField(label=_("length for P1"))
    length_p2 = LengthField(label=_("length for P2"))
    length_p3 = LengthField(label=_("length for P3"))
    calendar_p1 = forms.ChoiceField(label=_("calendar for P1"), widget=UnfoldAdminSelectWidget)
    calendar_p2 = forms.ChoiceField(label=_("calendar for P2"), widget=UnfoldAdminSelectWidget)
    calendar_p3 = forms.ChoiceField(label=_("calendar for P3"), widget=UnfoldAdminSelectWidget)
    paused_by = forms.MultipleChoiceField(
        label=_("paused by holds for"),
        choices=HoldReason,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = calendar_choices()
        for place in PLACES:
            if f"calendar_{place}" in self.fields:
                known = {key for key, _label in choices}
                now = getattr(self.instance, f"calendar_{place}")
                more = [] if now in known else [(now, now)]
                self.fields[f"calendar_{place}"].choices = [*choices, *more]
        if "warn_percent" in self.fields:
            field = self.fields["warn_percent"]
            field.validators += [MinValueValidator(1), MaxValueValidator(100)]
            field.help_text = _("Empty: as the organisation says.")

    def clean(self):
        data = super().clean()
        promise = data.get("promise") or self.instance
        starts = data.get("starts_on") or getattr(promise, "starts_on", "")
        if starts and starts == (data.get("ends_on") or getattr(promise, "ends_on", "")):
            raise ValidationError(gettext("It would be met by the moment it counts from."))
        return data


class PromiseForm(TermsForm):
    class Meta:
        model = Promise
        fields = [
            "key", "name_zh", "name_en", "is_active", "by_default", "order",
            "starts_on", "opens_on", "ends_on", "repeats", *TERMS,
        ]  # fmt: skip


class PolicyTermsForm(TermsForm):
    class Meta:
        model = PolicyTerms
        fields = ["promise", "is_promised", *TERMS]


class PolicyForm(forms.ModelForm):
    """Conditions as choices of each fact; nothing chosen asks nothing."""

    class Meta:
        model = Policy
        fields = ["name_zh", "name_en", "is_active", "order"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        conditions = self.instance.conditions or {}
        for key, fact in FACTS.items():
            field = self.fields[f"when_{key}"]
            chosen, choices = list(conditions.get(key, ())), fact.choices()
            known = {value for value, _label in choices}
            # What was renamed or removed stays to be seen, and to be taken out.
            field.choices = [*choices, *((value, value) for value in chosen if value not in known)]
            field.initial = chosen

    def save(self, commit=True):
        chosen = {key: self.cleaned_data[f"when_{key}"] for key in FACTS}
        # What a fact that is not registered now asked is kept.
        unknown = {
            key: values
            for key, values in (self.instance.conditions or {}).items()
            if key not in FACTS
        }
        self.instance.conditions = {key: values for key, values in chosen.items() if values}
        self.instance.conditions.update(unknown)
        if self.instance.pk:
            self.instance.version += 1
        return super().save(commit)


def condition_fields() -> dict[str, forms.Field]:
    """One choice field for each fact that is registered."""
    return {
        f"when_{key}": forms.MultipleChoiceField(
            label=fact.label, required=False, widget=UnfoldAdminSelect2MultipleWidget
        )
        for key, fact in FACTS.items()
    }


class WhichForm(DeskForm):
    """A ticket by its number, or a ticket that could be."""

    number = forms.CharField(
        label=_("Ticket number"), required=False, max_length=20, help_text=_("Or choose below.")
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        for key, fact in FACTS.items():
            self.fields[key] = forms.ChoiceField(
                label=fact.label, required=False, choices=[("", "–"), *fact.choices()]
            )

    def clean_number(self) -> Ticket | None:
        text = self.cleaned_data["number"].strip()
        if not text:
            return None
        number = rules.parse_number(text) or text
        found = Ticket.objects.visible_to(self.user).filter(number=number).first()
        if found is None:
            raise ValidationError(gettext("There is no such ticket that you may see."))
        return found

    def typed(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in FACTS if self.cleaned_data.get(key)}
