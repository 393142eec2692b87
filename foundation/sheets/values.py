"""How the text of a cell becomes a value; each says what to write instead where it cannot.

Column("bought_on", _("bought"), parse=values.day)
Column("kind", _("kind"), parse=values.choice(CustomerKind, {"个人": "person"}))
"""

import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

# Excel counts days from here (1900 was no leap year, which it does not know).
EXCEL_ZERO = date(1899, 12, 30)
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 1, 1)
SHORTENED = re.compile(r"[+-]?\d(?:\.(\d+))?[eE]\+(\d{1,3})")
FLOAT = re.compile(r"\d+\.0+")
DAY = re.compile(
    r"(?P<y>\d{4})\s*(?:[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?:\s*[日号])?|"
    r"(?P<m2>\d{2})(?P<d2>\d{2}))"
)
CLOCK = re.compile(
    r"[T\s]+(?:(?P<h>\d{1,2})[:时](?P<mi>\d{2})(?:[:分](?P<s>\d{2})(?:\.\d+)?秒?)?分?)\s*"
)
ZONE = re.compile(r"(?P<z>Z|[+-]\d{2}:?\d{2})\s*")
SERIAL_DAY = re.compile(r"\d{5}(?:\.\d+)?")
YES = {"yes", "y", "true", "1", "是", "有", "对", "√", "✓", "启用", "在售"}
NO = {"no", "n", "false", "0", "否", "无", "不", "×", "停用", "停售"}


def plain(text: str) -> str:
    """Without NUL and spaces around it; full-width digits and letters stay as they are."""
    return text.replace("\x00", "").strip()


def text(cell: str) -> str:
    """Words as they stand. A number that the spreadsheet shortened (1.38E+10) is refused."""
    words = plain(cell)
    if "+" in words and (found := SHORTENED.fullmatch(words)):
        words = _whole(words, found)
    return words


def limited(most: int | None) -> Callable[[str], str]:
    """Words of at most `most` characters."""

    def parse(cell: str) -> str:
        words = text(cell)
        if most is not None and len(words) > most:
            raise ValidationError(
                _("This is longer than %(most)s characters. Shorten it."), params={"most": most}
            )
        return words

    return parse


def _whole(words: str, found: re.Match) -> str:
    """1.3812345678E+10 → 13812345678; ValidationError where digits are lost."""
    if len(found[1] or "") < int(found[2]):
        raise ValidationError(
            _(
                "The spreadsheet shortened this number to %(number)s. Format the column as text, "
                "fill in the whole number and save the file again."
            ),
            params={"number": words},
        )
    return f"{Decimal(words):f}"


def code(most: int | None = None) -> Callable[[str], str]:
    """A number that is a name (serial, phone, order): as text, without the ".0" of a float."""

    fit = limited(most)

    def parse(cell: str) -> str:
        words = text(cell)
        if words[-1:] == "0" and FLOAT.fullmatch(words):
            words = words.partition(".")[0]
        return fit(words)

    return parse


def day(cell: str) -> date:
    """2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, 20260301, with or without a time, or the
    number of days that Excel keeps."""
    return _moment(plain(cell))[0]


def moment(zone: str | None = None) -> Callable[[str], datetime]:
    """A day with its time (midnight where none is given) in the zone, else the present one."""

    def parse(cell: str) -> datetime:
        on, clock, own = _moment(plain(cell))
        place = own or (zoneinfo.ZoneInfo(zone) if zone else timezone.get_current_timezone())
        return datetime.combine(on, clock, tzinfo=place)

    return parse


def _moment(words: str) -> tuple[date, time, Any]:
    normal = unicodedata.normalize("NFKC", words)
    try:
        if SERIAL_DAY.fullmatch(normal):
            return _counted(Decimal(normal))
        found = DAY.match(normal)
        if found:
            on = date(
                int(found["y"]), int(found["m"] or found["m2"]), int(found["d"] or found["d2"])
            )
            clock, zone = _clock(normal[found.end() :])
            if EARLIEST <= on < LATEST:
                return on, clock, zone
    except (ValueError, OverflowError):
        pass
    raise ValidationError(
        _("“%(value)s” is not a date. Write it as 2026-03-01."), params={"value": words[:40]}
    )


def _counted(days: Decimal) -> tuple[date, time, None]:
    on = EXCEL_ZERO + timedelta(days=int(days))
    if not EARLIEST <= on < LATEST:
        raise ValueError
    seconds = round((days % 1) * 86400)
    return on, (datetime.min + timedelta(seconds=min(seconds, 86399))).time(), None


def _clock(rest: str) -> tuple[time, Any]:
    if not rest.strip():
        return time(), None
    found = CLOCK.match(rest)
    if not found:
        raise ValueError
    clock = time(int(found["h"]), int(found["mi"]), int(found["s"] or 0))
    rest = rest[found.end() :]
    if not rest:
        return clock, None
    if not ZONE.fullmatch(rest):
        raise ValueError
    return clock, datetime.fromisoformat(f"2026-01-01T00:00:00{rest.strip()}").tzinfo


def number(cell: str) -> Decimal:
    """1200, 1,200.50, ￥1200, 12%: a Decimal."""
    words = unicodedata.normalize("NFKC", plain(cell)).replace(",", "").replace(" ", "")
    try:
        value = Decimal(words.strip("¥$元").removeprefix("RMB").removeprefix("CNY"))
        if value.is_finite() and abs(value) < Decimal(10) ** 15:
            return value
    except InvalidOperation:
        pass
    raise ValidationError(
        _("“%(value)s” is not a number. Write digits only."), params={"value": plain(cell)[:40]}
    )


def whole(cell: str) -> int:
    """A number without a fraction."""
    value = number(cell)
    if value != int(value):
        raise ValidationError(
            _("“%(value)s” is not a whole number."), params={"value": plain(cell)[:40]}
        )
    return int(value)


def yes_no(cell: str) -> bool:
    """yes/no, 是/否, true/false, 1/0."""
    word = unicodedata.normalize("NFKC", plain(cell)).lower().removesuffix(".0")
    if word in YES or word in NO:
        return word in YES
    raise ValidationError(_("Write yes or no."))


def choice(choices, more: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """One of a TextChoices, by key or by label in either language; `more` are further words."""
    known: dict[str, str] = {}

    def parse(cell: str) -> str:
        if not known:
            known.update(_words(choices) | {fold(k): v for k, v in (more or {}).items()})
        value = known.get(fold(cell))
        if value is None:
            names = ", ".join(str(label) for label in choices.labels)
            raise ValidationError(
                _("“%(value)s” is not known here. Write one of: %(names)s."),
                params={"value": plain(cell)[:40], "names": names},
            )
        return value

    return parse


def _words(choices) -> dict[str, str]:
    words = {fold(str(value)): str(value) for value in choices.values}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            words |= {fold(str(label)): str(value) for value, label in choices.choices}
    return words


def fold(words: str) -> str:
    """The form in which headings and choices are compared: no case, width, spaces or marks."""
    words = unicodedata.normalize("NFKC", words).casefold()
    return re.sub(r"[\s_\-/:*.,()（）【】\[\]、，。：]+", "", words)
