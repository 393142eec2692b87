"""Tables to CSV and XLSX on disk, in slices that any worker can go on with.

Neither the csv module's file nor XlsxWriter's workbook can be taken up by another process, so the
rows go into *pieces*: each slice writes a file of its own, and the job keeps how many bytes of it
count. What a killed or belated worker wrote beyond that is never read. At the end the pieces become
one file, which appears under its name at once and whole.

XlsxWriter makes everything of the workbook except the rows – sheets, styles, widths, the frozen
head –, and the rows are put between. So composing a million rows is copying them.
"""

import csv
import io
import os
import re
import secrets
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from foundation.sheets.cells import CsvShape, XlsxShape

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A sheet holds 1,048,576 rows, the head among them.
MOST_ROWS = 1_048_575
BLOCK = 1024 * 1024
SAMPLES = re.compile(rb'<row r="2".*?</row>')


@dataclass(frozen=True)
class Head:
    """A column as the file shows it. `kind`: text, word (few different ones), number, moment (in
    microseconds since 1970), or "" where each value says what it is, datetimes and days too."""

    label: str
    kind: str = ""
    width: int = 14


class Lost(Exception):
    """Pieces are gone; the file has to be begun anew."""


class Pieces:
    """What is written so far. `place` is what the job keeps: [name, sheet, bytes that count]."""

    def __init__(self, path: Path, heads: Sequence[Head], zone: tzinfo, place: dict | None = None):
        self.path, self.heads, self.zone = path, heads, zone
        self.rows: int = (place or {}).get("rows", 0)
        self.kept: list[list] = [list(piece) for piece in (place or {}).get("pieces", [])]
        self.file: BinaryIO | None = None
        for name, _sheet, size in self.kept:
            piece = self._piece(name)
            if not piece.exists() or piece.stat().st_size < size:
                raise Lost
        path.parent.mkdir(parents=True, exist_ok=True)

    def _piece(self, name: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{name}.part")

    def _open(self, sheet: int) -> BinaryIO:
        """This worker's own file; each sheet begins another."""
        if self.file is None or self.kept[-1][1] != sheet:
            self.close()
            name = secrets.token_hex(4)
            self.file = open(self._piece(name), "xb", opener=_private)  # noqa: SIM115
            self.kept.append([name, sheet, 0])
        return self.file

    def write(self, columns: Sequence[Sequence]) -> None:
        """A chunk of rows, given column by column."""
        count = len(columns[0]) if columns else 0
        done = 0
        while done < count:
            sheet, row = divmod(self.rows, self.rows_in_sheet)
            some = min(count - done, self.rows_in_sheet - row)
            chunk = columns if some == count else [col[done : done + some] for col in columns]
            file = self._open(sheet)
            file.write(self.shaped(chunk, row))
            self.kept[-1][2] = file.tell()
            self.rows += some
            done += some
        if self.file is not None:
            self.file.flush()

    @property
    def place(self) -> dict:
        return {"rows": self.rows, "pieces": [list(piece) for piece in self.kept]}

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None

    def finish(self, title: str) -> None:
        """Make the file of the pieces, then remove these. A second time changes nothing."""
        self.close()
        draft = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}.part")
        try:
            self.compose(draft, title)
            os.replace(draft, self.path)
        finally:
            draft.unlink(missing_ok=True)
        for name, _sheet, _size in self.kept:
            self._piece(name).unlink(missing_ok=True)

    def of_sheet(self, sheet: int) -> Iterator[bytes]:
        for name, number, size in self.kept:
            if number == sheet:
                yield from _blocks(self._piece(name), size)

    rows_in_sheet: int

    def shaped(self, columns: Sequence[Sequence], row: int) -> bytes:
        raise NotImplementedError

    def compose(self, draft: Path, title: str) -> None:
        raise NotImplementedError


class CsvPieces(Pieces):
    """UTF-8 with its mark, so that spreadsheets read Chinese; no text is a formula."""

    rows_in_sheet = 1_000_000_000

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.shape = CsvShape(self.zone)

    def shaped(self, columns, row):
        shape = self.shape
        cells = [
            shape.column(head.kind, values)
            for head, values in zip(self.heads, columns, strict=True)
        ]
        text = io.StringIO(newline="")
        csv.writer(text).writerows(zip(*cells, strict=True))
        return text.getvalue().encode("utf-8", "replace")

    def compose(self, draft, title):
        head = io.StringIO(newline="")
        labels = self.shape.column("text", [head.label for head in self.heads])
        csv.writer(head).writerow(labels)
        with open(draft, "xb", opener=_private) as out:
            out.write(b"\xef\xbb\xbf" + head.getvalue().encode())
            for block in self.of_sheet(0):
                out.write(block)


class XlsxPieces(Pieces):
    rows_in_sheet = MOST_ROWS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        moment, day = _styles()
        self.shape = XlsxShape(self.zone, moment=moment, day=day)
        self.letters = [xl_col_to_name(number) for number in range(len(self.heads))]

    def shaped(self, columns, row):
        count = len(columns[0])
        # The head is row 1.
        numbers = [str(number) for number in range(row + 2, row + 2 + count)]
        starts = [f'<row r="{number}">' for number in numbers]
        cells = [starts]
        for letter, head, values in zip(self.letters, self.heads, columns, strict=True):
            begin = f'<c r="{letter}'
            tails = self.shape.column(head.kind, values)
            cells.append(
                [
                    begin + number + tail if tail else ""
                    for number, tail in zip(numbers, tails, strict=True)
                ]
            )
        lines = ["".join(line) for line in zip(*cells, strict=True)]
        return ("</row>".join(lines) + "</row>").encode("utf-8", "replace")

    def compose(self, draft, title):
        sheets = max(1, -(-self.rows // self.rows_in_sheet))
        frame = self._frame(title, sheets)
        with (
            zipfile.ZipFile(frame) as made,
            zipfile.ZipFile(draft, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
        ):
            for entry in made.infolist():
                found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", entry.filename)
                if found:
                    self._fill(out, entry.filename, made.read(entry), int(found[1]) - 1)
                else:
                    out.writestr(entry.filename, made.read(entry))
        draft.chmod(0o600)

    def _fill(self, out: zipfile.ZipFile, name: str, xml: bytes, sheet: int) -> None:
        """The frame's sheet with our rows behind its head."""
        before, end, after = SAMPLES.sub(b"", xml).partition(b"</sheetData>")
        size = sum(size for _name, number, size in self.kept if number == sheet)
        last = xl_rowcol_to_cell(self._rows_of(sheet), max(0, len(self.heads) - 1))
        before = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="A1:{last}"'.encode(), before)
        with out.open(name, "w", force_zip64=size > 1_000_000_000) as entry:
            entry.write(before)
            for block in self.of_sheet(sheet):
                entry.write(block)
            entry.write(end + after)

    def _rows_of(self, sheet: int) -> int:
        return max(0, min(self.rows - sheet * self.rows_in_sheet, self.rows_in_sheet))

    def _frame(self, title: str, sheets: int) -> io.BytesIO:
        plain = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:24].strip() or "1"
        names = [plain] if sheets == 1 else [f"{plain} {number + 1}" for number in range(sheets)]
        return _frame(self.heads, {name: self._rows_of(n) for n, name in enumerate(names)})


PIECES = {"csv": CsvPieces, "xlsx": XlsxPieces}


def pieces(
    kind: str, path: Path, heads: Sequence[Head], *, zone: tzinfo, place: dict | None = None
) -> Pieces:
    """The rows so far of a file of this kind; raises Lost where `place` names what is gone."""
    return PIECES[kind](path, heads, zone, place)


def _frame(heads: Sequence[Head], sheets: dict[str, int]) -> io.BytesIO:
    """The workbook without rows; `sheets` are names with their numbers of rows.

    The second row shows one moment and one day, so that both styles are there and their numbers
    can be read; it is taken out again.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    bold = book.add_format({"bold": True, "bottom": 1})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for column, head in enumerate(heads):
            page.write_string(0, column, head.label, bold)
            page.set_column(column, column, head.width)
        page.write_number(1, 0, 1, moment)
        page.write_number(1, 1, 1, day)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, rows, max(0, len(heads) - 1))
    book.close()
    return file


@cache
def _styles() -> tuple[int, int]:
    """The numbers of the styles of moments and days; the same in every frame."""
    with zipfile.ZipFile(_frame([Head("1")], {"1": 0})) as book:
        row = SAMPLES.search(book.read("xl/worksheets/sheet1.xml"))
    moment, day = re.findall(rb's="(\d+)"', row[0])
    return int(moment), int(day)


def _blocks(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while size and (block := file.read(min(BLOCK, size))):
            size -= len(block)
            yield block


def _private(path, flags):
    return os.open(path, flags, 0o600)
