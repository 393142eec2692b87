"""Hours compiled from a spec, and the moments counted on them.

Everything is whole microseconds since 1970, in one table of open stretches with the working time
before each, so that a sum over any span is two bisections. The table grows by years when asked.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from foundation.calendars.rules.spec import merged, parse

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.date().toordinal()
FIRST_YEAR, LAST_YEAR = 1970, 2199
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE


class OutOfRange(ValueError):
    """A moment outside the years that are counted, or a calendar that never opens (enough)."""


def ticks(moment: datetime) -> int:
    """Microseconds since 1970 of an aware moment."""
    passed = moment - EPOCH
    return (passed.days * 86_400 + passed.seconds) * SECOND + passed.microseconds


def moment(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


@dataclass(frozen=True)
class Table:
    """Open stretches of some years: begins, ends and the working time at each of both."""

    first: int
    last: int
    start: int
    end: int
    begins: list[int]
    ends: list[int]
    before: list[int]
    after: list[int]

    def worked(self, at: int) -> int:
        """Working time from the table's start to `at`."""
        index = bisect_right(self.begins, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.ends[index]) - self.begins[index]


@dataclass(eq=False)
class Hours:
    """A compiled calendar. `week` and `exceptions` hold (begin, end) in minutes since midnight."""

    zone: ZoneInfo
    week: tuple[tuple[tuple[int, int], ...], ...]
    exceptions: dict[date, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    names: dict[date, str] = field(default_factory=dict)
    notices: frozenset[int] | None = None
    _table: Table | None = field(default=None, repr=False)

    def day(self, day: date) -> tuple[tuple[int, int], ...]:
        """The intervals that begin on this day: its exception, else its weekday's."""
        spans = self.exceptions.get(day)
        return self.week[day.weekday()] if spans is None else spans

    def table(self, start: int, end: int) -> Table:
        """A table that reaches over both moments (microseconds). Raises OutOfRange."""
        table = self._table
        if table is None or not (table.start <= start and end < table.end):
            table = self._grown(start, end)
        return table

    def _grown(self, start: int, end: int) -> Table:
        # A year of room on both sides: the zone's year is not the one of UTC.
        first, last = moment(start).year - 1, moment(end).year + 1
        if first < FIRST_YEAR - 1 or last > LAST_YEAR + 1:
            raise OutOfRange(f"Calendars are counted from {FIRST_YEAR} to {LAST_YEAR}.")
        if old := self._table:
            first, last = min(first, old.first), max(last, old.last)
        # One assignment: a thread that reads meanwhile has the old table or the new one.
        self._table = table = compiled(self, first, last)
        return table

    def further(self, table: Table) -> Table:
        """A table that reaches about twice as far ahead. Raises OutOfRange at the last year."""
        if table.last > LAST_YEAR:
            raise OutOfRange(f"These hours are not open long enough until {LAST_YEAR}.")
        year = min(table.last + 1 + table.last - table.first, LAST_YEAR)
        return self._grown(table.start + DAY * 366, ticks(datetime(year, 7, 1, tzinfo=UTC)))


def compile_hours(spec: object) -> Hours:
    """Hours of a spec (see `spec`). Raises SpecError, which says what is wrong and where."""
    return Hours(*parse(spec))


def offsets(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(from, to, offset) in microseconds: the stretches of one distance from UTC."""

    def offset(at: int) -> int:
        return moment(at).astimezone(zone).utcoffset() // timedelta(microseconds=1)

    begin, current = start, offset(start)
    for noon in range(start + DAY, end + DAY, DAY):
        until = min(noon, end)
        if (changed := offset(until)) == current:
            continue
        low, high = until - DAY, until
        while high - low > SECOND:
            middle = (low + high) // 2 // SECOND * SECOND
            low, high = (middle, high) if offset(middle) == current else (low, middle)
        yield begin, high, current
        begin, current = high, changed
    yield begin, end, current


def on_the_wall(hours: Hours, first: int, last: int) -> list[tuple[int, int]]:
    """Merged intervals of the years as microseconds that the clock on the wall shows."""
    start = date(first, 1, 1).toordinal() - 1
    spans = []
    for number in range(start, date(last, 12, 31).toordinal() + 1):
        midnight = (number - EPOCH_DAY) * DAY
        for begin, end in hours.day(date.fromordinal(number)):
            spans.append((midnight + begin * MINUTE, midnight + end * MINUTE))
    return merged(spans)


def compiled(hours: Hours, first: int, last: int) -> Table:
    start = ticks(datetime(first, 1, 2, tzinfo=UTC))
    end = ticks(datetime(last, 12, 30, tzinfo=UTC))
    walls = on_the_wall(hours, first, last)
    wall_ends = [span[1] for span in walls]
    open_: list[tuple[int, int]] = []
    for since, until, offset in offsets(hours.zone, start, end):
        for index in range(bisect_right(wall_ends, since + offset), len(walls)):
            begin, close = walls[index][0] - offset, walls[index][1] - offset
            if begin >= until:
                break
            open_.append((max(begin, since), min(close, until)))
    open_ = merged(open_)
    before, after, total = [], [], 0
    for begin, close in open_:
        before.append(total)
        total += close - begin
        after.append(total)
    return Table(
        first, last, start, end, [b for b, _ in open_], [e for _, e in open_], before, after
    )


def add(hours: Hours, start: datetime, seconds: int) -> datetime:
    """The moment (UTC) at which `seconds` of working time have passed since `start`.

    A budget that ends at closing time is due at closing time; none is due at the start.
    Raises OutOfRange where the hours are not open long enough.
    """
    at = ticks(start)
    if seconds <= 0:
        if seconds < 0:
            raise ValueError("A length is not negative.")
        return start
    table = hours.table(at, at)
    while True:
        target = table.worked(at) + seconds * SECOND
        index = bisect_left(table.after, target)
        if index < len(table.after):
            return moment(table.ends[index] - (table.after[index] - target))
        table = hours.further(table)


def count(hours: Hours, start: datetime, end: datetime) -> int:
    """Whole seconds of working time in [start, end); 0 where the end is not after the start."""
    since, until = ticks(start), ticks(end)
    if until <= since:
        return 0
    table = hours.table(since, until)
    return (table.worked(until) - table.worked(since)) // SECOND


def next_opening(hours: Hours, at: datetime) -> datetime | None:
    """The first open moment at or after `at`: itself while open, None where there is none."""
    since = ticks(at)
    table = hours.table(since, since)
    while (index := bisect_right(table.ends, since)) == len(table.ends):
        try:
            table = hours.further(table)
        except OutOfRange:
            return None
    return at if table.begins[index] <= since else moment(table.begins[index])


def segments(hours: Hours, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The open stretches (from, to) within [start, end), in order."""
    since, until = ticks(start), ticks(end)
    if until <= since:
        return []
    table = hours.table(since, until)
    found = []
    for index in range(bisect_right(table.ends, since), len(table.ends)):
        if table.begins[index] >= until:
            break
        found.append(
            (moment(max(since, table.begins[index])), moment(min(until, table.ends[index])))
        )
    return found


def unloaded_years(hours: Hours, start: datetime, end: datetime) -> set[int]:
    """The years from start to end (in the zone) whose official days off are not loaded.

    Nothing for hours that keep no official days off (a spec without `notices`).
    """
    if hours.notices is None:
        return set()
    first, last = start.astimezone(hours.zone).year, end.astimezone(hours.zone).year
    return set(range(first, last + 1)) - hours.notices


ROUND_THE_CLOCK = compile_hours(
    {
        "timezone": "UTC",
        "week": {
            day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        },
    }
)
