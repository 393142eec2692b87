"""The arithmetic of exports. Plain values in, plain values out."""

from collections.abc import Iterable
from datetime import datetime

# A cell that begins with one of these is computed by spreadsheets; the wide forms by Chinese ones.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def safe_cell(value: object) -> object:
    """Text that no spreadsheet takes for a formula; numbers stay numbers, None is empty."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def minutes_between(start: datetime | None, end: datetime | None) -> int | None:
    """Whole minutes by the clock on the wall, or None where one of the two is missing."""
    if start is None or end is None:
        return None
    return int((end - start).total_seconds() // 60)


def minutes_within(
    spans: Iterable[tuple[datetime, datetime | None]], start: datetime, end: datetime
) -> int:
    """Whole minutes of the union of `spans` that lie between start and end; an open span runs on."""
    seconds, reached = 0.0, start
    for begin, stop in sorted(spans, key=lambda span: span[0]):
        begin, stop = max(begin, reached), min(stop or end, end)
        if stop > begin:
            seconds += (stop - begin).total_seconds()
            reached = stop
    return int(seconds // 60)
