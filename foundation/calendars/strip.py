"""The strip: one bar of 24 hours beside each step of an explanation (`calendars/strip.html`).

{% include "calendars/strip.html" with strip=strip %}       # strip = strip.of(explanation)
"""

from datetime import date, datetime, timedelta

from foundation.calendars import words
from foundation.calendars.rules import Explanation, Line

DAY = 24 * 60
TICKS = (360, 720, 1080)
# What has no time of its own to show.
WITHOUT_BAR = {"opening", "start", "rolled"}


def of(told: Explanation) -> dict:
    """The context of `calendars/strip.html`: what was asked, the steps with bars, the result."""
    return {
        "asked": words.asked(told),
        "rows": [
            {"text": words.line_text(line, told), "kind": line.kind, "bars": bars(line)}
            for line in told.lines
        ],
        "result": words.result(told),
        "due": told.due,
        "total": words.length(told.total) if told.total else "",
        "zone": told.zone,
        "warning": words.warning(told),
        "ticks": TICKS,
    }


def bars(line: Line) -> list[tuple[int, int]]:
    """(x, width) in minutes of the day; of a pause of several days its first."""
    if line.kind in WITHOUT_BAR:
        return []
    if not line.parts:
        return [(0, DAY)]
    spans = [
        (minute(begin, line.day), minute(end, line.day) if end else DAY)
        for begin, end in line.parts
    ]
    return [(begin, max(end - begin, 4)) for begin, end in spans]


def minute(moment: datetime, day: date) -> int:
    """Minutes on the clock since the day's midnight, within the day."""
    if moment.date() > day:
        return DAY
    passed = timedelta(hours=moment.hour, minutes=moment.minute)
    return int(passed.total_seconds() // 60)
