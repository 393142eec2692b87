"""Which figures programs ask for, and the shape in which they get them."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.models import Product, Tier
from foundation.accounts.models import Department, User
from foundation.api.fields import Named
from reports.queries.attainment import DIMENSIONS
from reports.rules import periods
from tickets.choices import Channel, Priority
from tickets.models import Category

YEARS = range(2000, 2100)


def named(field: str, rows, words) -> Named:
    return Named(field, queryset=rows, required=False, help_text=words)


class FiguresIn(serializers.Serializer):
    period = serializers.ChoiceField(choices=periods.NAMES, default="30d")
    first = serializers.DateField(required=False, help_text=_("First day of a custom period."))
    last = serializers.DateField(required=False, help_text=_("Its last day."))
    step = serializers.ChoiceField(choices=periods.STEPS, required=False)
    department = named("key", Department.objects.all(), _("key of the department"))
    category = named("key", Category.objects.all(), _("key of the category, with those below it"))
    product = named("code", Product.objects.all(), _("model number"))
    handler = named("username", User.objects.all(), _("user name of the handler"))
    tier = named("key", Tier.objects.all(), _("key of the tier"))
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    promises_by = serializers.ChoiceField(
        choices=DIMENSIONS,
        required=False,
        help_text=_("By what `promises` tells the promises kept; without it they are empty."),
    )

    def validate(self, data):
        if data["period"] != "custom":
            return data
        first, last = data.get("first"), data.get("last")
        if not (first and last):
            raise serializers.ValidationError({"first": _("Give the first and the last day.")})
        if not (first.year in YEARS and last.year in YEARS):
            raise serializers.ValidationError({"first": _("Give a year from 2000 to 2099.")})
        if last < first:
            raise serializers.ValidationError({"last": _("This day is before the first.")})
        if last - first > timedelta(days=periods.LONGEST):
            raise serializers.ValidationError({"last": _("Choose at most five years.")})
        return data


class FigureOut(serializers.Serializer):
    """`unit`: tickets, seconds, percent, score (1 to 5) or points (-100 to 100); `n` is the base,
    `before` the same of the period before."""

    value = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    unit = serializers.CharField()
    before = serializers.FloatField(allow_null=True)
    before_n = serializers.IntegerField()
    change = serializers.FloatField(allow_null=True)
    error = serializers.FloatField(allow_null=True)
    is_small = serializers.BooleanField()


class PromisesOut(serializers.Serializer):
    """One promise (its key; "" is all together) of one department, person or step: `name` is the
    department's key or the person's user name, "" where a ticket has none and for steps, which are
    told by `first` and `end`. `value` is the share kept in percent, `before` the same of the period
    before, of a step the one of the step before."""

    promise = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    first = serializers.DateTimeField()
    end = serializers.DateTimeField()
    kept = serializers.IntegerField()
    missed = serializers.IntegerField()
    n = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    before = serializers.FloatField(allow_null=True)
    before_n = serializers.IntegerField()
    change = serializers.FloatField(allow_null=True)
    is_small = serializers.BooleanField()


class PeriodOut(serializers.Serializer):
    name = serializers.CharField()
    first = serializers.DateTimeField()
    end = serializers.DateTimeField()
    before_first = serializers.DateTimeField()
    before_end = serializers.DateTimeField()
    step = serializers.CharField()


class FiguresOut(serializers.Serializer):
    period = PeriodOut()
    at = serializers.DateTimeField()
    cuts = serializers.DictField()
    all_tickets = serializers.BooleanField()
    figures = serializers.DictField(child=FigureOut())
    backlog_ages = serializers.DictField()
    columns = serializers.ListField(child=serializers.DictField())
    series = serializers.DictField(child=serializers.ListField())
    promises = PromisesOut(many=True)
