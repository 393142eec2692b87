"""The arithmetic of lists: pages, ranges of days, chosen columns. No Django, no clock."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

# Beyond this page a person filters instead of turning pages.
LAST_PAGE = 100_000
ROWS = (25, 50)
YEARS = range(2000, 2100)


def page_number(text: str | None) -> int:
    """The page asked for, from 1; what is no number is page 1."""
    text = (text or "").strip()
    if not re.fullmatch(r"[0-9]{1,9}", text):
        return 1
    return min(max(int(text), 1), LAST_PAGE)


def rows_per_page(wanted: int | str | None) -> int:
    """25 or 50."""
    return next((rows for rows in ROWS if str(rows) == str(wanted)), ROWS[0])


def day(text: str) -> date | None:
    """A day written as 2026-03-10, in a year that every database knows."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.year in YEARS else None


def day_range(text: str) -> tuple[date | None, date | None] | None:
    """`2026-03-01..2026-03-10`, either side may be missing; None where it is no range."""
    first, dots, last = text.partition("..")
    if not dots or not (first.strip() or last.strip()):
        return None
    since, until = day(first), day(last)
    if (first.strip() and since is None) or (last.strip() and until is None):
        return None
    if since and until and until < since:
        return None
    return since, until


def chosen(wanted: Iterable[str], known: Sequence[str], always: Sequence[str]) -> list[str]:
    """The wanted columns that exist, each once, in that order, after those that always show."""
    rest = [key for key in dict.fromkeys(wanted) if key in known and key not in always]
    return [*always, *rest]
