"""The dialogs of a list: its filters, its columns, its views, a verb for many rows."""

import uuid
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from foundation.desk.forms import DeskForm
from foundation.lists import kinds, rules
from foundation.lists.kinds import HIDDEN, ONE, RANGE
from foundation.lists.queries import ALL, SIDES, Asked

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FilterForm(DeskForm):
    """Every filter of a list as a field; it is sent by GET and read by the list itself."""

    def __init__(self, asked: Asked):
        super().__init__(auto_id="filter_%s")
        for key, one in kinds.filters_of(asked.listed).items():
            values = list(asked.filters.get(key, ()))
            if one.look == RANGE:
                self._days(key, capfirst(one.label), rules.day_range(values[0]) if values else None)
            elif one.look != HIDDEN and one.options is not None:
                self._choice(key, one, values, asked)

    def _days(self, key: str, label, borders) -> None:
        words = (_("%(what)s from"), _("%(what)s until"))
        for side, text, day in zip(SIDES, words, borders or (None, None), strict=True):
            field = forms.DateField(label=text % {"what": label}, required=False, widget=DAY)
            field.initial = day
            self.fields[f"{key}.{side}"] = field

    def _choice(self, key: str, one, values: list[str], asked: Asked) -> None:
        options = list(one.options(asked.reader))
        if one.look == ONE:
            widget = forms.Select(choices=[("", _("all")), *options])
            self.fields[key] = forms.CharField(
                label=capfirst(one.label), required=False, widget=widget
            )
            self.fields[key].initial = values[0] if values else ""
            return
        size = min(sum(_weight(option) for option in options), 8)
        widget = forms.SelectMultiple(choices=options, attrs={"size": max(size, 2)})
        if sum(_weight(option) for option in options) <= 10:
            widget = forms.CheckboxSelectMultiple(choices=options)
        self.fields[key] = forms.CharField(label=capfirst(one.label), required=False, widget=widget)
        self.fields[key].initial = values


def _weight(option) -> int:
    inner = option[1]
    return 1 + len(inner) if isinstance(inner, list | tuple) else 1


class ColumnsForm(DeskForm):
    """Which columns, how many rows, which tab first."""

    columns = forms.MultipleChoiceField(label=_("Columns"), required=False)
    rows = forms.TypedChoiceField(
        label=_("Rows on a page"), choices=[(n, n) for n in rules.ROWS], coerce=int
    )
    opens_with = forms.ChoiceField(label=_("The list opens with"), required=False)

    def __init__(self, *args, listed: kinds.List, views, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [(c.key, c.label) for c in listed.columns]
        tabs = [(view.key, view.label) for view in listed.views]
        tabs += [(str(view.pk), view.name) for view in views]
        # Where the list ships with a view that opens it, everything is a choice like others.
        everything = ALL if listed.opens_with else ""
        self.fields["opens_with"].choices = [(everything, _("everything")), *tabs]
        if not self.initial.get("opens_with"):
            self.initial["opens_with"] = listed.opens_with


class ViewForm(DeskForm):
    """A view's name and whose it is."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    for_team = forms.BooleanField(label=_("For my whole department"), required=False)
    is_first = forms.BooleanField(label=_("The list opens with it for me"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, may_share: bool, is_new: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not (may_share and is_new):
            del self.fields["for_team"]


class SureForm(DeskForm):
    """A verb for many rows that needs nothing more than to be sure; `says` is what will happen."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    says: Any = ""

    def __init__(self, data=None, *, user):
        super().__init__(data, initial={"once": uuid.uuid4().hex})

    def facts(self) -> dict[str, Any]:
        return {}


__all__ = ["ColumnsForm", "FilterForm", "SureForm", "ViewForm"]
