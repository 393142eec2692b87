"""A calendar's spec: plain JSON, checked, and brought into one form.

    {"timezone": "Asia/Shanghai",
     "week": {"mon": [["09:00", "12:00"], ["13:00", "18:00"]], …},
     "exceptions": {"2026-02-14": [["09:00", "18:00"]], "2026-02-16": []},
     "names": {"2026-02-16": "春节 / Spring Festival"},
     "notices": [2024, 2025, 2026]}

An interval belongs to the day on which it begins. One that ends before it begins ends on the next
day; one that ends when it begins lasts 24 hours on the wall. `24:00` is an end. An exception
replaces the intervals of its day. `notices` are the years whose official days off are loaded; a
calendar without the key keeps no official days off.
"""

import re
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = {"timezone", "week", "exceptions", "names", "notices"}
DAY = 24 * 60
TIME = re.compile(r"(\d{1,2}):([0-5]\d)", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

MESSAGES = {
    "shape": "A calendar is an object with timezone, week, exceptions, names and notices.",
    "key": "A calendar knows no {what!r}; it has timezone, week, exceptions, names and notices.",
    "zone": "There is no time zone {what!r}. Write it as Asia/Shanghai.",
    "week": "The week is an object with mon, tue, wed, thu, fri, sat, sun.",
    "weekday": "The week has no day {what!r}; it has mon, tue, wed, thu, fri, sat, sun.",
    "intervals": "{where}: intervals are a list of pairs of begin and end.",
    "time": "{where}: {what!r} is not a time. Write it as 09:00.",
    "dates": "Exceptions and names are objects by date.",
    "date": "{what!r} is not a date. Write it as 2026-02-14.",
    "name": "{where}: the name of a day is text.",
    "notices": "The years of loaded notices are a list of numbers.",
}


class SpecError(ValueError):
    """What is wrong with a spec: `code` of MESSAGES, `where` it is and `what` stands there."""

    def __init__(self, code: str, what: object = "", where: str = ""):
        self.code, self.what, self.where = code, what, where
        super().__init__(MESSAGES[code].format(what=what, where=where))


def minutes(text: object, where: str, *, end: bool = False) -> int:
    """Minutes since midnight of `09:00`; `24:00` is an end only."""
    found = TIME.fullmatch(text) if isinstance(text, str) else None
    value = int(found[1]) * 60 + int(found[2]) if found else -1
    if not 0 <= value < DAY and not (end and value == DAY):
        raise SpecError("time", text, where)
    return value


def intervals(rows: object, where: str) -> tuple[tuple[int, int], ...]:
    """Sorted and merged (begin, end) in minutes since the midnight at which the day begins."""
    if not isinstance(rows, list | tuple):
        raise SpecError("intervals", rows, where)
    spans = []
    for row in rows:
        if not isinstance(row, list | tuple) or len(row) != 2:
            raise SpecError("intervals", row, where)
        begin, end = minutes(row[0], where), minutes(row[1], where, end=True)
        spans.append((begin, end if end > begin else end + DAY))
    return tuple(merged(spans))


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, without overlap; those that touch are one."""
    out: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if out and begin <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((begin, end))
    return out


def as_date(text: object) -> date:
    try:
        if isinstance(text, str) and DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise SpecError("date", text)


def zone_of(spec: dict) -> ZoneInfo:
    name = spec.get("timezone")
    try:
        return ZoneInfo(name)
    except (ValueError, TypeError, OSError, LookupError):
        raise SpecError("zone", name) from None


def parse(spec: object) -> tuple[ZoneInfo, tuple, dict, dict, frozenset[int] | None]:
    """(zone, seven days of intervals, {date: intervals}, {date: name}, years). Raises SpecError."""
    if not isinstance(spec, dict):
        raise SpecError("shape")
    if unknown := set(spec) - KEYS:
        raise SpecError("key", min(map(str, unknown)))
    week = spec.get("week", {})
    if not isinstance(week, dict):
        raise SpecError("week")
    if unknown := set(week) - set(DAYS):
        raise SpecError("weekday", min(map(str, unknown)))
    exceptions, names = spec.get("exceptions") or {}, spec.get("names") or {}
    if not isinstance(exceptions, dict) or not isinstance(names, dict):
        raise SpecError("dates")
    if wrong := next((day for day, name in names.items() if not isinstance(name, str)), None):
        raise SpecError("name", where=str(wrong))
    return (
        zone_of(spec),
        tuple(intervals(week.get(day, []), day) for day in DAYS),
        {as_date(day): intervals(rows, str(day)) for day, rows in exceptions.items()},
        {as_date(day): name for day, name in names.items()},
        years(spec.get("notices")),
    )


def years(value: object) -> frozenset[int] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or any(type(year) is not int for year in value):
        raise SpecError("notices")
    return frozenset(value)


def clock(minute: int, *, end: bool = False) -> str:
    """`09:00`; what lies on the next day is written as its time there, midnight as an end `24:00`."""
    if end and minute == DAY:
        return "24:00"
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def pairs(spans: tuple[tuple[int, int], ...]) -> list[list[str]]:
    """Intervals as a spec writes them."""
    rows = []
    for begin, end in spans:
        # Merged intervals may be longer than one pair can say: two that overlap say it.
        if end - begin > DAY:
            rows += [[clock(begin), "24:00"], [clock(end), clock(end)]]
        else:
            rows.append([clock(begin), clock(end, end=True)])
    return rows


def normal_spec(spec: object) -> dict:
    """The same calendar in the one form that is stored and compared. Raises SpecError."""
    zone, week, exceptions, names, notices = parse(spec)
    form: dict = {
        "timezone": zone.key,
        "week": {day: pairs(spans) for day, spans in zip(DAYS, week, strict=True)},
        "exceptions": {day.isoformat(): pairs(exceptions[day]) for day in sorted(exceptions)},
        "names": {
            day.isoformat(): " ".join(names[day].split())
            for day in sorted(names)
            if names[day].strip()
        },
    }
    if notices is not None:
        form["notices"] = sorted(notices)
    return form


def with_days(spec: dict, days: dict[date, tuple[bool, str]], years: Iterable[int] = ()) -> dict:
    """The spec with official days {date: (is a make-up working day, name)}; `years` are loaded now.

    A make-up day has Monday's hours (those of the first working day of the week where Monday has
    none). Exceptions of days that are not named stay. Raises SpecError.
    """
    spec = normal_spec(spec)
    usual = next((spec["week"][day] for day in DAYS if spec["week"][day]), [])
    for day, (works, name) in days.items():
        spec["exceptions"][day.isoformat()] = usual if works else []
        if name:
            spec["names"][day.isoformat()] = name
    if years := set(years):
        spec["notices"] = sorted({*spec.get("notices", []), *years})
    return normal_spec(spec)
