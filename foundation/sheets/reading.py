"""Rows of a CSV or XLSX file as text, whatever program wrote it. Nothing is kept in memory.

Every function raises ValidationError with what to do where a file cannot be read.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from foundation.sheets.cells import FORMULA_STARTS
from foundation.sheets.workbook import MOST_COLUMNS, MOST_ROWS, Broken, TooMuch, Workbook

# A workbook unfolds to ten times its size or so; one made to exhaust us to a thousand times.
UNFOLDS = 25
HEAD_BYTES = 64 * 1024 * 1024
SHOWN = 5
PIECE = 1 << 20
LONGEST_LINE = 4_000_000
OLE = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
# PDF, RTF, and the web pages that many programs call .xls: text, but no cells.
NO_SHEETS = (b"%PDF", b"{\\rtf", b"<")
BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Head:
    """The headings, the number of their row, the first rows below it, and the names of the
    visible sheets (the first one is read; none in a CSV file)."""

    headings: list[str]
    number: int
    rows: list[Line]
    sheets: list[str]


def head(file: BinaryIO, *, shown: int = SHOWN) -> Head:
    """The headings and the first rows, and whether a person can import this at all."""
    lines, sheets = _lines(file, min(HEAD_BYTES, _budget()))
    first: list[Line] = []
    for line in lines:
        first.append(line)
        if len(first) > shown:
            break
    if not first:
        raise ValidationError(_("This sheet is empty. Fill it in and choose it again."))
    number, cells = first[0]
    headings = [heading[:100] for heading in cells]
    _refuse_titles(headings, first[1:])
    return Head(headings, number, first[1:], sheets)


def rows(file: BinaryIO) -> Iterator[Line]:
    """(number as Excel shows it, cells) of each row below the headings that is not empty."""
    lines, _sheets = _lines(file, _budget())
    next(lines, None)
    return lines


def check_size(size: int) -> None:
    if size > settings.IMPORT_MAX_BYTES:
        raise ValidationError(
            _("This file is larger than %(limit)s. Split it and import the parts."),
            params={"limit": filesizeformat(settings.IMPORT_MAX_BYTES)},
        )
    if not size:
        raise ValidationError(_("This file is empty. Choose it again."))


def _budget() -> int:
    return settings.IMPORT_MAX_BYTES * UNFOLDS


def _refuse_titles(headings: list[str], below: list[Line]) -> None:
    """A title above the headings or headings over several cells would be taken for headings."""
    width = max((len(cells) for _number, cells in below), default=0)
    filled = sum(bool(heading) for heading in headings)
    if filled == 1 and width > 2:
        raise ValidationError(
            _(
                "The first row looks like a title, not like headings. Delete the rows above the "
                "headings and choose the file again."
            )
        )
    for at in range(width):
        is_used = any(len(cells) > at and cells[at] for _number, cells in below)
        if is_used and (at >= len(headings) or not headings[at]):
            raise ValidationError(
                _(
                    "Column %(letter)s has no heading. Give each column one heading in the first "
                    "row, without merged cells or a title above it, and choose the file again."
                ),
                params={"letter": letter(at)},
            )


def letter(at: int) -> str:
    """The letter under which a spreadsheet shows the column: 0 → A, 26 → AA."""
    words = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        words = chr(65 + rest) + words
    return words


def _lines(file: BinaryIO, budget: int) -> tuple[Iterator[Line], list[str]]:
    file.seek(0)
    start = file.read(4096)
    file.seek(0)
    if start.startswith(OLE):
        raise ValidationError(
            _(
                "This is an old Excel file (.xls) or one with a password. Open it, save it as "
                ".xlsx without a password and choose it again."
            )
        )
    if start.startswith(ZIP):
        return _workbook_lines(file, budget)
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(NO_SHEETS):
        raise _unreadable()
    return _filled(_text_lines(file, start)), []


def _workbook_lines(file: BinaryIO, budget: int) -> tuple[Iterator[Line], list[str]]:
    try:
        book = Workbook(file, budget)
    except Broken:
        raise _unreadable() from None
    except TooMuch:
        raise _too_much() from None
    return _filled(_told(book.rows())), book.sheet_names


def _told(lines: Iterator[Line]) -> Iterator[Line]:
    try:
        yield from lines
    except Broken:
        raise _unreadable() from None
    except TooMuch:
        raise _too_much() from None


def _unreadable() -> ValidationError:
    return ValidationError(
        _(
            "This file is damaged or not a spreadsheet. Open it in Excel or WPS, save it as .xlsx "
            "and choose it again."
        )
    )


def _too_much() -> ValidationError:
    return ValidationError(_("This sheet holds too much to read at once. Split it."))


def _filled(lines: Iterator[Line]) -> Iterator[Line]:
    """Without rows and ends of rows that are empty."""
    for number, cells in lines:
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _text_lines(file: BinaryIO, start: bytes) -> Iterator[Line]:
    encoding = _encoding(file, start)
    file.seek(0)
    text = TextIOWrapper(file, encoding=encoding, newline="")
    try:
        sample = text.read(65_536)
        delimiter, skip = _delimiter(sample)
        text.seek(0)
        reader = csv.reader(_bounded(text), delimiter=delimiter)
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise _too_much()
            if number > skip:
                yield number, [_cell(cell) for cell in cells[:MOST_COLUMNS]]
    except csv.Error:
        raise ValidationError(
            _(
                "Row %(number)s cannot be read: a quotation mark is opened and not closed. "
                "Correct it, or save the sheet as .xlsx."
            ),
            params={"number": reader.line_num},
        ) from None
    except UnicodeError:
        raise _no_text() from None
    finally:
        text.detach()


def _bounded(text: TextIOWrapper) -> Iterator[str]:
    """Lines, none so long that its cells alone would fill the memory."""
    for line in text:
        if len(line) > LONGEST_LINE:
            raise _too_much()
        yield line


def _cell(cell: str) -> str:
    """Some programs write ="00123" so that Excel keeps a number as it is."""
    cell = cell.replace("\x00", "").strip()
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1]
    # So exports keep a spreadsheet from computing a cell.
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_STARTS else cell


def _no_text() -> ValidationError:
    return ValidationError(
        _("The characters of this file cannot be read. Save it as .xlsx or as CSV UTF-8.")
    )


def _encoding(file: BinaryIO, start: bytes) -> str:
    for mark, name in BOMS:
        if start.startswith(mark):
            return name
    if b"\x00" in start:
        odd, even = start[1::2].count(0), start[0::2].count(0)
        if max(odd, even) * 4 < len(start) or min(odd, even) * 10 > max(odd, even):
            raise _unreadable()
        return "utf-16-le" if odd > even else "utf-16-be"
    return next((name for name in ("utf-8", "gb18030") if _reads_as(file, name)), None) or _none()


def _none() -> str:
    raise _no_text()


def _reads_as(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(sample: str) -> tuple[str, int]:
    """What parts the cells of the first filled line, and how many lines to skip before it."""
    first, _break, _rest = sample.partition("\n")
    if found := re.fullmatch(r"\ufeff?sep=(.)\r?", first):
        return found[1], 1
    line = next((line for line in sample.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    counts = {sign: bare.count(sign) for sign in (",", ";", "\t", "|", "，")}
    best = max(counts, key=lambda sign: counts[sign])
    return (best if counts[best] else ","), 0
