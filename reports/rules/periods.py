"""Which days a figure is about, and which days it is compared with.

A day is a whole day of the reader's zone. A period that is still running ends now, and is compared
with as much of the one before. Plain values in, plain values out; the zone comes with the moment.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

NAMES = (
    "today", "7d", "30d", "90d", "month", "last_month", "quarter", "year", "custom",
)  # fmt: skip
STEPS = ("day", "week", "month")
# More columns than this no chart shows; a coarser step is taken instead.
MOST_STEPS = 100
LONGEST = 366 * 5


@dataclass(frozen=True)
class Period:
    """`[first, end)`, compared with `[before_first, before_end)`; moments are aware, in the zone
    of the reader. `end` is never after the moment of asking."""

    name: str
    first: datetime
    end: datetime
    before_first: datetime
    before_end: datetime
    step: str

    @property
    def last_day(self) -> date:
        """The last day of which something lies in the period."""
        return max(self.first, self.end - timedelta(microseconds=1)).date()

    @property
    def last_day_before(self) -> date:
        """The same of the period before."""
        return max(self.before_first, self.before_end - timedelta(microseconds=1)).date()


def _midnight(day: date, at: datetime) -> datetime:
    return datetime.combine(day, time.min, tzinfo=at.tzinfo)


def _months(day: date, number: int) -> date:
    """The first day of the month `number` months from that of `day`."""
    index = day.year * 12 + day.month - 1 + number
    return date(index // 12, index % 12 + 1, 1)


def _span(name: str, today: date, first: date | None, last: date | None) -> tuple[date, date, date]:
    """(first day, day after the last, first day of the one before)."""
    tomorrow = today + timedelta(days=1)
    if name in ("7d", "30d", "90d"):
        days = int(name[:-1])
        return tomorrow - timedelta(days=days), tomorrow, tomorrow - timedelta(days=2 * days)
    if name in ("month", "last_month", "quarter", "year"):
        length = {"quarter": 3, "year": 12}.get(name, 1)
        index = today.month - 1
        begin = _months(today, -(index % length) - (name == "last_month"))
        return begin, _months(begin, length), _months(begin, -length)
    if name == "custom" and first and last:
        after = last + timedelta(days=1)
        return first, after, first - (after - first)
    return today, tomorrow, today - timedelta(days=1)


def period(
    name: str,
    at: datetime,
    *,
    first: date | None = None,
    last: date | None = None,
    step: str = "",
) -> Period:
    """The period of that name (NAMES) as it is at `at`, which is in the reader's zone.

    `first` and `last` are days, both included, for `custom`. An unknown name means today. Without a
    `step` the days decide; one that would make more than 100 columns becomes coarser.
    """
    begin, after, before = _span(name, at.date(), first, last)
    start = _midnight(begin, at)
    end = max(start, min(_midnight(after, at), at))
    earlier = _midnight(before, at)
    whole = end == _midnight(after, at)
    # Of a shorter month before, no more than it has.
    earlier_end = start if whole else min(start, earlier + (end - start))
    days = max(1, (end.date() - begin).days)
    return Period(name, start, end, earlier, earlier_end, _fitting(step, days))


def _fitting(step: str, days: int) -> str:
    if step not in STEPS:
        step = "day" if days <= 45 else "week" if days <= 200 else "month"
    if step == "day" and days > MOST_STEPS:
        step = "week"
    if step == "week" and days > MOST_STEPS * 7:
        step = "month"
    return step


def begin_of(step: str, day: date) -> date:
    """The first day of the day, week (from Monday) or month in which `day` lies."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def columns(chosen: Period) -> list[tuple[datetime, datetime]]:
    """The (begin, end) of each step of the period, in order; the ends are cut to the period."""
    found, day = [], begin_of(chosen.step, chosen.first.date())
    while True:
        following = {
            "day": day + timedelta(days=1),
            "week": day + timedelta(days=7),
            "month": _months(day, 1),
        }[chosen.step]
        begin = max(chosen.first, _midnight(day, chosen.first))
        end = min(chosen.end, _midnight(following, chosen.first))
        found.append((begin, end))
        if end >= chosen.end:
            return found
        day = following
