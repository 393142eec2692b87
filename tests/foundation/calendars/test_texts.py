import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.calendars.defaults import office
from foundation.calendars.texts import (
    Unreadable,
    read_exceptions,
    read_intervals,
    write_exceptions,
    write_intervals,
)


@pytest.mark.parametrize(
    "text",
    [
        "09:00–12:00, 13:00–18:00",
        "０９：００～12：00，13：00－18：00",
        "9:00-12:00、13-18",
        "9 至 12；13到18",
        " 09:00 – 12:00  13:00 – 18:00 ",
    ],
)
def test_intervals_are_read_however_they_are_typed(text):
    assert read_intervals(text) == [["09:00", "12:00"], ["13:00", "18:00"]]


@pytest.mark.parametrize("text", ["", "  ", "off", "休", "休息", "-"])
def test_no_intervals(text):
    assert read_intervals(text) == []


@pytest.mark.parametrize("text", ["morning", "09:00", "09:00–12:00 and more"])
def test_what_is_no_interval_is_named(text):
    with pytest.raises(Unreadable):
        read_intervals(text)


@given(st.lists(st.tuples(st.times(), st.times()), max_size=4))
def test_written_intervals_are_read_back(spans):
    rows = [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in spans]
    assert read_intervals(write_intervals(rows)) == rows


def test_exceptions_are_read_however_they_are_typed():
    text = """
    2026-02-14 09:00–18:00 春节
    2026年2月15日至2026年2月16日：休（春节）
    2026/5/9 9-12、13-18
    2026-01-01 - 2026-01-02 off 元旦 / New Year's Day
    """
    exceptions, names = read_exceptions(text)
    assert exceptions == {
        "2026-02-14": [["09:00", "18:00"]],
        "2026-02-15": [],
        "2026-02-16": [],
        "2026-05-09": [["09:00", "12:00"], ["13:00", "18:00"]],
        "2026-01-01": [],
        "2026-01-02": [],
    }
    assert names["2026-02-16"] == "春节" and names["2026-01-02"] == "元旦 / New Year's Day"
    assert "2026-05-09" not in names


@pytest.mark.parametrize("line", ["Friday off", "2026-02-30 off", "2026-02-14", "2026-02-14 party"])
def test_a_line_that_is_not_understood_is_named(line):
    with pytest.raises(Unreadable) as found:
        read_exceptions(f"2026-01-01 off\n{line}")
    assert found.value.line == 2


@pytest.mark.parametrize("off", ["off", "休"])
def test_written_exceptions_are_read_back(off):
    spec = office()
    text = write_exceptions(spec["exceptions"], spec["names"], off)
    assert read_exceptions(text) == (spec["exceptions"], spec["names"])
