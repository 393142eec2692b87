"""Due times and warning points of promises: plain arithmetic on hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.calendars.rules import ROUND_THE_CLOCK, compile_hours, count
from tickets.rules import clocks

CHINA = ZoneInfo("Asia/Shanghai")
WEEK = ("mon", "tue", "wed", "thu", "fri")
OFFICE = compile_hours(
    {"timezone": "Asia/Shanghai", "week": {day: [["09:00", "18:00"]] for day in WEEK}}
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=CHINA)


TUESDAY = at("10 10:00")
lengths = st.one_of(
    st.integers(1, 5000).map("{}m".format),
    st.integers(1, 10).map("{}w".format),
    st.integers(1, 20).map("{}d".format),
)
moments = st.integers(0, 20 * 24 * 60).map(lambda n: TUESDAY + timedelta(minutes=n))


def spans(rows) -> list:
    """Pairs of moments as pauses, whatever their order."""
    return [(min(pair), max(pair)) for pair in rows]


@settings(deadline=None)
@given(lengths, st.integers(0, 100), moments, st.lists(st.tuples(moments, moments), max_size=4))
def test_the_warning_lies_between_start_and_end(length, percent, start, pairs):
    pauses = spans(pairs)
    due = clocks.due(OFFICE, start, length, pauses)
    warn = clocks.warn_at(OFFICE, start, due, length, percent, pauses)
    assert start <= warn <= due


@settings(deadline=None)
@given(st.integers(4, 3000), moments, st.lists(st.tuples(moments, moments), max_size=3))
def test_the_warning_comes_when_the_share_has_run(minutes, start, pairs):
    """Counted minute by minute, apart from the arithmetic."""
    pauses = spans(pairs)
    due = clocks.due(OFFICE, start, f"{minutes}m", pauses)
    warn = clocks.warn_at(OFFICE, start, due, f"{minutes}m", 50, pauses)
    ran, moment = 0, start
    while moment < warn:
        step = min(timedelta(minutes=1), warn - moment)
        if not any(begin <= moment < end for begin, end in pauses):
            ran += count(OFFICE, moment, moment + step)
        moment += step
    assert ran == minutes * 30


def test_a_share_of_the_time_round_the_clock():
    due = clocks.due(ROUND_THE_CLOCK, TUESDAY, "60m")
    assert due == TUESDAY + timedelta(hours=1)
    warn = clocks.warn_at(ROUND_THE_CLOCK, TUESDAY, due, "60m", 75)
    assert warn == TUESDAY + timedelta(minutes=45)


def test_a_share_of_a_legal_clock_is_of_all_days():
    due = clocks.due(OFFICE, TUESDAY, "10d")
    warn = clocks.warn_at(OFFICE, TUESDAY, due, "10d", 50)
    assert warn == TUESDAY + (due - TUESDAY) / 2


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([], "12 12:00"),
        ([("11 09:00", "11 10:00")], "12 13:00"),
        # Outside of working hours nothing is lost.
        ([("10 19:00", "11 08:00")], "12 12:00"),
        # What was left when it was paused runs on.
        ([("12 11:00", "13 09:00")], "13 10:00"),
        # The union counts once.
        ([("11 09:00", "11 10:00"), ("11 09:30", "11 10:30")], "12 13:30"),
        # A pause that begins after the date, but before the date it was moved to.
        ([("11 09:00", "11 11:00"), ("12 13:00", "12 15:00")], "12 16:00"),
        ([("12 13:00", "12 15:00")], "12 12:00"),
    ],
)
def test_a_named_date_moves_by_the_working_time_paused_before_it(pauses, due):
    found = clocks.due(
        OFFICE, TUESDAY, "fixed", [(at(a), at(b)) for a, b in pauses], at("12 12:00")
    )
    assert found == at(due)


def test_an_open_pause_holds_a_named_date():
    assert clocks.due(OFFICE, TUESDAY, "fixed", [(at("11 09:00"), None)], at("12 12:00")) is None
    late = clocks.due(OFFICE, TUESDAY, "fixed", [(at("12 13:00"), None)], at("12 12:00"))
    assert late == at("12 12:00")


def test_exactly_in_time_is_in_time():
    due = datetime(2026, 3, 10, tzinfo=UTC)
    assert not clocks.is_late(due, due)
    assert clocks.is_late(due, due + timedelta(microseconds=1))
