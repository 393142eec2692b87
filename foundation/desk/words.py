"""Time and lists as people say them, for pages and for texts."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


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
    time = date_format(local, "H:i")
    days = (local.date() - today).days
    named = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if days in named:
        return f"{named[days]} {time}"
    day = date_format(local, "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT")
    return f"{day} {time}"


def listed(words: Iterable) -> str:
    """Words in a row, parted as the language parts them: "parts, approval"."""
    return pgettext("between the words of a list", ", ").join(map(str, words))
