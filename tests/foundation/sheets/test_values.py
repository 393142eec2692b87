from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from customers.choices import CustomerKind
from foundation.sheets import values


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-01",
        "2026/3/1",
        "2026.3.1",
        "2026年3月1日",
        "2026 年 3 月 1 日",
        "20260301",
        "46082",
        "46082.0",
        "46082.75",
        "2026-03-01 14:30:00",
        "2026-03-01T14:30:00Z",
        "2026/3/1 9:05",
        "２０２６／３／１",
    ],
)
def test_a_day_in_every_form_people_write(cell):
    assert values.day(cell) == date(2026, 3, 1)


@pytest.mark.parametrize(
    "cell", ["someday", "2026-13-01", "2026-02-30", "1.3.2026", "12", "99999", "2026-03-01 25:00"]
)
def test_what_is_no_day_says_how_to_write_one(cell):
    with pytest.raises(ValidationError, match="2026-03-01"):
        values.day(cell)


def test_a_moment_stands_in_the_zone_of_the_reader():
    moment = values.moment("Asia/Shanghai")
    assert moment("2026-03-01 14:30") == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert moment("46082.5") == datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
    assert moment("2026-03-01T14:30:00+00:00") == datetime(2026, 3, 1, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("13812345678.0", "13812345678"),
        ("1.3812345678E+10", "13812345678"),
        ("00123", "00123"),
        ("1E5", "1E5"),
        (" SN-1 ", "SN-1"),
    ],
)
def test_numbers_that_are_names_stay_whole(cell, name):
    assert values.code()(cell) == name


def test_a_number_that_lost_its_digits_is_refused():
    with pytest.raises(ValidationError, match="Format the column as text"):
        values.code()("1.38E+10")


def test_words_too_long_are_refused():
    with pytest.raises(ValidationError, match="60 characters"):
        values.limited(60)("x" * 61)


@pytest.mark.parametrize(
    ("cell", "number"), [("1,200.50", "1200.50"), ("￥1200", "1200"), ("１２", "12"), ("-3", "-3")]
)
def test_numbers(cell, number):
    assert values.number(cell) == Decimal(number)


@pytest.mark.parametrize("cell", ["nan", "inf", "abc", "1e99", ""])
def test_what_is_no_number(cell):
    with pytest.raises(ValidationError, match="not a number"):
        values.number(cell)


def test_choices_by_key_label_and_other_words():
    kind = values.choice(CustomerKind, {"单位": "company"})
    assert [kind(cell) for cell in ("person", "Company", "单位", "经销商")] == [
        "person",
        "company",
        "company",
        "dealer",
    ]
    with pytest.raises(ValidationError, match="person, company, dealer"):
        kind("alien")


def test_yes_and_no():
    assert [values.yes_no(cell) for cell in ("是", "Yes", "1.0", "否", "FALSE")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(ValidationError, match="yes or no"):
        values.yes_no("maybe")
