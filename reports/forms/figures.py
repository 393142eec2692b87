"""What the page of figures asks: a period, what to leave out, a table, its order."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from customers.models import Product, Tier
from foundation.accounts.models import Department, User
from foundation.desk.forms import DeskForm
from reports import catalogue, rules
from reports.queries import Cuts, attainment
from reports.queries.tables import COLUMNS, DIMENSIONS
from tickets.choices import Channel
from tickets.filters import YEARS
from tickets.models import Category, Ticket

LONGEST = timedelta(days=5 * 366)


def _choices(words: dict) -> list[tuple[str, object]]:
    return list(words.items())


class Rows(forms.ModelChoiceField):
    """Few rows to choose from; `0` stands for those without one and comes by a link."""

    def __init__(self, queryset, label):
        super().__init__(queryset, required=False, empty_label=_("all"), label=label)

    def to_python(self, value):
        return 0 if value == "0" else super().to_python(value)

    def validate(self, value):
        if value != 0:
            super().validate(value)

    def label_from_instance(self, row):
        return row.path if isinstance(row, Category) else str(row)


def handlers():
    """Everybody who ever had a ticket."""
    return User.objects.filter(Exists(Ticket.objects.filter(handler=OuterRef("pk")).order_by()))


class FiguresForm(DeskForm):
    """`period`, `cuts`, `by` and `sort` of a valid form are what the queries take; `kept` and
    `promise` what the table of promises shows ("": all together)."""

    period = forms.ChoiceField(
        choices=lambda: _choices(catalogue.PERIODS), required=False, label=_("Period")
    )
    first = forms.DateField(
        required=False,
        label=_("From the day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        required=False,
        label=_("Up to the day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    step = forms.ChoiceField(
        choices=lambda: [("", _("as it fits")), *_choices(catalogue.STEPS)],
        required=False,
        label=_("Columns of the charts"),
    )
    department = Rows(Department.objects.all(), _("Department"))
    category = Rows(Category.objects.select_related("parent"), _("Category"))
    product = Rows(Product.objects.order_by("code"), _("Product"))
    channel = forms.ChoiceField(
        choices=lambda: [("", _("all")), *Channel.choices], required=False, label=_("Channel")
    )
    handler = Rows(handlers(), _("Handler"))
    tier = Rows(Tier.objects.all(), _("Tier"))
    by = forms.ChoiceField(
        choices=[(name, name) for name in DIMENSIONS], required=False, widget=forms.HiddenInput
    )
    sort = forms.ChoiceField(
        choices=[(name, name) for name in COLUMNS], required=False, widget=forms.HiddenInput
    )
    kept = forms.ChoiceField(
        choices=[(name, name) for name in attainment.DIMENSIONS],
        required=False,
        widget=forms.HiddenInput,
    )
    promise = forms.SlugField(required=False, widget=forms.HiddenInput)

    def clean(self):
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        for name in ("first", "last"):
            day = self.cleaned_data.get(name)
            if day and day.year not in YEARS:
                self.add_error(name, _("Give a year from 2000 to 2099."))
        if self.cleaned_data.get("period") != "custom":
            return
        if not first or not last:
            missing = "first" if not first else "last"
            if missing not in self.errors:
                self.add_error(missing, _("Give the first and the last day."))
        elif last < first:
            self.add_error("last", _("The period ends before it begins."))
        elif last - first > LONGEST:
            self.add_error("last", _("Choose at most five years."))

    def asked(self, at: datetime) -> tuple[rules.Period, Cuts]:
        """The period and the cuts of a valid form."""
        data = self.cleaned_data
        period = rules.period(
            data["period"] or "30d", at, first=data["first"], last=data["last"], step=data["step"]
        )
        cuts = Cuts(
            **{
                name: getattr(data[name], "pk", data[name])
                for name in ("department", "category", "product", "handler", "tier")
            },
            channel=data["channel"],
        )
        return period, cuts

    def address(self, **changed) -> str:
        """The query of this page with some keys changed; None and "" drop one."""
        data = {name: self.cleaned_data.get(name) for name in self.fields} | changed
        data |= {"first": None, "last": None} if data["period"] != "custom" else {}
        plain = {name: getattr(value, "pk", value) for name, value in data.items()}
        return "?" + urlencode({k: v for k, v in plain.items() if v not in (None, "")})

    def cut_words(self) -> list[tuple[str, object, str]]:
        """(label, value, address without it) of what narrows the figures now."""
        told = []
        for name in ("department", "category", "product", "channel", "handler", "tier"):
            value = self.cleaned_data.get(name)
            if value in (None, ""):
                continue
            words = Channel(value).label if name == "channel" else value if value else _("none")
            told.append((self.fields[name].label, words, self.address(**{name: None})))
        return told
