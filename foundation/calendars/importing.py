"""Exceptional days from a file: our own spec, `{date: intervals}`, or an ICS feed of holidays."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import icalendar

from foundation.calendars.rules import normal_spec, with_days
from foundation.calendars.rules.spec import as_date

MOST_BYTES = 2_000_000
MOST_DAYS_OF_AN_EVENT = 60
# A feed that names so many days of a year is taken for its notice; a few of the next are not.
FEWEST_OF_A_YEAR = 5
MAKEUP = re.compile(r"班|补班|调休上班|make-?up|working day", re.IGNORECASE)
MARK = re.compile(r"[\s(（\[【]*(?:补班|调休上班|放假|休息|休|班)[)）\]】\s]*$")


class UnreadableFile(ValueError):
    """The file is neither of the three."""


@dataclass
class Found:
    """`days`: {date: (is a make-up day, name)}; `spec`: a whole calendar; `skipped`: events left out."""

    days: dict[date, tuple[bool, str]] = field(default_factory=dict)
    hours: dict[date, list] = field(default_factory=dict)
    spec: dict | None = None
    skipped: int = 0

    @property
    def years(self) -> set[int]:
        counted = Counter(day.year for day in self.days)
        return {year for year, number in counted.items() if number >= FEWEST_OF_A_YEAR}


def read(data: bytes) -> Found:
    """What the file holds. Raises UnreadableFile, SpecError (a date or time that is none)."""
    text = data[:MOST_BYTES].decode("utf-8-sig", errors="replace").strip()
    if len(data) > MOST_BYTES or not text:
        raise UnreadableFile
    return read_ics(text) if text.upper().startswith("BEGIN:VCALENDAR") else read_json(text)


def read_json(text: str) -> Found:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableFile from None
    if not isinstance(content, dict) or not content:
        raise UnreadableFile
    if "week" in content:
        return Found(spec=normal_spec(content))
    found = Found()
    for key, value in content.items():
        day = as_date(key)
        if isinstance(value, list):
            found.hours[day] = value
        elif isinstance(value, bool):
            found.days[day] = value, ""
        else:
            raise UnreadableFile
    return found


def read_ics(text: str) -> Found:
    """All-day events: make-up days say so in their summary (班), all others are days off."""
    try:
        events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    except (ValueError, IndexError, KeyError):
        raise UnreadableFile from None
    found = Found()
    for event in events:
        first, last = _span(event)
        if first is None:
            found.skipped += 1
            continue
        summary = " ".join(str(event.get("SUMMARY", "")).split())
        works = bool(MAKEUP.search(summary))
        name = MARK.sub("", summary)[:60]
        for ordinal in range(first.toordinal(), last.toordinal()):
            day = date.fromordinal(ordinal)
            # Where a feed has both, the make-up day is the more particular word.
            if works or not found.days.get(day, (False,))[0]:
                found.days[day] = works, name
    if not found.days:
        raise UnreadableFile
    return found


def _span(event) -> tuple[date | None, date | None]:
    """The days [first, last) of an all-day event; (None, None) for others."""
    begin, end = event.get("DTSTART"), event.get("DTEND")
    first = getattr(begin, "dt", None)
    if not isinstance(first, date) or isinstance(first, datetime) or event.get("RRULE"):
        return None, None
    last = getattr(end, "dt", None) or first + timedelta(days=1)
    if isinstance(last, datetime) or not first < last <= first + timedelta(MOST_DAYS_OF_AN_EVENT):
        return None, None
    return first, last


def applied(spec: dict, found: Found) -> dict:
    """The spec with what was found: a whole calendar replaces it, days are put in. SpecError."""
    if found.spec is not None:
        return found.spec
    exceptions = spec["exceptions"] | {day.isoformat(): rows for day, rows in found.hours.items()}
    return with_days(spec | {"exceptions": exceptions}, found.days, found.years)
