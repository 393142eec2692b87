"""How long a promise is, and when it is due where pauses do not count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from foundation.calendars.rules.hours import (
    LAST_YEAR,
    Hours,
    OutOfRange,
    add,
    count,
    next_opening,
)

Pause = tuple[datetime, datetime | None]
UNITS = ("minutes", "days", "calendar_days")
MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True)
class Length:
    """`minutes` and `days` of working time, or `calendar_days` of a legal clock.

    days: from the first open moment at or after the start, the same time of day N working days
    later; where that day is closed then, when it next opens on that day, else when it closed.
    calendar_days: the day of the start is not counted; ends at 24:00 of the Nth day, and where
    that is a day off, at 24:00 of the next working day (Civil Code 201–203). Pauses move the end
    by their time, to 24:00 of the day that is reached.
    """

    amount: int
    unit: Literal["minutes", "days", "calendar_days"]

    def __post_init__(self):
        if self.unit not in UNITS:
            raise ValueError(f"A length has no unit {self.unit!r}.")
        if self.amount < 0:
            raise ValueError("A length is not negative.")


def merged_pauses(pauses: Sequence[Pause], start: datetime) -> list[Pause]:
    """The union of the pauses after `start`, in order; what is left out lasts no time."""
    out: list[Pause] = []
    for begin, end in sorted(pauses, key=lambda pause: pause[0]):
        begin = max(begin, start)
        if end is not None and end <= begin:
            continue
        if out and (out[-1][1] is None or begin <= out[-1][1]):
            last = out[-1][1]
            out[-1] = (out[-1][0], None if last is None or end is None else max(last, end))
        else:
            out.append((begin, end))
    return out


def due(
    hours: Hours, start: datetime, length: Length, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """When the length has passed since `start` (UTC); None while a pause that has not ended holds it.

    `pauses` are (from, to or None), in any order; their union does not count. Of minutes and days
    it takes out the working time that lies in it; a legal clock ends later by all of it.
    Raises OutOfRange.
    """
    pauses = merged_pauses(pauses, start)
    if length.unit == "minutes":
        return _running(hours, start, length.amount * 60, pauses)
    if length.unit == "days":
        return _working_days(hours, start, length.amount, pauses)
    return _calendar_days(hours, start, length.amount, pauses)


def _running(hours: Hours, start: datetime, left: int, pauses: list[Pause]) -> datetime | None:
    """Working seconds `left` outside of the pauses, which are merged and begin after `start`."""
    at = start
    for begin, end in pauses:
        if not left or left <= (worked := count(hours, at, begin)):
            break
        if end is None:
            return None
        left, at = left - worked, end
    return add(hours, at, left)


def _working_days(hours: Hours, start: datetime, days: int, pauses: list[Pause]) -> datetime | None:
    end = working_days_later(hours, start, days)
    # The working time that was paused until then runs on from there.
    paused, later = 0, []
    for begin, until in pauses:
        if begin >= end:
            later.append((begin, until))
        elif until is None:
            return None
        else:
            paused += count(hours, begin, min(until, end))
            if until > end:
                later.append((end, until))
    return _running(hours, end, paused, later) if paused else end


def working_days_later(hours: Hours, start: datetime, days: int) -> datetime:
    """The same time of day `days` working days after the first open moment (see Length)."""
    if not days:
        return start
    opening = next_opening(hours, start)
    if opening is None:
        raise OutOfRange("These hours never open again.")
    day, minute = shift_of(hours, opening)
    for _ in range(days):
        day = next_working_day(hours, day)
    spans = hours.day(day)
    begin = next((b for b, e in spans if b <= minute < e or b > minute), None)
    return wall(hours, day, spans[-1][1] if begin is None else max(begin, minute))


def shift_of(hours: Hours, opening: datetime) -> tuple[date, float]:
    """(day, minutes since its midnight) of an open moment: a night shift belongs to its first day."""
    local = opening.astimezone(hours.zone)
    today = local.date()
    minute = (local.hour * 60 + local.minute) + local.second / 60 + local.microsecond / 60e6
    yesterday = today - timedelta(days=1)
    late = minute + MINUTES_OF_A_DAY
    if not _holds(hours, today, minute) and _holds(hours, yesterday, late):
        return yesterday, late
    return today, minute


def _holds(hours: Hours, day: date, minute: float) -> bool:
    return any(begin <= minute < end for begin, end in hours.day(day))


def next_working_day(hours: Hours, day: date) -> date:
    """The next day after `day` on which hours begin. Raises OutOfRange."""
    while day.year <= LAST_YEAR:
        day += timedelta(days=1)
        if hours.day(day):
            return day
    raise OutOfRange(f"These hours are not open long enough until {LAST_YEAR}.")


def wall(hours: Hours, day: date, minute: float) -> datetime:
    """The moment (UTC) when the clock on the wall shows so many minutes after the day's midnight."""
    shown = datetime.combine(day, time()) + timedelta(microseconds=round(minute * 60e6))
    return shown.replace(tzinfo=hours.zone).astimezone(UTC)


def is_day_off(hours: Hours, day: date) -> bool:
    """For legal clocks: what the exceptions say, else Saturday and Sunday."""
    spans = hours.exceptions.get(day)
    return day.weekday() >= 5 if spans is None else not spans


def _calendar_days(
    hours: Hours, start: datetime, days: int, pauses: list[Pause]
) -> datetime | None:
    first = start.astimezone(hours.zone).date()
    if days > (LAST_YEAR - first.year) * 366:
        raise OutOfRange(f"Calendars are counted until {LAST_YEAR}.")
    end = wall(hours, first + timedelta(days=days + 1), 0)
    for begin, until in pauses:
        if begin >= rolled(hours, end):
            break
        if until is None:
            return None
        end += until - begin
    return rolled(hours, end)


def rolled(hours: Hours, end: datetime) -> datetime:
    """24:00 of the day of `end`; of the next working day where that is a day off."""
    day = last_day(hours, end)
    while is_day_off(hours, day):
        day += timedelta(days=1)
    return wall(hours, day + timedelta(days=1), 0)


def last_day(hours: Hours, end: datetime) -> date:
    """The day that `end` belongs to; midnight is 24:00 of the day before."""
    return (end.astimezone(hours.zone) - timedelta(microseconds=1)).date()
