"""A sheet to begin with: the headings in the reader's language and one row that can be imported."""

import csv
import io

import xlsxwriter
from django.utils.translation import gettext as _

from foundation.sheets.targets import Target

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def example(target: Target, kind: str) -> bytes:
    """The sheet as CSV or XLSX (which says on a second page what each column is for)."""
    heads = [str(column.label) for column in target.columns]
    cells = [str(column.example) for column in target.columns]
    return _workbook(target, heads, cells) if kind == "xlsx" else _text(heads, cells)


def _text(heads: list[str], cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([heads, cells])
    return out.getvalue().encode("utf-8-sig")


def _workbook(target: Target, heads: list[str], cells: list[str]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "bg_color": "#e9ecf0"})
    needed = book.add_format({"bold": True, "bg_color": "#fdf1d8"})
    sheet = book.add_worksheet(str(target.label)[:31])
    # As text, so that a spreadsheet keeps long numbers as they are.
    sheet.set_column(0, len(heads) - 1, 18, text)
    for at, column in enumerate(target.columns):
        sheet.write_string(0, at, heads[at], needed if column.required else bold)
        sheet.write_string(1, at, cells[at], text)
    sheet.freeze_panes(1, 0)
    about = book.add_worksheet(_("Columns"))
    about.set_column(0, 0, 24)
    about.set_column(1, 1, 12)
    about.set_column(2, 2, 80)
    for at, column in enumerate(target.columns):
        about.write_string(at, 0, heads[at], bold)
        about.write_string(at, 1, _("required") if column.required else "")
        about.write_string(at, 2, str(column.help))
    book.close()
    return out.getvalue()
