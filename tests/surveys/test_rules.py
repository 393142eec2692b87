from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import rules


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("scale", 1, True), ("scale", 5, True), ("scale", 0, False), ("scale", 6, False),
        ("scale", "3", False), ("nps", 0, True), ("nps", 10, True), ("nps", 11, False),
        ("nps", -1, False), ("text", "好", True), ("text", "x" * 2001, False), ("text", 3, False),
    ],
)  # fmt: skip
def test_what_fits_a_question(kind, value, fits):
    assert rules.fits(kind, value) is fits


@pytest.mark.parametrize(("overall", "low"), [(None, False), (1, True), (2, True), (3, False)])
def test_what_is_low(overall, low):
    assert rules.is_low(overall, 2) is low


def test_satisfaction_is_the_mean_and_the_share_of_4_and_5():
    assert rules.csat([5, 4, 3, 1]) == rules.Csat(4, 3.25, 50.0)
    assert rules.csat([]) == rules.Csat(0, None, None)


def test_recommendation_by_hand():
    """6 promoters, 2 passive, 2 detractors: 60 − 20 = 40; √((.6 + .2 − .16) / 10) = 25.3."""
    found = rules.nps([10, 10, 9, 9, 9, 9, 8, 7, 6, 0])
    assert (found.n, found.promoters, found.detractors) == (10, 6, 2)
    assert found.score == pytest.approx(40)
    assert found.error == pytest.approx(100 * sqrt(0.064))
    assert rules.nps([]) == rules.Nps(0, 0, 0, None, None)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=200))
def test_recommendation_stays_in_its_range(scores):
    found = rules.nps(scores)
    assert -100 <= found.score <= 100
    assert 0 <= found.error <= 100
    everybody_agrees = len({(s >= 9) - (s <= 6) for s in scores}) == 1
    assert (found.error < 1e-6) == everybody_agrees
