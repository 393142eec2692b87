from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.lists import rules


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("", 1), (None, 1), ("²", 1), ("３", 1),
        ("9" * 9, rules.LAST_PAGE), ("9" * 40, 1),
    ],
)  # fmt: skip
def test_a_page_is_a_number_that_a_database_can_count_to(text, number):
    assert rules.page_number(text) == number


@pytest.mark.parametrize(
    ("text", "borders"),
    [
        ("2026-03-01..2026-03-10", (date(2026, 3, 1), date(2026, 3, 10))),
        ("2026-03-01..", (date(2026, 3, 1), None)),
        ("..2026-03-10", (None, date(2026, 3, 10))),
        ("2026-03-10..2026-03-01", None),
        ("2026-03-01", None),
        ("..", None),
        ("1026-03-01..", None),
        ("9999-12-31..", None),
        ("2026-02-30..", None),
        ("yesterday..", None),
    ],
)
def test_a_range_of_days(text, borders):
    assert rules.day_range(text) == borders


@given(st.text())
def test_no_text_breaks_reading(text):
    rules.day_range(text)
    rules.page_number(text)
    assert rules.rows_per_page(text) in rules.ROWS


def test_columns_are_those_that_exist_each_once():
    known = ["number", "state", "what"]
    assert rules.chosen(["what", "x", "what", "number"], known, ["number"]) == ["number", "what"]
