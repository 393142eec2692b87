"""Rows of an XLSX file, read as a stream: memory stays the same however long the sheet is.

Only values are read. What a number is shown as does not matter, except that days are days.
"""

import posixpath
import re
import zipfile
from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import BinaryIO
from xml.parsers import expat

PIECE, SLICE = 1 << 18, 1 << 15
MOST_COLUMNS = 300
MOST_ROWS = 1_100_000
LONGEST_CELL = 32_767
BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
NOT_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
RELATIONS = "_rels"


class Broken(Exception):
    """The file is not a workbook that can be read."""


class TooMuch(Exception):
    """It unfolds to more than was allowed."""


class Workbook:
    """The first visible sheet of a workbook. `budget` is how many bytes it may unfold to."""

    def __init__(self, file: BinaryIO, budget: int):
        self.left = budget
        try:
            self.package = zipfile.ZipFile(file)
            self._names = set(self.package.namelist())
            self._find_parts()
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            OSError,
            RuntimeError,
            ValueError,
        ) as error:
            raise Broken from error

    def _find_parts(self) -> None:
        start = self._related("", "officeDocument").get("", "xl/workbook.xml")
        sheets, self.is_1904 = [], False

        def begin(name, attrs):
            if name == "sheet":
                key = next((v for k, v in attrs.items() if k.rpartition(":")[2] == "id"), "")
                sheets.append((attrs.get("name", ""), key, attrs.get("state", "visible")))
            elif name == "workbookPr":
                self.is_1904 = attrs.get("date1904") in ("1", "true")

        self._walk(start, begin)
        parts = self._related(start, "worksheet", by_id=True)
        shown = [
            (name, parts[key]) for name, key, state in sheets if state == "visible" and key in parts
        ]
        if not shown:
            raise Broken
        self.sheet_names = [name for name, _part in shown]
        self._sheet = shown[0][1]
        self._strings = Strings(self, self._related(start, "sharedStrings").get("", ""))
        self._date_styles = self._read_styles(self._related(start, "styles").get("", ""))

    def _related(self, part: str, kind: str, *, by_id: bool = False) -> dict[str, str]:
        """The parts that a part refers to, by their id or just the one."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, RELATIONS, f"{name}.rels")
        found: dict[str, str] = {}

        def begin(tag, attrs):
            if tag == "Relationship" and attrs.get("Type", "").endswith(f"/{kind}"):
                target = attrs.get("Target", "")
                whole = (
                    target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                )
                found[attrs.get("Id", "") if by_id else ""] = posixpath.normpath(whole)

        if path in self._names:
            self._walk(path, begin)
        return found

    def _read_styles(self, part: str) -> set[int]:
        """The numbers of the cell styles that show days or times."""
        own: dict[int, str] = {}
        styles: list[int] = []
        inside = []

        def begin(name, attrs):
            if name in ("cellXfs", "cellStyleXfs"):
                inside.append(name)
            elif name == "numFmt":
                own[int(attrs.get("numFmtId", 0))] = attrs.get("formatCode", "")
            elif name == "xf" and inside and inside[-1] == "cellXfs":
                styles.append(int(attrs.get("numFmtId", 0)))

        if part in self._names:
            self._walk(part, begin)
        return {
            at
            for at, key in enumerate(styles)
            if (is_date(own[key]) if key in own else key in BUILT_IN_DATES)
        }

    def spend(self, size: int) -> None:
        """Count what was unfolded; raises TooMuch beyond the budget."""
        self.left -= size
        if self.left < 0:
            raise TooMuch

    def pieces(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, as many as may still be unfolded."""
        try:
            with self.package.open(part) as stream:
                while piece := stream.read(PIECE):
                    self.spend(len(piece))
                    yield piece
        except (
            KeyError,
            zipfile.BadZipFile,
            NotImplementedError,
            OSError,
            RuntimeError,
            EOFError,
        ) as error:
            raise Broken from error
        except Exception as error:
            # zlib and lzma have errors of their own.
            if isinstance(error, TooMuch | Broken):
                raise
            raise Broken from error

    def _walk(self, part: str, begin) -> None:
        parser = new_parser()
        parser.StartElementHandler = lambda name, attrs: begin(name.rpartition(":")[2], attrs)
        for piece in self.pieces(part):
            feed(parser, piece)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(number, cells) of each row that has a cell."""
        reader = Reader(self._strings, self._date_styles, self.is_1904)
        for piece in self.pieces(self._sheet):
            # In slices, as a few letters may stand for a long shared string.
            for start in range(0, len(piece), SLICE):
                feed(reader.parser, piece[start : start + SLICE])
                yield from reader.taken()


def new_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartDoctypeDeclHandler = refuse
    return parser


def refuse(*args) -> None:
    """A workbook has no DOCTYPE; what has one means harm."""
    raise Broken


def feed(parser, piece: bytes) -> None:
    try:
        parser.Parse(piece)
    except (expat.ExpatError, ValueError, IndexError, OverflowError, ArithmeticError) as error:
        raise Broken from error


def is_date(code: str) -> bool:
    """Whether a number format shows a day or a time."""
    bare = NOT_FORMAT.sub("", code).lower()
    return "general" not in bare and any(sign in bare for sign in "ymdhs年月日")


class Strings:
    """The shared strings, packed, read only as far as they are asked for."""

    def __init__(self, book: Workbook, part: str):
        self._text, self._ends, self._spend = bytearray(), array("Q"), book.spend
        self._pieces = book.pieces(part) if part else iter(())
        self._parser = new_parser()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._say
        self._is_text, self._spoken, self._words, self._room = False, 0, [], LONGEST_CELL

    def _begin(self, name, attrs):
        name = name.rpartition(":")[2]
        if name == "t":
            self._is_text = not self._spoken
        elif name == "rPh":
            self._spoken += 1

    def _end(self, name):
        name = name.rpartition(":")[2]
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._spoken -= 1
        elif name == "si":
            self._text += "".join(self._words).encode("utf-8", "replace")
            self._ends.append(len(self._text))
            self._words, self._room = [], LONGEST_CELL

    def _say(self, words):
        if self._is_text and self._room > 0:
            self._words.append(words[: self._room])
            self._room -= len(words)

    def __getitem__(self, at: int) -> str:
        while at >= len(self._ends):
            piece = next(self._pieces, None)
            if piece is None:
                raise IndexError
            feed(self._parser, piece)
        begin = self._ends[at - 1] if at else 0
        # A string may be asked for a million times: what it is told counts, not only what it is.
        self._spend(self._ends[at] - begin)
        return self._text[begin : self._ends[at]].decode("utf-8", "replace")


class Reader:
    """Hears the XML of a sheet and gathers its rows."""

    def __init__(self, strings: Strings, date_styles: set[int], is_1904: bool):
        self._strings, self._date_styles = strings, date_styles
        self._zero = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)
        self._rows: list[tuple[int, list[str]]] = []
        self._number, self._cells = 0, []
        self._column, self._type, self._style = -1, "n", 0
        self._is_value, self._words, self._spoken, self._room = False, [], 0, LONGEST_CELL
        self.parser = new_parser()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._say

    def taken(self) -> list[tuple[int, list[str]]]:
        rows, self._rows = self._rows, []
        return rows

    def _begin(self, name, attrs):
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            where = attrs.get("r")
            self._column = column_of(where) if where else self._column + 1
            self._type = attrs.get("t", "n")
            self._style = attrs.get("s", "0")
            self._words, self._room = [], LONGEST_CELL
        elif name == "v" or name == "t":
            self._is_value = not self._spoken
        elif name == "rPh":
            self._spoken += 1
        elif name == "row":
            number = int(attrs.get("r") or self._number + 1)
            if number <= self._number:
                raise Broken
            if number > MOST_ROWS:
                raise TooMuch
            self._number = number
            self._cells, self._column = [], -1

    def _say(self, words):
        if self._is_value and self._room > 0:
            self._words.append(words[: self._room])
            self._room -= len(words)

    def _end(self, name):
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v" or name == "t":
            self._is_value = False
        elif name == "c":
            if self._words and self._column < MOST_COLUMNS:
                text = self._read("".join(self._words))
                gap = self._column - len(self._cells)
                if gap > 0:
                    self._cells.extend([""] * gap)
                if gap >= 0:
                    self._cells.append(text)
        elif name == "rPh":
            self._spoken -= 1
        elif name == "row" and self._cells:
            self._rows.append((self._number, self._cells))

    def _read(self, words: str) -> str:
        kind = self._type
        if kind == "s":
            return self._strings[int(words)].strip()
        if kind == "n":
            return self._number_of(words)
        if kind == "b":
            return "TRUE" if words == "1" else "FALSE"
        return words.strip()

    def _number_of(self, words: str) -> str:
        if int(self._style or 0) in self._date_styles:
            return day_of(float(words), self._zero) or as_text(words)
        return as_text(words)


LETTERS = re.compile(r"[A-Za-z]{1,3}")
_columns: dict[str, int] = {}


def column_of(where: str) -> int:
    """BC7 → 54."""
    letters = where.rstrip("0123456789")[:3]
    if not LETTERS.fullmatch(letters):
        raise Broken
    at = _columns.get(letters)
    if at is None:
        at = 0
        for letter in letters.upper():
            at = at * 26 + ord(letter) - 64
        at -= 1
        _columns[letters] = at
    return at


def as_text(words: str) -> str:
    """A number as people write it: 13812345678, not 1.3812345678E10 or 13812345678.0.

    From sixteen digits on a spreadsheet has forgotten the last ones; that is left to be seen.
    """
    if words.isdigit() and len(words) <= 15:
        return words
    value = float(words)
    if value.is_integer():
        return f"{int(value)}" if abs(value) < 1e15 else f"{value:.14E}"
    return f"{Decimal(f'{value:.15g}'):f}"


def day_of(count: float, zero: datetime) -> str:
    """Days since the first one as 2026-03-01 or 2026-03-01 14:30:00; "" where it is none."""
    if not 1 <= count < 110_000:
        return ""
    at = zero + timedelta(seconds=round(count * 86_400))
    return f"{at:%Y-%m-%d}" if at.time() == datetime.min.time() else f"{at:%Y-%m-%d %H:%M:%S}"
