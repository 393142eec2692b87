"""One cell as CSV and as XLSX write it. A `Shape` turns a whole column of values at once."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from numbers import Number
from typing import Any

# A cell that begins with one of these is computed by spreadsheets; the wide forms by Chinese ones.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_SUSPECT = frozenset((*FORMULA_STARTS, " "))
# Spreadsheets count days from here; the two days before it are their known mistakes.
DAY_ZERO = date(1899, 12, 30).toordinal()
FIRST_DAY = date(1900, 3, 1)
EPOCH = date(1970, 1, 1).toordinal()
LONGEST_TEXT = 32_000
MOST_DIGITS = 15
# What XML cannot hold, what it must escape, and what readers of XLSX take for an escape of theirs.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x|^\\s|\\s$|\n")
_LOOKS_ESCAPED = re.compile("_(x[0-9A-Fa-f]{4}_)")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    if text[:1] in _SUSPECT and text.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{text}"
    return text


def local(moment: datetime, zone: tzinfo) -> datetime:
    """As the clock on the wall shows it; without a zone it is taken to be local already."""
    return moment.astimezone(zone) if moment.tzinfo else moment


def for_csv(value: Any, zone: tzinfo = UTC) -> Any:
    """Any value as the csv module should write it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local(value, zone).isoformat(" ", "minutes")[:16]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Number):
        return value
    return safe(str(value))


class _Memo(dict):
    """Remembers what it made of each value: a column of labels has few of them."""

    def __init__(self, make: Callable[[Any], Any]):
        self.make = make

    def __missing__(self, value):
        made = self[value] = self.make(value)
        return made


class Clock:
    """Microseconds since 1970 to the clock on the wall, without making a datetime for each.

    No zone has changed between two quarters of an hour.
    """

    MOST_KNOWN = 200_000

    def __init__(self, zone: tzinfo):
        self.shifts = _Memo(lambda quarter: self._shift(quarter, zone))
        self.days = _Memo(lambda day: date.fromordinal(day + EPOCH).isoformat())
        self.minutes = [f" {minute // 60:02}:{minute % 60:02}" for minute in range(1440)]

    @staticmethod
    def _shift(quarter: int, zone: tzinfo) -> int:
        return int(datetime.fromtimestamp(quarter * 900, zone).utcoffset().total_seconds())

    def seconds(self, ticks: int) -> int:
        """Local seconds since 1970."""
        second = ticks // 1_000_000
        return second + self.shifts[second // 900]

    def texts(self, column: Iterable[int | None]) -> list[str]:
        """As 2026-03-10 10:00."""
        if len(self.shifts) > self.MOST_KNOWN:
            self.shifts.clear()
        shifts, days, minutes = self.shifts, self.days, self.minutes
        made = []
        for ticks in column:
            if ticks is None:
                made.append("")
                continue
            second = ticks // 1_000_000
            day, second = divmod(second + shifts[second // 900], 86400)
            made.append(days[day] + minutes[second // 60])
        return made


class CsvShape:
    def __init__(self, zone: tzinfo):
        self.zone, self.clock = zone, Clock(zone)
        self.word = _Memo(lambda value: for_csv(value, zone))

    def column(self, kind: str, values: Iterable) -> list:
        """The cells of one column; `kind` says what is in it: see `writers.Head`."""
        if kind == "word":
            word = self.word
            return [word[value] for value in values]
        if kind == "moment":
            return self.clock.texts(values)
        if kind == "number":
            return ["" if value is None else value for value in values]
        if kind == "text":
            suspect = _SUSPECT
            return [
                safe(value) if value and value[0] in suspect else value or "" for value in values
            ]
        return [for_csv(value, self.zone) for value in values]


def serial(moment: datetime) -> float:
    """A local moment as spreadsheets count it, to the second."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return moment.toordinal() - DAY_ZERO + seconds / 86400


def escaped(text: str) -> str:
    """The inside of an inline string: `<t>…</t>`."""
    text = text[:LONGEST_TEXT]
    if not _SPECIAL.search(text):
        return f"<t>{text}</t>"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _LOOKS_ESCAPED.sub(r"_x005F_\1", _FORBIDDEN.sub("", text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<t xml:space="preserve">{text}</t>'


class XlsxShape:
    """Cells without their address: what follows `<c r="A5`, or "" for an empty one.

    Texts are texts, never formulas or links; `moment` and `day` are numbers of the styles.
    """

    def __init__(self, zone: tzinfo, *, moment: int, day: int):
        self.zone, self.clock = zone, Clock(zone)
        self.moment_start, self.day_start = f'" s="{moment}"><v>', f'" s="{day}"><v>'
        self.word = _Memo(self.any)

    def column(self, kind: str, values: Iterable) -> list[str]:
        if kind == "word":
            word = self.word
            return [word[value] for value in values]
        if kind == "moment":
            start, local, days = self.moment_start, self.clock.seconds, EPOCH - DAY_ZERO
            return [
                "" if value is None else f"{start}{local(value) / 86400 + days}</v></c>"
                for value in values
            ]
        if kind == "text":
            text = self.text
            return [text(value) if value else "" for value in values]
        return [self.any(value) for value in values]

    def any(self, value: Any) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, datetime):
            return self.at(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return self.number(value)
        return self.text(str(value))

    def at(self, value: datetime) -> str:
        here = local(value, self.zone)
        if here.date() < FIRST_DAY:
            return self.text(for_csv(value, self.zone))
        return f"{self.moment_start}{serial(here)}</v></c>"

    def day(self, value: date) -> str:
        if value < FIRST_DAY:
            return self.text(value.isoformat())
        return f"{self.day_start}{value.toordinal() - DAY_ZERO}</v></c>"

    def number(self, value: int | float | Decimal) -> str:
        """More digits than a spreadsheet counts with stay text: they are somebody's number."""
        text = str(value)
        digits = sum(sign.isdigit() for sign in text.partition("E")[0])
        if (digits > MOST_DIGITS and isinstance(value, int)) or text.lower() in (
            "nan",
            "inf",
            "-inf",
        ):
            return self.text(text)
        return f'"><v>{text}</v></c>'

    def text(self, value: str) -> str:
        return f'" t="inlineStr"><is>{escaped(value)}</is></c>'
