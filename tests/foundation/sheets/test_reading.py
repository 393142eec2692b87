"""Sheets of every origin, and those that mean harm."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from python_calamine import CalamineWorkbook

from foundation.sheets import reading


def book(write, **options) -> io.BytesIO:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as made:
        write(made)
    out.seek(0)
    return out


def read(content: bytes | io.BytesIO):
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    return reading.head(file).headings, [cells for _number, cells in reading.rows(file)]


TABLE = '名称,电话,备注\n王小明,13812345678,"第一行\n第二行, 还有"\n李雷,,\n'
CELLS = [["王小明", "13812345678", "第一行\n第二行, 还有"], ["李雷"]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_in_every_encoding(encoding, delimiter, end):
    table = TABLE.replace("第二行, 还有", "第二行# 还有").replace(",", delimiter)
    table = table.replace("#", ",").replace("\n", end)
    expected = [[cell.replace("\n", end) for cell in cells] for cells in CELLS]
    assert read(table.encode(encoding)) == (["名称", "电话", "备注"], expected)


def test_rows_have_the_numbers_that_a_spreadsheet_shows():
    text = 'a,b\n1,"two\nlines"\n\n,\n2,x\n,,\n\n'
    rows = list(reading.rows(io.BytesIO(text.encode())))
    assert [number for number, _cells in rows] == [2, 5]


def test_a_bare_list_is_one_column():
    assert read(b"serial\nS1\nS2\n") == (["serial"], [["S1"], ["S2"]])


def test_what_keeps_a_spreadsheet_from_computing_is_taken_off():
    assert read(b'code,phone\n"=""00123""",\'+86 138\n') == (
        ["code", "phone"],
        [["00123", "+86 138"]],
    )


def everything(made):
    sheet = made.add_worksheet("数据")
    day = made.add_format({"num_format": "yyyy年m月d日"})
    moment = made.add_format({"num_format": "yyyy/m/d h:mm"})
    red = made.add_format({"num_format": "[Red]0.00"})
    heads = ["name", "phone", "day", "moment", "price", "big", "yes", "formula", "rich"]
    sheet.write_row(0, 0, heads)
    sheet.write_string(1, 0, " 王小明 ")
    sheet.write_number(1, 1, 13812345678)
    sheet.write_datetime(1, 2, datetime(2026, 3, 1), day)
    sheet.write_datetime(1, 3, datetime(2026, 3, 1, 14, 30), moment)
    sheet.write_number(1, 4, 12.3, red)
    sheet.write_number(1, 5, 123456789012345678)
    sheet.write_boolean(1, 6, True)
    sheet.write_formula(1, 7, "=1+1", None, 2)
    sheet.write_rich_string(1, 8, "a", made.add_format({"bold": True}), "b")
    sheet.write_blank(30, 0, None, day)
    made.add_worksheet("second").write_string(0, 0, "not read")


@pytest.mark.parametrize("inline", [False, True])
def test_values_of_a_workbook(inline):
    file = book(everything, constant_memory=inline)
    _headings, rows = read(file)
    [cells] = rows
    assert cells[:5] == ["王小明", "13812345678", "2026-03-01", "2026-03-01 14:30:00", "12.3"]
    # Its last digits are lost: the importer of a text column says so.
    assert cells[5] == "1.23456789012346E+17"[:16] + cells[5][16:]
    assert cells[6:] == ["TRUE", "2", "ab"]
    assert reading.head(file).sheets == ["数据", "second"]


def test_the_same_as_another_reader():
    def write(made):
        sheet = made.add_worksheet()
        for at in range(300):
            sheet.write_row(at, at % 3, [f"字{at}", at, at / 7, f"<&>\"'{at}"])

    file = book(write)
    ours = [cells for _number, cells in reading._lines(file, 10**9)[0]]
    file.seek(0)
    theirs = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        row = mine + [""] * (len(other) - len(mine))
        for one, two in zip(row, other, strict=True):
            assert one == two or float(one) == pytest.approx(two, rel=1e-14)


def test_days_of_the_old_mac_calendar():
    file = book(lambda made: made.add_worksheet().write_row(0, 0, ["day"]), date_1904=True)
    assert reading.head(file).headings == ["day"]

    def write(made):
        sheet = made.add_worksheet()
        sheet.write_string(0, 0, "day")
        sheet.write_datetime(1, 0, date(2026, 3, 1), made.add_format({"num_format": 14}))

    assert read(book(write, date_1904=True))[1] == [["2026-03-01"]]


def test_hidden_sheets_are_not_read():
    def write(made):
        made.add_worksheet("hidden").write_string(0, 0, "no")
        seen = made.add_worksheet("seen")
        seen.write_string(0, 0, "yes")
        seen.activate()
        seen.set_first_sheet()
        made.get_worksheet_by_name("hidden").hide()

    assert reading.head(book(write)).headings == ["yes"]


def test_a_title_above_the_headings_is_told():
    with pytest.raises(ValidationError, match="looks like a title"):
        reading.head(io.BytesIO("客户清单2026\n姓名,电话,城市\n王,1,2\n".encode()))


def test_a_title_above_two_columns_is_told():
    with pytest.raises(ValidationError, match="or a title above it"):
        reading.head(io.BytesIO("客户清单2026\n姓名,电话\n王,1\n".encode()))


@pytest.mark.parametrize(
    "start", [b"%PDF-1.7\n1 0 obj\n", b"{\\rtf1 a}", b"\xef\xbb\xbf\n<html><table>"]
)
def test_what_is_text_but_no_sheet_is_told(start):
    with pytest.raises(ValidationError, match="damaged or not a spreadsheet"):
        reading.head(io.BytesIO(start + b"\n" * 9))


def test_merged_headings_are_told():
    def write(made):
        sheet = made.add_worksheet()
        sheet.merge_range(0, 1, 0, 2, "contact")
        sheet.write_string(0, 0, "name")
        sheet.write_row(1, 0, ["", "phone", "mail"])

    with pytest.raises(ValidationError, match="Column C has no heading"):
        reading.head(book(write))


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def unpacked(file: io.BytesIO) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name) for name in package.namelist()}


def tampered(part: str, content: bytes) -> bytes:
    parts = unpacked(book(everything))
    assert part in parts
    return zipped(parts | {part: content})


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    b"<worksheet><sheetData><row><c t='str'><v>&b;</v></c></row></sheetData></worksheet>"
)
HARM = {
    "nothing": b"",
    "blank": b" \n \n,,\n",
    "old": b"\xd0\xcf\x11\xe0" + b"x" * 600,
    "picture": b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 300,
    "half": unpacked(book(everything))[SHEET][:50] and zipped({"a": "b"})[:40],
    "other zip": zipped({"word/document.xml": "<x/>"}),
    "laughs": tampered(SHEET, LAUGHS),
    "not xml": tampered(SHEET, b"<worksheet><sheetData><row>"),
    "bad shared": tampered("xl/sharedStrings.xml", b"<sst/>"),
    "bad style": tampered("xl/styles.xml", b"<styleSheet><cellXfs><xf numFmtId='x'/>"),
    "row number": tampered(
        SHEET,
        b"<worksheet><sheetData><row r='99999999999'><c t='str'><v>1</v></c></row></sheetData></worksheet>",
    ),
    "deep": tampered(SHEET, b"<worksheet>" + b"<a>" * 200_000),
    "open quote": b'a,b\n1,"' + b"x,y\n" * 60_000,
    "bytes": bytes(range(128, 256)) * 20,
}


@pytest.mark.parametrize("kind", HARM)
def test_a_file_that_cannot_be_read_gives_a_sentence(kind):
    with pytest.raises(ValidationError) as told:
        file = io.BytesIO(HARM[kind])
        reading.check_size(len(HARM[kind]))
        reading.head(file)
        list(reading.rows(file))
    assert told.value.messages[0].endswith(".")


def test_a_bomb_is_refused_before_it_goes_off(settings):
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    row = b"<row><c t='str'><v>" + b" " * 30_000 + b"x</v></c></row>"
    bomb = tampered(SHEET, b"<worksheet><sheetData>" + row * 3000 + b"</sheetData></worksheet>")
    assert len(bomb) < settings.IMPORT_MAX_BYTES
    with pytest.raises(ValidationError, match="too much"):
        list(reading.rows(io.BytesIO(bomb)))


def workbook_of(sheet: str, string: str = "x") -> io.BytesIO:
    """A workbook whose sheet and only shared string are made by hand."""
    own = {
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{sheet}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"<sst><si><t>{string}</t></si></sst>",
    }
    made = book(lambda made: made.add_worksheet().write(0, 0, "x"))
    return io.BytesIO(zipped(unpacked(made) | own))


def test_one_long_string_for_a_million_cells_is_refused(settings):
    settings.IMPORT_MAX_BYTES = 2_000_000
    row = "<row>" + '<c t="s"><v>0</v></c>' * 300 + "</row>"
    sheet = workbook_of(row * 50, "x" * 32_000)
    with pytest.raises(ValidationError, match="too much"):
        list(reading.rows(sheet))


def test_of_an_endless_cell_the_beginning_is_read():
    sheet = workbook_of(
        f'<row><c t="str"><v>{"y" * 300_000}</v></c><c t="s"><v>0</v></c></row>', "z" * 300_000
    )
    lines, _sheets = reading._lines(sheet, 10_000_000)
    assert [len(cell) for cell in next(lines)[1]] == [32_767, 32_767]


def test_a_column_that_is_none_is_damage():
    with pytest.raises(ValidationError, match="damaged"):
        list(reading.rows(workbook_of('<row><c r="\u7532\u4e59\u4e191"><v>1</v></c></row>')))


@pytest.mark.parametrize("numbers", [(1, 1), (2, 1), (-3,)])
def test_rows_that_go_back_are_damage(numbers):
    rows = "".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in numbers)
    with pytest.raises(ValidationError, match="damaged"):
        list(reading.rows(workbook_of(rows)))


def test_a_line_of_a_million_cells_is_refused():
    with pytest.raises(ValidationError, match="too much"):
        reading.head(io.BytesIO(b"a,b\n" + b"," * 4_100_000))


def test_a_file_too_large_says_how_large_it_may_be(settings):
    settings.IMPORT_MAX_BYTES = 1024
    with pytest.raises(ValidationError, match=r"larger than 1.0.*KB"):
        reading.check_size(1025)


def test_headings_of_a_huge_sheet_are_there_at_once():
    lines = b"name,phone\n" + b"wang,13812345678\n" * 200_000
    assert len(reading.head(io.BytesIO(lines)).rows) == 5
