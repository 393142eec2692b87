"""Working time of many spans at once."""

from collections.abc import Sequence

from foundation.calendars.rules import Hours

SECOND = 1_000_000


def working(hours: Hours, begins: Sequence[int], ends: Sequence[int]) -> list[float]:
    """Seconds of working time of each span, from its begin to its end (microseconds since 1970).

    As `calendars.rules.count` counts, for tens of thousands: the hours are looked up once.
    """
    if not begins:
        return []
    worked = hours.table(min(begins), max(ends)).worked
    return [(worked(end) - worked(begin)) / SECOND for begin, end in zip(begins, ends, strict=True)]
