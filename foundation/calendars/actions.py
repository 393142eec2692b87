"""The verbs on calendars: a calendar changes by a new version only."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor, user_or_none
from foundation.calendars import words
from foundation.calendars.models import Calendar, CalendarVersion
from foundation.calendars.rules import SpecError, normal_spec, with_days
from foundation.calendars.signals import calendar_published


def _allow(by: Actor) -> None:
    if not by.may("settings.edit"):
        raise PermissionDenied(_("Your role does not allow this. Ask an administrator."))


@transaction.atomic
def record_calendar(
    *,
    key: str,
    name_zh: str,
    name_en: str,
    spec: dict,
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> Calendar:
    """A new calendar with its first version. Raises PermissionDenied, ValidationError."""
    _allow(by)
    calendar = Calendar(key=key, name_zh=name_zh.strip(), name_en=name_en.strip())
    calendar.full_clean()
    calendar.save()
    publish(calendar, spec, reason=reason, version=0, by=by, at=at)
    calendar.refresh_from_db()
    return calendar


@transaction.atomic
def change_calendar(
    calendar: Calendar, *, name_zh: str, name_en: str, is_active: bool, by: Actor
) -> Calendar:
    """What a calendar is called and whether it is offered. Raises PermissionDenied, ValidationError."""
    _allow(by)
    row = Calendar.objects.select_for_update().get(pk=calendar.pk)
    row.name_zh, row.name_en, row.is_active = name_zh.strip(), name_en.strip(), is_active
    row.full_clean()
    row.save(update_fields=["name_zh", "name_en", "is_active"])
    return row


@transaction.atomic
def publish(
    calendar: Calendar,
    spec: dict,
    *,
    reason: str,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> CalendarVersion:
    """The calendar says this from now on. Deadlines keep the version they were computed with.

    `version` is the number that was seen when the change was made: ValidationError (code "stale")
    where another was published since. Also refuses what is no calendar, what changes nothing, and
    a change without a reason. Raises PermissionDenied. Sends `calendar_published`.
    """
    _allow(by)
    at = at or timezone.now()
    row = Calendar.objects.select_for_update().get(pk=calendar.pk)
    if version is not None and version != row.version:
        _refuse_stale(row)
    try:
        spec = normal_spec(spec)
    except SpecError as error:
        raise ValidationError({"spec": words.mistake(error)}) from error
    current = row.versions.filter(number=row.version).first()
    if current is not None and current.spec == spec:
        raise ValidationError(_("Nothing is different from the version that holds now."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, for those who read the history.")})
    made = CalendarVersion.objects.create(
        calendar=row,
        number=row.version + 1,
        spec=spec,
        reason=reason.strip(),
        made_by=user_or_none(by),
        made_at=at,
    )
    row.version = calendar.version = made.number
    row.save(update_fields=["version"])
    calendar_published.send(sender=Calendar, calendar=row, version=made, by=by, at=at)
    return made


def load_notice(
    calendar: Calendar,
    year: int,
    days: dict[date, tuple[bool, str]],
    *,
    reason: str = "",
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> CalendarVersion:
    """Publish the calendar with a year's official days off: {date: (is a make-up day, name)}.

    A make-up day gets Monday's hours; exceptions of other days stay. Raises as `publish` does.
    """
    _allow(by)
    row = Calendar.objects.get(pk=calendar.pk)
    spec = with_days(row.versions.get(number=row.version).spec, days, [year])
    seen = row.version if version is None else version
    reason = reason or _("Official days off of %(year)s") % {"year": year}
    return publish(calendar, spec, reason=reason, version=seen, by=by, at=at)


def _refuse_stale(row: Calendar) -> None:
    last = row.versions.select_related("made_by").filter(number=row.version).first()
    raise ValidationError(
        _(
            "%(who)s published version %(number)s while you were editing. "
            "What you typed is still below. Compare it and save again."
        ),
        code="stale",
        params={
            "who": (last and last.made_by) or _("Somebody else"),
            "number": row.version,
        },
    )
