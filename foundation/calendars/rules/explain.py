"""Why a length is due when it is: the same arithmetic as `due`, told day by day.

Only facts; the words are chosen by a door (`foundation.calendars.words`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from foundation.calendars.rules.hours import (
    Hours,
    count,
    next_opening,
    segments,
    unloaded_years,
)
from foundation.calendars.rules.lengths import (
    Length,
    Pause,
    due,
    is_day_off,
    last_day,
    merged_pauses,
    rolled,
    wall,
)

Kind = Literal["counted", "makeup", "closed", "off", "pause", "start", "opening", "rolled"]
FEWEST_TO_CONDENSE = 3


@dataclass(frozen=True)
class Line:
    """One step. Moments are in the calendar's zone; `parts` are the stretches counted.

    counted, makeup: working time of the days `day` to `until`, `seconds` in all; closed, off: days
    without; pause: its working (legal clocks: all of its) `seconds` do not count; start: the day
    that is not counted; opening: where working days begin; rolled: from a day off to the next
    working day. `days` is how many days of a day length the line stands for.
    """

    kind: Kind
    day: date
    until: date
    seconds: int = 0
    days: int = 0
    parts: tuple[tuple[datetime, datetime | None], ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Explanation:
    """`total` is the working seconds that were counted until `due` (None: a pause holds it)."""

    start: datetime
    length: Length
    zone: str
    lines: tuple[Line, ...]
    total: int
    due: datetime | None
    paused: int = 0
    unloaded: tuple[int, ...] = ()


def explain(
    hours: Hours, start: datetime, length: Length, pauses: Sequence[Pause] = ()
) -> Explanation:
    """The steps from `start` to `due(…)`; equal working days in a row are one line. OutOfRange."""
    end = due(hours, start, length, pauses)
    pauses = merged_pauses(pauses, start)
    start = start.astimezone(hours.zone)
    # What a pause holds is told until the pause.
    reach = end or pauses[-1][0]
    reach = max(reach.astimezone(hours.zone), start)
    kept = [pause for pause in pauses if end is None or pause[0] < end]
    if length.unit == "calendar_days":
        lines, total = legal(hours, start, length, kept, reach), 0
    elif length.unit == "days":
        lines = working_days(hours, start, kept, reach)
        total = sum(line.seconds for line in lines if line.kind in ("counted", "makeup"))
    else:
        lines = list(working_time(hours, start, kept, reach))
        total = sum(line.seconds for line in lines if line.kind in ("counted", "makeup"))
    return Explanation(
        start=start,
        length=length,
        zone=hours.zone.key,
        lines=tuple(condensed(lines)),
        total=total,
        due=end.astimezone(hours.zone) if end else None,
        paused=sum(line.seconds for line in lines if line.kind == "pause"),
        unloaded=tuple(sorted(unloaded_years(hours, start, reach))),
    )


def explain_count(hours: Hours, start: datetime, end: datetime) -> Explanation:
    """The steps of `count`: the working time in [start, end). `length` is that time in minutes."""
    start, end = start.astimezone(hours.zone), end.astimezone(hours.zone)
    lines = tuple(condensed(list(working_time(hours, start, [], end)))) if start < end else ()
    total = count(hours, start, end)
    return Explanation(
        start=start,
        length=Length(total // 60, "minutes"),
        zone=hours.zone.key,
        lines=lines,
        total=total,
        due=end,
        unloaded=tuple(sorted(unloaded_years(hours, start, max(start, end)))),
    )


def days_between(start: datetime, end: datetime) -> Iterator[date]:
    """Local days from start to the one that `end` closes."""
    day = start.date()
    last = max((end - timedelta(microseconds=1)).date(), day)
    while day <= last:
        yield day
        day += timedelta(days=1)


def working_time(
    hours: Hours, start: datetime, pauses: list[Pause], end: datetime
) -> Iterator[Line]:
    """What was counted on each day, what was not and why, the pauses in their place."""
    waiting = list(pauses)
    for day in days_between(start, end):
        midnight = wall(hours, day + timedelta(days=1), 0).astimezone(hours.zone)
        since = max(start, wall(hours, day, 0).astimezone(hours.zone))
        until = min(end, midnight)
        parts = tuple(
            (begin.astimezone(hours.zone), close.astimezone(hours.zone))
            for piece in without(pauses, since, until)
            for begin, close in segments(hours, *piece)
        )
        if parts or hours.day(day):
            if parts:
                kind = "makeup" if is_makeup(hours, day) else "counted"
                seconds = sum(count(hours, *part) for part in parts)
                yield Line(kind, day, day, seconds, 1, parts, hours.names.get(day, ""))
        elif until - since > timedelta(hours=23) or day in hours.exceptions:
            yield not_worked(hours, day)
        while waiting and waiting[0][0] < midnight:
            yield paused(hours, *waiting.pop(0), end)
    for pause in waiting:
        yield paused(hours, *pause, end)


def without(pauses: list[Pause], since: datetime, until: datetime) -> Iterator[tuple]:
    """The pieces of [since, until) outside the pauses."""
    for begin, end in pauses:
        if begin >= until:
            break
        if begin > since:
            yield since, begin
        if end is None:
            return
        since = max(since, end)
    if since < until:
        yield since, until


def paused(hours: Hours, begin: datetime, end: datetime | None, reach: datetime) -> Line:
    begin = begin.astimezone(hours.zone)
    end = end.astimezone(hours.zone) if end else None
    seconds = count(hours, begin, end) if end else 0
    return Line("pause", begin.date(), (end or begin).date(), seconds, parts=((begin, end),))


def is_makeup(hours: Hours, day: date) -> bool:
    return bool(hours.exceptions.get(day)) and not hours.week[day.weekday()]


def not_worked(hours: Hours, day: date) -> Line:
    """A day without hours: a day off where the calendar or its name says so, else a closed one."""
    off = (day in hours.exceptions and hours.week[day.weekday()]) or day in hours.names
    return Line("off" if off else "closed", day, day, 0, 1, (), hours.names.get(day, ""))


def working_days(hours: Hours, start: datetime, pauses: list[Pause], end: datetime) -> list[Line]:
    """As working time, from the first open moment on."""
    opening = next_opening(hours, start)
    lines = list(working_time(hours, start, pauses, end))
    if opening is None or opening == start:
        return lines
    opening = opening.astimezone(hours.zone)
    return [Line("opening", opening.date(), opening.date(), parts=((opening, opening),)), *lines]


def legal(
    hours: Hours, start: datetime, length: Length, pauses: list[Pause], end: datetime
) -> list[Line]:
    """Calendar days one by one, the pauses that move the end, and the roll-over."""
    first = start.date()
    lines = [Line("start", first, first, name=hours.names.get(first, ""))]
    if length.amount:
        last = first + timedelta(days=length.amount)
        lines.append(Line("counted", first + timedelta(days=1), last, 0, length.amount))
    else:
        last = first
    moved = wall(hours, last + timedelta(days=1), 0)
    for begin, until in pauses:
        part = (begin.astimezone(hours.zone), until.astimezone(hours.zone) if until else None)
        seconds = int((until - begin).total_seconds()) if until else 0
        moved += timedelta(seconds=seconds)
        lines.append(
            Line("pause", part[0].date(), (part[1] or part[0]).date(), seconds, 0, (part,))
        )
    day = last_day(hours, moved)
    if (not pauses or pauses[-1][1]) and is_day_off(hours, day):
        until = last_day(hours, rolled(hours, moved))
        lines.append(Line("rolled", day, until, name=hours.names.get(day, "")))
    return lines


def shape(line: Line) -> tuple:
    """What two days must share to be one line."""
    times = tuple((b.timetz(), e and e.timetz()) for b, e in line.parts)
    return line.kind, times, line.seconds, line.name


def condensed(lines: list[Line]) -> Iterator[Line]:
    """Days off in a row are one line; so are three or more equal working days.

    A weekend between equal days does not part them: it is told by the days that are counted.
    """
    index = 0
    while index < len(lines):
        line = lines[index]
        run = index + 1
        if line.days == 1:
            while run < len(lines) and lines[run].days == 1 and shape(lines[run]) == shape(line):
                run += 1
        fewest = 2 if line.kind in ("off", "closed") else FEWEST_TO_CONDENSE
        if run - index >= fewest:
            total = sum(each.seconds for each in lines[index:run])
            yield replace(line, until=lines[run - 1].until, seconds=total, days=run - index)
            index = run
        else:
            yield line
            index += 1
