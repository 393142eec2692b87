"""China's official days off and make-up working days, from the offline tables of `chinesecalendar`."""

from datetime import date

import chinese_calendar

NAMES = {
    holiday.value: f"{holiday.chinese} / {holiday.value}" for holiday in chinese_calendar.Holiday
}


def known_years() -> range:
    """The years whose notice the installed package has."""
    days = chinese_calendar.holidays
    return range(min(days).year, max(days).year + 1)


def official_days(year: int) -> dict[date, tuple[bool, str]]:
    """{date: (is a make-up working day, name)} of a known year; KeyError for others."""
    if year not in known_years():
        raise KeyError(year)
    days = {
        day: (False, NAMES.get(str(name), str(name)))
        for day, name in chinese_calendar.holidays.items()
        if day.year == year
    }
    makeup = {
        day: (True, NAMES.get(str(name), str(name)))
        for day, name in chinese_calendar.workdays.items()
        if day.year == year
    }
    return dict(sorted((days | makeup).items()))
