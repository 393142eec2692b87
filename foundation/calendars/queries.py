"""Which hours hold where; compiled once per process and content."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from django.db.models import F, Q

from foundation.calendars.defaults import ROUND_THE_CLOCK
from foundation.calendars.models import Calendar, CalendarVersion, ServiceHours
from foundation.calendars.rules import Hours, compile_hours, unloaded_years

__all__ = [
    "all_hours",
    "current_versions",
    "for_department",
    "hours_of",
    "unloaded_years",
    "years_to_load",
]

Version = tuple[str, int]
NAMED = ("calendar__key", "number", "digest")


# {digest: hours}. By content, so that what a rolled-back transaction published is never taken for
# what holds.
_compiled: dict[str, Hours] = {}
MOST_COMPILED = 256


def _hours(digests: set[str]) -> dict[str, Hours]:
    found = {digest: _compiled[digest] for digest in digests & _compiled.keys()}
    if missing := digests - found.keys():
        rows = CalendarVersion.objects.filter(digest__in=missing).order_by()
        if len(_compiled) > MOST_COMPILED:
            _compiled.clear()
        for digest, spec in rows.values_list("digest", "spec"):
            found[digest] = _compiled[digest] = compile_hours(spec)
    return found


def hours_of(calendar_key: str, version: int | None = None) -> tuple[Hours, int]:
    """(compiled hours, number) of a version of a calendar, the current one by default.

    One small query; compiled hours are kept in the process. Raises CalendarVersion.DoesNotExist.
    """
    number = F("calendar__version") if version is None else version
    rows = CalendarVersion.objects.filter(calendar__key=calendar_key, number=number)
    number, digest = rows.values_list("number", "digest").get()
    return _hours({digest})[digest], number


def all_hours(versions: Iterable[Version]) -> dict[Version, Hours]:
    """{(calendar key, number): compiled hours} of many versions in one query.

    One more where some are not compiled in this process yet.
    """
    wanted = set(versions)
    if not wanted:
        return {}
    asked = Q()
    for key, number in wanted:
        asked |= Q(calendar__key=key, number=number)
    rows = CalendarVersion.objects.filter(asked).order_by()
    digests = {(key, no): digest for key, no, digest in rows.values_list(*NAMED)}
    hours = _hours(set(digests.values()))
    return {version: hours[digest] for version, digest in digests.items()}


def for_department(
    department_id: int | None, purpose: Literal["service", "callbacks"] = "service"
) -> str:
    """The key of a department's calendar: its own, else the organisation's, else round the clock."""
    column = "calendar__key" if purpose == "service" else "callbacks__key"
    rows = dict(
        ServiceHours.objects.filter(Q(department=department_id) | Q(department__isnull=True))
        .order_by()
        .values_list("department", column)
    )
    return rows.get(department_id) or rows.get(None) or ROUND_THE_CLOCK


def current_versions() -> dict[str, int]:
    """{key: number of the version that holds now} of every calendar, in one query."""
    return dict(Calendar.objects.filter(version__gt=0).order_by().values_list("key", "version"))


def years_to_load(hours: Hours, at: datetime) -> list[int]:
    """The years whose official days off are due and not loaded: this one, and the next from the
    middle of November on (the notice comes out each November). Nothing where none are kept."""
    if hours.notices is None:
        return []
    local = at.astimezone(hours.zone)
    years = {local.year}
    if (local.month, local.day) >= (11, 15):
        years.add(local.year + 1)
    return sorted(years - hours.notices)


def calendars_to_load(at: datetime) -> list[tuple[Calendar, list[int]]]:
    """(calendar, years) of the calendars in use whose official days off are to be loaded."""
    rows = list(Calendar.objects.filter(is_active=True, version__gt=0))
    hours = all_hours((row.key, row.version) for row in rows)
    found = [(row, years_to_load(hours[row.key, row.version], at)) for row in rows]
    return [(row, years) for row, years in found if years]


def spec_of(calendar: Calendar) -> dict:
    """What the calendar says now."""
    return calendar.versions.values_list("spec", flat=True).get(number=calendar.version)
