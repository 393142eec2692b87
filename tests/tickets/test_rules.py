import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets import rules


@given(st.integers(2000, 2999), st.integers(1, 999_999))
def test_a_number_reads_back_however_it_is_typed(year, sequence):
    number = rules.ticket_number(year, sequence)
    for typed in (number, number.replace("-", ""), f" {number} ", number.replace("-", "－")):
        assert rules.parse_number(typed) == number


@given(st.integers(1, 999_999), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(sequence, place, shift):
    digits = rules.ticket_number(2026, sequence).replace("-", "")
    wrong = str((int(digits[place]) + shift) % 10)
    assert rules.parse_number(digits[:place] + wrong + digits[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "abc", "12", "2026", "²026-000123-4", "９" * 50])
def test_nonsense_is_no_number(text):
    assert rules.parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("热水器好像漏电了", ["漏电"]),
        ("There is SMOKE coming out", ["smoke"]),
        ("the smokestack model", []),
        ("没有漏电", ["漏电"]),
        ("ＳＭＯＫＥ", ["smoke"]),
        ("", []),
    ],
)
def test_safety_words(text, found):
    assert rules.words_in(text, ["漏电", "smoke"]) == found


MATRIX = [
    rules.PriorityRow("P1", safety=True),
    rules.PriorityRow("P1", reach="batch"),
    rules.PriorityRow("P2", impact="unusable"),
    rules.PriorityRow("P3"),
]


@pytest.mark.parametrize(
    ("facts", "priority"),
    [
        ({"safety": True}, "P1"),
        ({"reach": "batch"}, "P1"),
        ({"impact": "unusable"}, "P2"),
        ({}, "P3"),
    ],
)
def test_the_first_fitting_row_decides(facts, priority):
    known = {"reach": "one", "urgency": "normal", "impact": "limited", "safety": False, **facts}
    found, row = rules.propose_priority(MATRIX, **known)
    assert found == priority
    assert row is not None


def test_without_a_row_it_is_normal():
    assert rules.propose_priority(
        [], reach="one", urgency="low", impact="blemish", safety=True
    ) == ("P3", None)


@pytest.mark.parametrize(
    ("kind", "there", "missing"),
    [
        ("fault", {}, []),
        ("fault", {"has_product": False}, ["product"]),
        ("consultation", {"has_product": False}, []),
        ("fault", {"has_contact": False, "has_symptom": False}, ["symptom", "contact"]),
    ],
)
def test_what_registration_needs(kind, there, missing):
    assert rules.missing_facts(rules.Facts(status="received", kind=kind, **there)) == missing
