"""The calendars that every installation starts with."""

from django.conf import settings
from django.utils import timezone

from foundation.accounts.defaults import ship
from foundation.calendars.models import Calendar, CalendarVersion, ServiceHours, digest_of
from foundation.calendars.notices import official_days
from foundation.calendars.rules import DAYS, normal_spec, with_days

ROUND_THE_CLOCK = "24x7"
SHIPPED_NOTICES = (2024, 2025, 2026)


def office() -> dict:
    """Monday to Friday 09:00–18:00 with China's days off and make-up days."""
    spec = {
        "timezone": "Asia/Shanghai",
        "week": {day: [["09:00", "18:00"]] for day in DAYS[:5]},
    }
    for year in SHIPPED_NOTICES:
        spec = with_days(spec, official_days(year), [year])
    return spec


def daily(zone: str, begin: str, end: str) -> dict:
    return normal_spec({"timezone": zone, "week": {day: [[begin, end]] for day in DAYS}})


def ship_calendars(**kwargs) -> None:
    """The three calendars with their first versions, and the organisation's hours."""
    rows = [
        (ROUND_THE_CLOCK, "全天候", "Round the clock", daily(settings.TIME_ZONE, "00:00", "24:00")),
        ("office", "办公时间", "Office hours", office()),
        ("callback", "回访时间", "Callback hours", daily("Asia/Shanghai", "09:00", "20:00")),
    ]
    ship(
        Calendar,
        ("key",),
        [{"key": key, "name_zh": zh, "name_en": en, "version": 1} for key, zh, en, _ in rows],
    )
    calendars = {row.key: row for row in Calendar.objects.all()}
    ship(
        CalendarVersion,
        ("calendar", "number"),
        [
            {
                "calendar": calendars[key],
                "number": 1,
                "spec": spec,
                "digest": digest_of(spec),
                "reason": "",
                "made_at": timezone.now(),
            }
            for key, _zh, _en, spec in rows
            if key in calendars
        ],
    )
    if {"office", "callback"} <= calendars.keys():
        hours = {"calendar": calendars["office"], "callbacks": calendars["callback"]}
        ship(ServiceHours, ("department",), [{"department": None, **hours}])
