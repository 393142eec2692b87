"""Vectors of the trade's rules, and properties against stepping by the minute."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from foundation.calendars.defaults import office
from foundation.calendars.rules import (
    DAYS,
    Hours,
    Length,
    add,
    compile_hours,
    count,
    due,
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
