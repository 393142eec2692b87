"""What is written can be read back as it was, whoever wrote it in however many pieces."""

import csv
import io
import zipfile
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from python_calamine import load_workbook

from foundation.sheets import cells, writers
from foundation.sheets.writers import Head

CHINA = zoneinfo.ZoneInfo("Asia/Shanghai")
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
HEADS = [Head("编号", "text"), Head("状态", "word"), Head("件数", "number"), Head("时间", "moment")]


def ticks(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def table(count: int, first: int = 0) -> list[list]:
    numbers = range(first, first + count)
    begin = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
    return [
        [f"2026-{number:06}" for number in numbers],
        [("已受理", "", "处理中")[number % 3] for number in numbers],
        [number if number % 2 else None for number in numbers],
        [None if number % 5 == 0 else ticks(begin + timedelta(hours=number)) for number in numbers],
    ]


@pytest.fixture
def written(tmp_path):
    """The file of these columns; `written("csv", columns)`."""

    def write(kind, *chunks, heads=HEADS, zone=CHINA, title="工单"):
        path = tmp_path / kind / f"file.{kind}"
        pieces = writers.pieces(kind, path, heads, zone=zone)
        for columns in chunks:
            pieces.write(columns)
        pieces.finish(title)
        assert [item.name for item in path.parent.iterdir()] == [path.name]
        assert path.stat().st_mode & 0o777 == 0o600
        return path

    return write


def read_csv(path) -> list[list[str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(path, sheet=0) -> list[list]:
    return load_workbook(str(path)).get_sheet_by_index(sheet).to_python()


def test_csv_holds_what_was_written(written):
    rows = read_csv(written("csv", table(4), table(3, 4)))
    assert rows[0] == ["编号", "状态", "件数", "时间"]
    assert rows[1] == ["2026-000000", "已受理", "", ""]
    assert rows[2] == ["2026-000001", "", "1", "2026-03-08 15:30"]
    assert [row[0] for row in rows[1:]] == table(7)[0]


def test_xlsx_holds_what_was_written(written):
    path = written("xlsx", table(4), table(3, 4))
    rows = read_xlsx(path)
    assert rows[0] == ["编号", "状态", "件数", "时间"]
    assert rows[1] == ["2026-000000", "已受理", "", ""]
    assert rows[2] == ["2026-000001", "", 1, datetime(2026, 3, 8, 15, 30)]
    assert [row[0] for row in rows[1:]] == table(7)[0]
    assert load_workbook(str(path)).sheet_names == ["工单"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_row_is_a_whole_file_too(written, kind):
    path = written(kind)
    rows = read_csv(path) if kind == "csv" else read_xlsx(path)
    assert rows == [["编号", "状态", "件数", "时间"]]


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        (CHINA, datetime(2026, 3, 9, 16, 0, tzinfo=UTC), "2026-03-10 00:00"),
        (NEW_YORK, datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC), "2026-03-08 01:59"),
        (NEW_YORK, datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "2026-03-08 03:00"),
        (NEW_YORK, datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "2026-11-01 01:30"),
        (NEW_YORK, datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "2026-11-01 01:30"),
        (zoneinfo.ZoneInfo("Asia/Kathmandu"), datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01 05:45"),
        (
            zoneinfo.ZoneInfo("Australia/Lord_Howe"),
            datetime(2026, 4, 4, 14, 59, tzinfo=UTC),
            "2026-04-05 01:59",
        ),
        (CHINA, datetime(1969, 12, 31, 23, 59, tzinfo=UTC), "1970-01-01 07:59"),
    ],
)
def test_moments_stand_as_the_clock_there_shows_them(written, zone, moment, shown):
    heads = [Head("a", "moment"), Head("b")]
    columns = [[ticks(moment)], [moment]]
    assert read_csv(written("csv", columns, heads=heads, zone=zone))[1] == [shown, shown]
    row = read_xlsx(written("xlsx", columns, heads=heads, zone=zone))[1]
    assert [f"{value:%Y-%m-%d %H:%M}" for value in row] == [shown, shown]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", "＝1", " =1+1", '=HYPERLINK("http://x")']
)
@pytest.mark.parametrize("kind", ["text", "word", ""])
def test_no_text_is_a_formula(written, text, kind):
    heads = [Head(text, kind)]
    assert read_csv(written("csv", [[text]], heads=heads)) == [[f"'{text}"]] * 2
    path = written("xlsx", [[text]], heads=heads)
    assert read_xlsx(path) == [[text]] * 2
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet and b"hyperlink" not in sheet


@pytest.mark.parametrize(
    "text",
    [
        "王芳 & <b>李雷</b>",
        ' "quoted", and, commas ',
        "two\nlines",
        "_x0041_ stays",
        "emoji 😀",
        "'",
        "]]>",
    ],
)
def test_any_text_comes_back(written, text):
    heads = [Head("a", "text"), Head("b")]
    assert read_csv(written("csv", [[text], [text]], heads=heads))[1] == [text, text]
    assert read_xlsx(written("xlsx", [[text], [text]], heads=heads))[1] == [text, text]


def test_what_a_workbook_cannot_hold_is_left_out(written):
    path = written("xlsx", [["a\x01b\ufffe", "x" * 40_000, "r\r\nn"]], heads=[Head("a", "text")])
    rows = read_xlsx(path)
    assert rows[1] == ["ab"] and len(rows[2][0]) == cells.LONGEST_TEXT and rows[3] == ["r\nn"]


def test_values_keep_their_kind(written):
    values = [1, -5, 2.5, Decimal("3.10"), date(2026, 3, 10), None, "", True, 12345678901234567]
    heads = [Head("a")]
    found = [row[0] for row in read_csv(written("csv", [values], heads=heads))[1:]]
    assert found == ["1", "-5", "2.5", "3.10", "2026-03-10", "", "", "True", "12345678901234567"]
    found = [row[0] for row in read_xlsx(written("xlsx", [values], heads=heads))[1:]]
    assert found[:5] == [1, -5, 2.5, 3.1, date(2026, 3, 10)]
    assert found[7:] == ["True", "12345678901234567"]


def test_the_head_is_bold_frozen_and_filters(written):
    with zipfile.ZipFile(written("xlsx", table(3))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert 'state="frozen"' in sheet and 'topLeftCell="A2"' in sheet
    assert '<autoFilter ref="A1:D4"/>' in sheet and '<dimension ref="A1:D4"/>' in sheet
    assert "<b/>" in styles and "yyyy\\-mm\\-dd" in styles.replace("yyyy-mm-dd", "yyyy\\-mm\\-dd")


@pytest.mark.parametrize("rows", [3, 4, 7])
def test_more_rows_than_a_sheet_holds_go_on_the_next(written, monkeypatch, rows):
    monkeypatch.setattr(writers.XlsxPieces, "rows_in_sheet", 3)
    path = written("xlsx", table(2), table(rows - 2, 2), title="All [tickets]: 'a/b' " + "长" * 40)
    book = load_workbook(str(path))
    found = [book.get_sheet_by_index(n).to_python() for n in range(len(book.sheet_names))]
    assert len(found) == -(-rows // 3) and len(set(book.sheet_names)) == len(found)
    assert all(len(name) <= 31 for name in book.sheet_names)
    assert [row[0] for sheet in found for row in sheet[1:]] == table(rows)[0]
    assert {tuple(sheet[0]) for sheet in found} == {("编号", "状态", "件数", "时间")}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
class TestPieces:
    @pytest.fixture(autouse=True)
    def place(self, tmp_path, kind):
        self.path, self.kind = tmp_path / f"file.{kind}", kind

    def taken_up(self, place=None):
        return writers.pieces(self.kind, self.path, HEADS, zone=CHINA, place=place)

    def rows(self):
        return read_csv(self.path) if self.kind == "csv" else read_xlsx(self.path)

    def test_another_worker_goes_on(self):
        place = None
        for first in range(0, 9, 3):
            pieces = self.taken_up(place)
            pieces.write(table(3, first))
            pieces.close()
            place = pieces.place
        self.taken_up(place).finish("工单")
        assert [row[0] for row in self.rows()[1:]] == table(9)[0]

    def test_what_was_not_kept_is_not_read(self):
        first = self.taken_up()
        first.write(table(3))
        place = first.place
        first.write(table(3, 3))  # killed before this was kept
        second = self.taken_up(place)
        second.write(table(2, 3))
        first.write(table(5, 50))  # or not quite dead
        second.finish("工单")
        assert [row[0] for row in self.rows()[1:]] == table(5)[0]

    def test_nothing_is_there_before_the_end(self):
        pieces = self.taken_up()
        pieces.write(table(3))
        assert not self.path.exists()
        assert all(item.suffix == ".part" for item in self.path.parent.iterdir())

    def test_lost_pieces_are_noticed(self):
        pieces = self.taken_up()
        pieces.write(table(3))
        pieces.close()
        place = pieces.place
        for item in self.path.parent.iterdir():
            item.write_bytes(b"")
        with pytest.raises(writers.Lost):
            self.taken_up(place)

    def test_a_failed_end_leaves_no_half_file(self, monkeypatch):
        pieces = self.taken_up()
        pieces.write(table(3))
        monkeypatch.setattr(pieces, "of_sheet", lambda sheet: iter([b"x", 1]))
        with pytest.raises(TypeError):
            pieces.finish("工单")
        assert not self.path.exists()
        self.taken_up(pieces.place).finish("工单")
        assert len(self.rows()) == 4


def test_the_clock_forgets_when_it_knows_too_much(monkeypatch):
    monkeypatch.setattr(cells.Clock, "MOST_KNOWN", 10)
    clock = cells.Clock(CHINA)
    begin = datetime(2026, 3, 8, tzinfo=UTC)
    moments = [begin + timedelta(hours=number) for number in range(50)]
    for moment in moments:
        shown = moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        assert clock.texts([ticks(moment)]) == [shown]
    assert len(clock.shifts) <= 12
