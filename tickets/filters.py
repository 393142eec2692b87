"""Which tickets a program may ask for: every key is named here, others are refused."""

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.fields import IsoDateTimeField

from tickets import rules
from tickets.choices import Channel, Kind, Priority, Status
from tickets.models import Ticket

YEARS = range(2000, 2100)


def in_branch(rows: QuerySet[Ticket], name: str, key) -> QuerySet[Ticket]:
    """Tickets of a category, or of one right below it; `key` is the category or its key."""
    if not key:
        return rows
    key = getattr(key, "key", key)
    return rows.filter(Q(category__key=key) | Q(category__parent__key=key))


class SaneMoment(IsoDateTimeField):
    """Years that every database and time zone can compute with."""

    def clean(self, value):
        moment = super().clean(value)
        if moment is not None and moment.year not in YEARS:
            raise ValidationError(_("Give a year from 2000 to 2099."))
        return moment

    def to_python(self, value):
        try:
            return super().to_python(value)
        except OverflowError:
            raise ValidationError(_("Give a year from 2000 to 2099.")) from None


class MomentFilter(filters.IsoDateTimeFilter):
    field_class = SaneMoment


class TicketFilter(filters.FilterSet):
    number = filters.CharFilter(method="by_number", label=_("number, as people write it"))
    status = filters.MultipleChoiceFilter(choices=Status.choices, label=_("state"))
    priority = filters.MultipleChoiceFilter(choices=Priority.choices, label=_("priority"))
    kind = filters.MultipleChoiceFilter(choices=Kind.choices, label=_("kind of request"))
    channel = filters.MultipleChoiceFilter(choices=Channel.choices, label=_("channel"))
    department = filters.CharFilter("department__key", label=_("key of the department"))
    category = filters.CharFilter(
        method=in_branch, label=_("key of the category, with those below it")
    )
    handler = filters.CharFilter("handler__username", label=_("user name of the handler"))
    received_after = MomentFilter("received_at", "gte", label=_("received at or after"))
    received_before = MomentFilter("received_at", "lt", label=_("received before"))

    class Meta:
        model = Ticket
        fields: list[str] = []
        form = forms.Form

    def by_number(self, rows: QuerySet[Ticket], name: str, text: str) -> QuerySet[Ticket]:
        return rows.filter(number=rules.parse_number(text) or "")
