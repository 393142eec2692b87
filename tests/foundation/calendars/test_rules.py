"""Vectors of the trade's rules, and properties against stepping by the minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.calendars.defaults import office
from foundation.calendars.rules import (
    DAYS,
    ROUND_THE_CLOCK,
    Hours,
    Length,
    OutOfRange,
    SpecError,
    add,
    compile_hours,
    count,
    due,
    explain,
    next_opening,
    normal_spec,
    segments,
    unloaded_years,
)

CHINA = ZoneInfo("Asia/Shanghai")
OFFICE = compile_hours(office())
LUNCH = {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in DAYS[:5]}
ZONES = [
    "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata",
    "Asia/Kathmandu", "UTC",
]  # fmt: skip


def at(text: str, zone=CHINA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def hours(week, zone="Asia/Shanghai", **rest) -> Hours:
    return compile_hours({"timezone": zone, "week": week, **rest})


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-02-13 17:50", 30, "2026-02-14 09:20"),
        ("2026-02-14 17:30", 240, "2026-02-24 12:30"),
        ("2026-04-30 17:30", 60, "2026-05-06 09:30"),
        ("2026-05-08 17:00", 240, "2026-05-09 12:00"),
        ("2026-09-30 16:00", 480, "2026-10-08 15:00"),
        ("2026-10-09 15:00", 480, "2026-10-10 14:00"),
        ("2026-01-04 10:00", 120, "2026-01-04 12:00"),
    ],
)
def test_working_minutes_of_china(start, minutes, expected):
    assert add(OFFICE, at(start), minutes * 60) == at(expected)
    assert count(OFFICE, at(start), at(expected)) == minutes * 60
    assert due(OFFICE, at(start), Length(minutes, "minutes")) == at(expected)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-02-10", 7, "2026-02-24"),
        ("2026-02-10", 15, "2026-02-25"),
        ("2026-02-07", 7, "2026-02-14"),
        ("2026-09-24", 7, "2026-10-08"),
        ("2026-04-25", 7, "2026-05-06"),
        ("2026-05-01", 15, "2026-05-18"),
    ],
)
def test_legal_days_end_at_midnight_of_a_working_day(start, days, last):
    for clock in ("00:00", "10:30", "23:59"):
        found = due(OFFICE, at(f"{start} {clock}"), Length(days, "calendar_days"))
        assert found == at(f"{last} 00:00") + timedelta(days=1)


@pytest.mark.parametrize(("year", "expected"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year, expected):
    first = date(year, 1, 1).toordinal()
    days = map(date.fromordinal, range(first, date(year + 1, 1, 1).toordinal()))
    assert sum(bool(OFFICE.day(day)) for day in days) == expected


# Spans that are odd on purpose.


def test_a_budget_that_ends_at_closing_time_is_due_at_closing_time():
    assert add(OFFICE, at("2026-03-02 17:00"), 3600) == at("2026-03-02 18:00")
    assert add(OFFICE, at("2026-03-02 18:00"), 9 * 3600) == at("2026-03-03 18:00")
    assert add(OFFICE, at("2026-03-07 12:00"), 0) == at("2026-03-07 12:00")


def test_a_shift_past_midnight_belongs_to_the_day_it_begins_on():
    night = hours({"mon": [["22:00", "06:00"]]}, exceptions={"2026-03-09": []})
    assert add(night, at("2026-03-02 23:00"), 4 * 3600) == at("2026-03-03 03:00")
    assert next_opening(night, at("2026-03-03 03:00")) == at("2026-03-03 03:00")
    assert next_opening(night, at("2026-03-03 06:00")) == at("2026-03-16 22:00")
    assert count(night, at("2026-03-01 00:00"), at("2026-03-17 00:00")) == (8 + 2) * 3600


def test_equal_begin_and_end_are_a_whole_day_and_overlaps_count_once():
    duty = hours({"sat": [["08:00", "08:00"], ["20:00", "10:00"]]})
    assert count(duty, at("2026-03-01 12:00"), at("2026-03-09 00:00")) == 26 * 3600
    assert normal_spec(normal_spec({"timezone": "UTC", "week": {"sat": [["08:00", "08:00"]]}}))[
        "week"
    ]["sat"] == [["08:00", "08:00"]]


@pytest.mark.parametrize(
    ("zone", "day", "worked"),
    [
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Europe/Berlin", "2026-03-29", 23),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
    ],
)
def test_summer_time_counts_what_really_passes(zone, day, worked):
    whole = hours({name: [["00:00", "24:00"]] for name in DAYS}, zone)
    night = hours({name: [["22:00", "06:00"]] for name in DAYS}, zone)
    begin = at(f"{day} 00:00", ZoneInfo(zone))
    end = begin + timedelta(days=1)
    assert count(whole, begin, end) == worked * 3600
    evening = begin - timedelta(hours=2)
    assert count(night, evening, begin + timedelta(hours=6)) == (worked - 24 + 8) * 3600


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ([], "object"),
        ({"week": {}}, "time zone"),
        ({"timezone": "Mars", "week": {}}, "Mars"),
        ({"timezone": "UTC", "week": {"day": []}}, "'day'"),
        ({"timezone": "UTC", "week": {"mon": [["24:00", "09:00"]]}}, "mon: '24:00'"),
        ({"timezone": "UTC", "week": {"mon": [["9:75", "10:00"]]}}, "9:75"),
        ({"timezone": "UTC", "week": {"mon": ["09:00"]}}, "pairs"),
        ({"timezone": "UTC", "week": {}, "exceptions": {"2026-02-30": []}}, "2026-02-30"),
        ({"timezone": "UTC", "weeks": {}}, "weeks"),
        ({"timezone": "UTC", "week": {}, "notices": ["2026"]}, "notices"),
    ],
)
def test_a_spec_that_is_none_says_what_is_wrong(spec, told):
    with pytest.raises(SpecError, match=told):
        compile_hours(spec)


def test_hours_that_never_open_are_no_endless_search():
    never = hours({}, exceptions={"2026-03-02": [["09:00", "10:00"]]})
    assert add(never, at("2026-01-01 00:00"), 3600) == at("2026-03-02 10:00")
    assert next_opening(never, at("2026-03-02 10:00")) is None
    for length in (Length(61, "minutes"), Length(2, "days")):
        with pytest.raises(OutOfRange):
            due(never, at("2026-01-01 00:00"), length)
    with pytest.raises(OutOfRange):
        add(OFFICE, at("1950-01-01 00:00"), 60)
    with pytest.raises(OutOfRange):
        due(OFFICE, at("2026-01-01 00:00"), Length(10**9, "calendar_days"))


def test_years_are_known_or_named():
    assert unloaded_years(OFFICE, at("2026-12-31 23:00"), at("2027-01-01 00:00")) == {2027}
    assert unloaded_years(OFFICE, at("2024-01-01 00:00"), at("2026-12-31 23:00")) == set()
    assert unloaded_years(ROUND_THE_CLOCK, at("2020-01-01 00:00"), at("2030-01-01 00:00")) == set()


# Working days, legal days, pauses


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-02-13 10:00", 1, "2026-02-14 10:00"),
        ("2026-02-13 10:00", 2, "2026-02-24 10:00"),
        ("2026-02-13 18:30", 1, "2026-02-24 09:00"),
        ("2026-02-15 12:00", 3, "2026-02-27 09:00"),
        ("2026-02-13 10:00", 0, "2026-02-13 10:00"),
    ],
)
def test_working_days_keep_the_time_of_day(start, days, expected):
    assert due(OFFICE, at(start), Length(days, "days")) == at(expected)


def test_a_working_day_that_is_closed_then():
    week = {"mon": [["09:00", "18:00"]], "tue": [["09:00", "12:00"], ["14:00", "16:00"]]}
    odd = hours(week)
    due_on = {"11:00": "11:00", "13:00": "14:00", "17:00": "16:00"}
    for start, expected in due_on.items():
        found = due(odd, at(f"2026-03-02 {start}"), Length(1, "days"))
        assert found == at(f"2026-03-03 {expected}")


def test_pauses_of_each_kind_of_length():
    pauses = [
        (at("2026-03-02 17:00"), at("2026-03-03 10:00")),
        (at("2026-03-02 12:00"), at("2026-03-02 13:00")),
    ]
    start = at("2026-03-02 11:00")
    assert due(OFFICE, start, Length(480, "minutes"), pauses) == at("2026-03-03 13:00")
    # Three working hours were paused.
    assert due(OFFICE, start, Length(1, "days"), pauses) == at("2026-03-03 14:00")
    # Eighteen hours were paused; a legal clock ends with a day.
    assert due(OFFICE, start, Length(1, "calendar_days"), pauses) == at("2026-03-05 00:00")
    night = [(at("2026-03-02 19:00"), at("2026-03-03 08:00"))]
    assert due(OFFICE, start, Length(480, "minutes"), night) == at("2026-03-03 10:00")


@pytest.mark.parametrize("unit", ["minutes", "days", "calendar_days"])
def test_a_pause_that_lasts_holds_what_is_not_due_before_it(unit):
    start, long = (
        at("2026-03-02 11:00"),
        Length(600, "minutes") if unit == "minutes" else Length(9, unit),
    )
    short = Length(30, "minutes") if unit == "minutes" else Length(1, unit)
    open_pause = [(at("2026-03-04 09:00"), None)]
    assert due(OFFICE, start, short, open_pause) == due(OFFICE, start, short)
    assert due(OFFICE, start, long, [(at("2026-03-02 12:00"), None)]) is None


# Against stepping by the minute. Random weeks, zones and days on which clocks change.

clocks = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
days_of_hours = st.lists(
    st.tuples(clocks, st.one_of(clocks, st.just("24:00"))).map(list), max_size=3
)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
CHANGES = [
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
]


@st.composite
def calendars(draw):
    dated = st.one_of(st.sampled_from(CHANGES), st.dates(date(2026, 1, 1), date(2026, 12, 30))).map(
        date.isoformat
    )
    return {
        "timezone": draw(st.sampled_from(ZONES)),
        "week": {day: draw(days_of_hours) for day in DAYS},
        "exceptions": draw(st.dictionaries(dated, days_of_hours, max_size=4)),
    }


@st.composite
def moments(draw):
    near = draw(st.sampled_from([*CHANGES, date(2026, 6, 15), date(2026, 12, 30)]))
    minutes = draw(st.integers(-2 * 1440, 2 * 1440))
    return datetime(near.year, near.month, near.day, tzinfo=UTC) + timedelta(minutes=minutes)


def is_open(spec: dict, moment: datetime) -> bool:
    """By the clock on the wall and the text of the calendar, without any of our code."""
    local = moment.astimezone(ZoneInfo(spec["timezone"]))

    def spans(day):
        rows = spec["exceptions"].get(day.isoformat())
        return spec["week"][DAYS[day.weekday()]] if rows is None else rows

    now, today = f"{local:%H:%M}", local.date()
    for begin, end in spans(today):
        if now >= begin and (now < end or end <= begin):
            return True
    return any(end <= begin and now < end for begin, end in spans(today - timedelta(days=1)))


def stepped(spec: dict, start: datetime, minutes: int) -> int:
    return sum(is_open(spec, start + timedelta(minutes=step)) for step in range(minutes))


@settings(max_examples=150, deadline=None)
@given(spec=calendars(), start=moments(), minutes=st.integers(0, 1500))
def test_count_agrees_with_stepping_by_the_minute(spec, start, minutes):
    end = start + timedelta(minutes=minutes)
    compiled = compile_hours(spec)
    assert count(compiled, start, end) == stepped(spec, start, minutes) * 60
    assert sum(int((b - a).total_seconds()) for a, b in segments(compiled, start, end)) == count(
        compiled, start, end
    )


@settings(max_examples=100, deadline=None)
@given(spec=calendars(), start=moments(), budget=st.integers(1, 600))
def test_add_agrees_with_stepping_by_the_minute(spec, start, budget):
    compiled = compile_hours(spec)
    left, step = budget, 0
    while left and step < 3000:
        left -= is_open(spec, start + timedelta(minutes=step))
        step += 1
    if not left:
        assert add(compiled, start, budget * 60) == start + timedelta(minutes=step)


@settings(max_examples=200, deadline=None)
@given(
    spec=calendars(), start=moments(), seconds=st.integers(0, 400_000), more=st.integers(0, 90_000)
)
def test_add_and_count_are_inverse_and_monotone(spec, start, seconds, more):
    compiled = compile_hours(spec)
    try:
        end, later = add(compiled, start, seconds), add(compiled, start, seconds + more)
    except OutOfRange:
        assert not any(spec["week"].values())
        return
    assert count(compiled, start, end) == seconds
    assert start <= end <= later
    assert add(compiled, start + timedelta(minutes=1), seconds) >= end


@settings(max_examples=200, deadline=None)
@given(
    start=moments(),
    spans=st.lists(st.tuples(st.integers(-500, 9000), st.integers(0, 2000)), max_size=5),
    minutes=st.integers(0, 3000),
)
def test_running_time_without_the_pauses_is_the_budget(start, spans, minutes):
    pauses = [
        (start + timedelta(minutes=begin), start + timedelta(minutes=begin + length))
        for begin, length in spans
    ]
    end = due(OFFICE, start, Length(minutes, "minutes"), pauses)
    running, since = 0, start
    for begin, until in sorted(pauses):
        if begin > since:
            running += count(OFFICE, since, min(begin, end))
        since = max(since, until)
    running += count(OFFICE, since, end)
    assert running == minutes * 60
    told = explain(OFFICE, start, Length(minutes, "minutes"), pauses)
    assert told.due == end
    assert sum(line.seconds for line in told.lines if line.kind != "pause") == minutes * 60


@settings(max_examples=100, deadline=None)
@given(
    start=moments(),
    unit=st.sampled_from(["minutes", "days", "calendar_days"]),
    amount=st.integers(0, 40),
    begin=st.integers(0, 6000),
    length=st.integers(0, 6000),
)
def test_a_pause_never_brings_the_end_nearer(start, unit, amount, begin, length):
    pause = start + timedelta(minutes=begin), start + timedelta(minutes=begin + length)
    asked = Length(amount, unit)
    assert due(OFFICE, start, asked, [pause]) >= due(OFFICE, start, asked)
    longer = pause[0], pause[1] + timedelta(minutes=90)
    assert due(OFFICE, start, asked, [longer]) >= due(OFFICE, start, asked, [pause])


# Explanations


def steps(told):
    return [(line.kind, line.days, line.seconds // 60) for line in told.lines]


def test_an_explanation_adds_up_line_by_line():
    told = explain(OFFICE, at("2026-02-14 17:30"), Length(240, "minutes"))
    assert steps(told) == [("makeup", 1, 30), ("off", 9, 0), ("counted", 1, 210)]
    assert told.lines[1].day == date(2026, 2, 15) and told.lines[1].until == date(2026, 2, 23)
    assert "Spring Festival" in told.lines[1].name
    assert told.due == at("2026-02-24 12:30") and told.total == 240 * 60


def test_equal_days_in_a_row_are_one_line():
    told = explain(OFFICE, at("2026-03-09 09:00"), Length(5 * 540 + 60, "minutes"))
    assert steps(told) == [("counted", 5, 2700), ("closed", 2, 0), ("counted", 1, 60)]


def test_an_explanation_of_legal_days_names_the_roll_over():
    told = explain(OFFICE, at("2026-05-01 10:00"), Length(15, "calendar_days"))
    assert [line.kind for line in told.lines] == ["start", "counted", "rolled"]
    assert told.lines[2].until == date(2026, 5, 18)


def test_what_a_pause_holds_is_told_until_the_pause():
    told = explain(
        OFFICE, at("2026-03-02 09:00"), Length(600, "minutes"), [(at("2026-03-02 12:00"), None)]
    )
    assert told.due is None and steps(told) == [("counted", 1, 180), ("pause", 0, 0)]
