"""What the export page asks: a period, and what to leave out."""

from datetime import datetime, time, timedelta

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Department, User
from foundation.desk.forms import DeskForm
from tickets.choices import Channel, Priority, Status
from tickets.filters import YEARS, in_branch
from tickets.models import Category, Ticket


def sane_year(day) -> None:
    if day.year not in YEARS:
        raise ValidationError(_("Give a year from 2000 to 2099."))


def midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class DayFilter(filters.DateFilter):
    def __init__(self, *args, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(*args, widget=widget, validators=[sane_year], **kwargs)


class CategoryField(filters.fields.ModelChoiceField):
    def label_from_instance(self, category):
        return category.path


class CategoryFilter(filters.ModelChoiceFilter):
    field_class = CategoryField


class PeriodForm(DeskForm):
    def clean(self):
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))


class ExportFilter(filters.FilterSet):
    """Days are whole days of the reader's zone, both ends included."""

    first = DayFilter(method="from_day", label=_("Received from the day"))
    last = DayFilter(method="to_day", label=_("Received up to the day"))
    department = filters.ModelChoiceFilter(
        queryset=Department.objects.all(), label=_("Department"), empty_label=_("all")
    )
    category = CategoryFilter(
        queryset=Category.objects.select_related("parent"),
        method=in_branch,
        label=_("Category"),
        empty_label=_("all"),
    )
    priority = filters.ChoiceFilter(
        choices=Priority.choices, label=_("Priority"), empty_label=_("all")
    )
    status = filters.ChoiceFilter(choices=Status.choices, label=_("State"), empty_label=_("all"))
    handler = filters.ModelChoiceFilter(
        queryset=User.objects.filter(handles__isnull=False).distinct(),
        label=_("Handler"),
        empty_label=_("all"),
    )
    channel = filters.ChoiceFilter(
        choices=Channel.choices, label=_("Channel"), empty_label=_("all")
    )

    class Meta:
        model = Ticket
        fields: list[str] = []
        form = PeriodForm

    def from_day(self, rows: QuerySet[Ticket], name: str, day) -> QuerySet[Ticket]:
        return rows.filter(received_at__gte=midnight(day))

    def to_day(self, rows: QuerySet[Ticket], name: str, day) -> QuerySet[Ticket]:
        return rows.filter(received_at__lt=midnight(day + timedelta(days=1)))
