"""Time and lists as people say them, for pages and for texts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

NEAR = {
    -1: gettext_lazy("yesterday"),
    0: gettext_lazy("today"),
    1: gettext_lazy("tomorrow"),
}


def spoken(length: timedelta) -> str:
    """A length of time in at most two units: "1 h 20 min", "3 days"."""
    minutes = int(abs(length).total_seconds() // 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days >= 2:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    hours += days * 24
    if hours and minutes and hours < 24:
        return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
    if hours:
        return _("%(h)d h") % {"h": hours}
    return _("%(m)d min") % {"m": minutes}


def clock(moment: datetime) -> str:
    """ "today 16:40", "tomorrow 09:00", else the date with the time."""
    local, today = timezone.localtime(moment), timezone.localdate()
    time = f"{local:%H:%M}"
    days = (local.date() - today).days
    if days in NEAR:
        return f"{NEAR[days]} {time}"
    day = date_format(local, "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT")
    return f"{day} {time}"


def listed(words: Iterable) -> str:
    """Words in a row, parted as the language parts them: "parts, approval"."""
    return pgettext("between the words of a list", ", ").join(map(str, words))


def said(row: Model, name: str) -> str:
    """The word for what was chosen in this field, as `get_<name>_display` gives it, which
    translates all the other choices too."""
    value = getattr(row, name)
    return str(_choices(type(row), name).get(value, value))


@cache
def _choices(model: type[Model], name: str) -> dict:
    return dict(model._meta.get_field(name).flatchoices)
