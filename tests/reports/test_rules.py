from datetime import UTC, datetime, timedelta
from statistics import fmean, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import rules

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_minutes_are_whole_and_need_both_ends():
    assert rules.minutes_between(NOON, NOON + timedelta(seconds=119)) == 1
    assert rules.minutes_between(NOON, None) is None
    assert rules.minutes_between(None, NOON) is None


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([], 0),
        ([(0, 30)], 30),
        ([(0, 30), (10, 40)], 40),
        ([(0, 60), (10, 20), (50, 70)], 70),
        ([(10, 20), (0, 5)], 15),
        ([(-60, 10)], 10),
        ([(90, None)], 30),
        ([(200, 300)], 0),
    ],
)
def test_time_on_hold_is_the_union_inside_the_cycle(spans, minutes):
    moments = [(at(begin), None if end is None else at(end)) for begin, end in spans]
    assert rules.minutes_within(moments, NOON, at(120)) == minutes


@given(st.lists(st.floats(0, 1e8), min_size=2, max_size=40))
def test_measures_are_those_of_a_spreadsheet(values):
    """`statistics.quantiles` with method inclusive is PERCENTILE: position = share × (n − 1)."""
    told = rules.measured(values)
    tenths = quantiles(values, n=10, method="inclusive")
    assert (told["median"], told["p90"]) == pytest.approx((tenths[4], tenths[8]))
    assert told["mean"] == pytest.approx(fmean(values))


def test_measures_of_nothing_and_of_one():
    assert set(rules.measured([]).values()) == {None}
    assert set(rules.measured([7.0]).values()) == {7.0}
