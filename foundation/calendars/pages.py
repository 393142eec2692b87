"""What the pages of calendars show."""

import json
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from foundation.calendars import strip, words
from foundation.calendars.models import Calendar
from foundation.calendars.rules import Hours, compile_hours, explain, explain_count
from foundation.calendars.rules.explain import is_makeup
from foundation.calendars.rules.spec import pairs
from foundation.desk.words import listed

DAYS_AHEAD = 14
DAY = 24 * 60


def keepers(calendar: Calendar) -> str:
    """Who keeps these hours, in words."""
    service = [str(row) for row in calendar.serving.all()]
    calls = [
        _("%(who)s (calls)") % {"who": row}
        for row in calendar.calling.all()
        if row.calendar_id != calendar.pk
    ]
    return listed(service + calls)


def preview(spec: dict, at: datetime) -> list[dict]:
    """The next fourteen days of a spec: {day, hours, name, kind, bars} each."""
    hours = compile_hours(spec)
    today = at.astimezone(hours.zone).date()
    rows = []
    for day in (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)):
        spans = hours.day(day)
        kind = "counted" if spans else "closed"
        if day in hours.exceptions:
            kind = "makeup" if is_makeup(hours, day) else kind if spans else "off"
        rows.append(
            {
                "day": words.day(day),
                "hours": words.hours_words(pairs(spans)),
                "name": words.day_name(hours.names.get(day, "")),
                "kind": kind,
                "bars": bars(hours, day),
            }
        )
    return rows


def bars(hours: Hours, day: date) -> list[tuple[int, int]]:
    """(x, width) in minutes of the day, with what the evening before runs into it."""
    before = [(begin - DAY, end - DAY) for begin, end in hours.day(day - timedelta(days=1))]
    spans = [(max(begin, 0), min(end, DAY)) for begin, end in (*before, *hours.day(day)) if end > 0]
    return [(begin, end - begin) for begin, end in spans]


def history(calendar: Calendar, most: int) -> list[dict]:
    """The newest versions, each with what it changed."""
    rows = list(calendar.versions.select_related("made_by").order_by("-number")[: most + 1])
    older = {row.number + 1: row.spec for row in rows}
    return [
        {
            "row": row,
            "changes": words.differences(older[row.number], row.spec)
            if row.number in older
            else [],
        }
        for row in rows[:most]
    ]


def as_text(spec: dict) -> str:
    return json.dumps(spec, ensure_ascii=False, indent=1)


def calculated(data: dict) -> dict:
    """The answer to a calculator form that was cleaned. Raises OutOfRange."""
    if data["unit"] != "until":
        told = explain(data["hours"], data["from"], data["length"], data["pauses"])
        return {"result": words.result(told), "strip": strip.of(told)}
    told = explain_count(data["hours"], data["from"], data["to"])
    result = _("%(length)s of working time") % {"length": words.length(told.total)}
    asked = _("Working time from %(start)s to %(end)s") % {
        "start": words.moment(told.start),
        "end": words.ending(told.due, told.start.date()),
    }
    shown = strip.of(told) | {"asked": asked, "result": result, "total": ""}
    return {"result": result, "strip": shown}
