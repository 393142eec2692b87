"""Hours as people type them and as they are shown for typing: `09:00–12:00, 13:00–18:00`.

Forgiving about full-width characters, dashes, commas and how a day off is called.
"""

import re
import unicodedata
from datetime import date, timedelta

CLOCK = r"\d{1,2}(?::\d{2})?"
DASH = r"\s*(?:[-–—−~〜]|至|到|to)\s*"
INTERVAL = re.compile(rf"({CLOCK}){DASH}({CLOCK})", re.ASCII)
BETWEEN = re.compile(r"[\s,;、和]*")
DATE = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
DATES = re.compile(rf"{DATE}(?:{DASH}{DATE})?\s*[:,]?\s*")
OFF = re.compile(r"(off|closed|休息|休假|放假|休|无|-|–|—)(?=$|[\s,:(])\s*[,:]?\s*", re.IGNORECASE)
MOST_DAYS = 400


class Unreadable(ValueError):
    """`text` is the part that was not understood, `line` its number (0: a single field)."""

    def __init__(self, text: str, line: int = 0):
        self.text, self.line = text, line
        super().__init__(text)


def plain(text: str) -> str:
    """Full-width digits, colons and commas as plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def _clock(text: str) -> str:
    hours, _, minutes = text.partition(":")
    return f"{int(hours):02}:{minutes or '00'}"


def _taken(text: str) -> tuple[list[list[str]], str]:
    """The intervals at the beginning of the text, and what follows them."""
    found, place = [], 0
    while match := INTERVAL.match(text, place):
        found.append([_clock(match[1]), _clock(match[2])])
        place = BETWEEN.match(text, match.end()).end()
    return found, text[place:].strip()


def read_intervals(text: str) -> list[list[str]]:
    """The intervals of one weekday; nothing and words for a day off give none. Unreadable."""
    text = plain(text)
    if not text or OFF.fullmatch(text):
        return []
    found, rest = _taken(text)
    if rest or not found:
        raise Unreadable(rest or text)
    return found


def write_intervals(rows: list[list[str]], between: str = ", ") -> str:
    return between.join(f"{begin}–{end}" for begin, end in rows)


def _date(parts: tuple, number: int) -> date:
    try:
        return date(*map(int, parts))
    except ValueError:
        raise Unreadable("-".join(parts), number) from None


def read_exceptions(text: str) -> tuple[dict[str, list], dict[str, str]]:
    """({date: intervals}, {date: name}) of lines `2026-02-15 – 2026-02-23 off Spring Festival`."""
    exceptions, names = {}, {}
    for number, line in enumerate(text.splitlines(), 1):
        if not (line := plain(line)):
            continue
        match = DATES.match(line)
        if not match:
            raise Unreadable(line, number)
        first = _date(match.groups()[:3], number)
        last = _date(match.groups()[3:], number) if match[4] else first
        if not first <= last < first + timedelta(days=MOST_DAYS):
            raise Unreadable(match[0], number)
        rest = line[match.end() :]
        if off := OFF.match(rest):
            rows, name = [], rest[off.end() :].strip(" ()")
        else:
            rows, name = _taken(rest)
            if not rows:
                raise Unreadable(rest or line, number)
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            key = date.fromordinal(ordinal).isoformat()
            exceptions[key] = rows
            if name:
                names[key] = name
    return exceptions, names


def runs(exceptions: dict[str, list], names: dict[str, str]) -> list[tuple[date, date, list, str]]:
    """(first, last, intervals, name): days in a row that are alike are one."""
    found: list[tuple[date, date, list, str]] = []
    for key in sorted(exceptions):
        day, alike = date.fromisoformat(key), (exceptions[key], names.get(key, ""))
        if found and found[-1][1] + timedelta(days=1) == day and found[-1][2:] == alike:
            found[-1] = (found[-1][0], day, *alike)
        else:
            found.append((day, day, *alike))
    return found


def write_exceptions(exceptions: dict[str, list], names: dict[str, str], off: str = "off") -> str:
    """The lines that `read_exceptions` reads back."""
    lines = []
    for first, last, rows, name in runs(exceptions, names):
        days = f"{first}" if first == last else f"{first} – {last}"
        lines.append(f"{days} {write_intervals(rows) or off} {name}".rstrip())
    return "\n".join(lines)
