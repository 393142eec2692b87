"""The arithmetic of the ticket report. Plain values in, plain values out."""

from collections.abc import Iterable
from datetime import datetime

from tickets.rules import seconds_within


def minutes_between(start: datetime | None, end: datetime | None) -> int | None:
    """Whole minutes by the clock on the wall, or None where one of the two is missing."""
    if start is None or end is None:
        return None
    return int((end - start).total_seconds() // 60)


def minutes_within(
    spans: Iterable[tuple[datetime, datetime | None]], start: datetime, end: datetime
) -> int:
    """Whole minutes of the union of `spans` that lie between start and end; an open span runs on."""
    return int(seconds_within(spans, start, end) // 60)
