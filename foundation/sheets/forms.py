from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.desk.forms import CardRadio, DeskForm
from foundation.sheets.choices import named
from foundation.sheets.models import Import
from foundation.sheets.reading import letter

LEAVE, UPDATE = "leave", "update"


class SheetForm(DeskForm):
    """Which file to import."""

    sheet = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty. Choose it again."),
            "max_length": _("The name of this file is too long. Shorten it."),
        },
    )


class MappingForm(DeskForm):
    """For each column of the sheet, which of ours it is; and what to do with what exists."""

    existing = forms.ChoiceField(
        label=_("Rows that are recorded already"),
        choices=[
            (LEAVE, _("leave them as they are")),
            (UPDATE, _("update them with what the sheet says; empty cells change nothing")),
        ],
        widget=CardRadio,
        initial=LEAVE,
    )

    def __init__(self, *args, run: Import, **kwargs):
        super().__init__(*args, **kwargs)
        self.run = run
        if not run.goal.can_update:
            del self.fields["existing"]
        elif run.updates:
            self.fields["existing"].initial = UPDATE
        choices = [("", _("leave out"))] + [
            (one.name, f"{one.label} *" if one.required else one.label) for one in run.goal.columns
        ]
        names = {at: name for name, at in run.mapping.items()}
        for at in range(len(run.headings)):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                choices=choices, required=False, initial=names.get(at, "")
            )

    def lines(self) -> Iterator[dict]:
        """The columns of the sheet as the page shows them: letter, heading, examples, choice."""
        for at, heading in enumerate(self.run.headings):
            cells = [cells[at] for cells in self.run.shown if at < len(cells) and cells[at]]
            yield {
                "letter": letter(at),
                "heading": heading,
                "cells": list(dict.fromkeys(cells))[:3],
                "field": self[f"column_{at}"],
            }

    def clean(self):
        data = super().clean()
        taken: dict[str, int] = {}
        for at in range(len(self.run.headings)):
            name = data.get(f"column_{at}")
            if not name:
                continue
            if name in taken:
                words = _("%(letter)s is this too. Choose one of them.")
                params = {"letter": letter(taken[name])}
                self.add_error(f"column_{at}", ValidationError(words, params=params))
            taken.setdefault(name, at)
        data["columns"] = taken
        return data

    def tell(self, error: ValidationError) -> None:
        """Put what the verb refused beside the column it is about, or above all."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        labels = {one.name: one.label for one in self.run.goal.columns}
        for name, errors in error.error_dict.items():
            for one in errors:
                self.add_error(None, named(labels.get(name, name), " ".join(one.messages)))
