"""Typing a calendar, bringing one in, and asking the calculator."""

import json
import re
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import default_zone, known_zone
from foundation.calendars import importing, texts, words
from foundation.calendars.models import Calendar
from foundation.calendars.notices import known_years
from foundation.calendars.rules import DAYS, Length, SpecError, compile_hours, normal_spec
from foundation.desk.forms import DeskForm

WEEKDAYS = dict(
    zip(
        DAYS,
        (
            _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
            _("Sunday"),
        ),
        strict=True,
    )
)  # fmt: skip
UNREADABLE = _("“%(text)s” is not understood. Write it as 09:00–12:00, 13:00–18:00.")
UNREADABLE_LINE = _(
    "Line %(line)s: “%(text)s” is not understood. Write it as 2026-02-14 09:00–18:00 or "
    "2026-02-15 – 2026-02-23 off Spring Festival."
)
YEAR = re.compile(r"(19|20|21)\d\d", re.ASCII)


class CalendarForm(DeskForm):
    """A calendar as text; `spec` in what is cleaned is what the text says."""

    key = forms.SlugField(
        label=_("Key"), max_length=50, help_text=_("For programs, such as night-shift. It stays.")
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=100)
    name_en = forms.CharField(label=_("Name in English"), max_length=100)
    is_active = forms.BooleanField(label=_("In use"), required=False)
    timezone = forms.CharField(label=_("Time zone"), max_length=40, validators=[known_zone])
    exceptions = forms.CharField(
        label=_("Exceptional days"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
        help_text=_(
            "One line per day or span: 2026-02-15 – 2026-02-23 off 春节 / Spring Festival; a "
            "make-up working day with its hours: 2026-02-14 09:00–18:00. They replace the week."
        ),
    )
    keeps_notices = forms.BooleanField(
        label=_("Keeps the official days off"),
        required=False,
        help_text=_("A year whose notice is not loaded is warned of."),
    )
    notices = forms.CharField(
        label=_("Years whose official days off are above"),
        required=False,
        max_length=400,
        help_text=_("Such as 2025, 2026. An import adds its year."),
    )
    reason = forms.CharField(
        label=_("Why it changes"),
        max_length=200,
        required=False,
        help_text=_("Stands in the history."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, calendar: Calendar | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        self.fields["timezone"].initial = default_zone
        self.fields["version"].initial = calendar.version if calendar else 0
        for day, name in WEEKDAYS.items():
            self.fields[day] = forms.CharField(label=name, required=False, max_length=200)
        if calendar is None:
            self.fields["is_active"].initial = True
            del self.fields["is_active"]
            return
        del self.fields["key"]

    def seen(self, version: int) -> None:
        """What is typed has met another version; sent again it replaces that one."""
        self.data = self.data.copy()
        self.data["version"] = version

    @property
    def week(self) -> list:
        return [self[day] for day in DAYS]

    def clean(self):
        data = super().clean()
        week = {day: self._intervals(day) for day in DAYS}
        exceptions, names = self._exceptions()
        spec = {
            "timezone": data.get("timezone", "UTC"),
            "week": week,
            "exceptions": exceptions,
            "names": names,
        }
        if data.get("keeps_notices"):
            spec["notices"] = sorted(
                {int(match[0]) for match in YEAR.finditer(texts.plain(data.get("notices", "")))}
            )
        if not self.errors:
            try:
                data["spec"] = normal_spec(spec)
            except SpecError as error:
                raise ValidationError(words.mistake(error)) from error
        return data

    def _intervals(self, day: str) -> list:
        try:
            return texts.read_intervals(self.cleaned_data.get(day, ""))
        except texts.Unreadable as error:
            self.add_error(day, UNREADABLE % {"text": error.text})
            return []

    def _exceptions(self) -> tuple[dict, dict]:
        try:
            return texts.read_exceptions(self.cleaned_data.get("exceptions", ""))
        except texts.Unreadable as error:
            self.add_error("exceptions", UNREADABLE_LINE % {"text": error.text, "line": error.line})
            return {}, {}


def typed(spec: dict) -> dict:
    """A spec as the form's fields show it."""
    return {
        "timezone": spec["timezone"],
        "exceptions": texts.write_exceptions(spec["exceptions"], spec["names"], gettext("off")),
        "keeps_notices": "notices" in spec,
        "notices": ", ".join(map(str, spec.get("notices", []))),
        **{day: texts.write_intervals(spec["week"][day]) for day in DAYS},
    }


class ImportForm(DeskForm):
    """A year of the package, or a file; what was found is shown before it is saved."""

    year = forms.TypedChoiceField(
        label=_("China's official days off of"), coerce=int, required=False, empty_value=None
    )
    file = forms.FileField(
        label=_("or a file"),
        required=False,
        help_text=_(
            "An ICS feed of holidays (make-up days are marked 班), JSON as {date: intervals}, or a "
            "whole calendar as JSON."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        years = [(year, str(year)) for year in reversed(known_years())]
        self.fields["year"].choices = [("", "–"), *years]

    def clean(self):
        data = super().clean()
        if bool(data.get("year")) == bool(data.get("file")):
            raise ValidationError(_("Choose a year or a file."))
        if data.get("file"):
            data["found"] = self._read(data["file"])
        return data

    def _read(self, file) -> importing.Found | None:
        try:
            return importing.read(file.read(importing.MOST_BYTES + 1))
        except SpecError as error:
            self.add_error("file", words.mistake(error))
        except importing.UnreadableFile:
            self.add_error("file", _("This is neither an ICS feed nor JSON that names days."))
        return None


class CalculatorForm(DeskForm):
    """What if: a calendar, a start, a length or an end, pauses."""

    CHOICES = [
        ("minutes", _("working minutes")),
        ("days", _("working days")),
        ("calendar_days", _("calendar days, as the law counts")),
        ("until", _("how much working time until an end")),
    ]
    calendar = forms.ModelChoiceField(
        Calendar.objects.filter(version__gt=0), label=_("Calendar"), to_field_name="key",
        required=False, empty_label=_("the one pasted below"),
    )  # fmt: skip
    start = forms.CharField(
        label=_("Start"),
        max_length=32,
        help_text=_("Such as 2026-02-13 17:50, in the calendar's zone."),
    )
    unit = forms.ChoiceField(label=_("Count"), choices=CHOICES, initial="minutes")
    amount = forms.IntegerField(
        label=_("How many"), min_value=0, max_value=10_000_000, required=False, initial=30
    )
    end = forms.CharField(label=_("End"), max_length=32, required=False)
    pauses = forms.CharField(
        label=_("Pauses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One line each: 2026-02-14 12:00 – 2026-02-14 13:00. Without an end it lasts."),
    )
    spec = forms.CharField(
        label=_("A calendar as JSON"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        hours = self._hours(data)
        if hours is None:
            return data
        data["hours"] = hours
        data["from"] = self._moment("start", data["start"], hours)
        if data["unit"] == "until":
            data["to"] = self._moment("end", data["end"], hours)
            return data
        if data["amount"] is None:
            self.add_error("amount", _("Say how many."))
            return data
        data["length"] = Length(data["amount"], data["unit"])
        data["pauses"] = self._pauses(data["pauses"], hours)
        return data

    def _hours(self, data: dict):
        from foundation.calendars.queries import hours_of

        if data["calendar"] and not data["spec"].strip():
            return hours_of(data["calendar"].key)[0]
        if not data["spec"].strip():
            self.add_error("calendar", _("Choose a calendar, or paste one."))
            return None
        try:
            return compile_hours(json.loads(data["spec"]))
        except SpecError as error:
            self.add_error("spec", words.mistake(error))
        except (ValueError, RecursionError):
            self.add_error("spec", _("This is not JSON."))
        return None

    def _moment(self, name: str, text: str, hours) -> datetime | None:
        try:
            found = datetime.fromisoformat(texts.plain(text).replace("/", "-"))
        except ValueError:
            self.add_error(
                name, _("“%(text)s” is not a time. Write it as 2026-02-13 17:50.") % {"text": text}
            )
            return None
        return found.replace(tzinfo=hours.zone) if found.tzinfo is None else found

    def _pauses(self, text: str, hours) -> list[tuple]:
        pauses = []
        for line in texts.plain(text).splitlines():
            if not line.strip():
                continue
            begin, _dash, end = re.sub(r"\s*(?:[–—~〜至到]|\s-(?:\s|$))\s*", "|", line).partition(
                "|"
            )
            since = self._moment("pauses", begin.strip(), hours)
            until = self._moment("pauses", end.strip(), hours) if end.strip() else None
            if since and (until or not end.strip()):
                pauses.append((since, until))
        return pauses
