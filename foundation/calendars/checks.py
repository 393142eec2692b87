"""`manage.py check --deploy` names the years whose official days off are not loaded."""

from django.core.checks import Tags, Warning, register
from django.db import DatabaseError
from django.utils import timezone

from foundation.calendars import queries


@register(Tags.compatibility, deploy=True)
def loaded_notices(app_configs, **kwargs):
    try:
        rows = queries.calendars_to_load(timezone.now())
    except DatabaseError:
        # Before the first migration there are no calendars.
        return []
    return [
        Warning(
            f"Calendar {calendar.key} lacks the official days off of {', '.join(map(str, years))}.",
            hint="Load them on the calendar's page; until then an ordinary week is assumed.",
            id="calendars.W001",
        )
        for calendar, years in rows
    ]
