"""Time as people say it, panels, and one look for state and priority."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from foundation.desk import panels as slots

register = template.Library()


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


@register.filter
def listed(words: Iterable) -> str:
    """Words in a row, parted as the language parts them: "parts, approval"."""
    return pgettext("between the words of a list", ", ").join(map(str, words))


@register.filter
def stamp(moment: datetime | None) -> str:
    """A moment as people say it, the exact one on hover and in print."""
    if moment is None:
        return "–"
    exact = date_format(timezone.localtime(moment), "Y-m-d H:i:s")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, clock(moment)
    )


@register.filter
def age(moment: datetime | None) -> str:
    """How long ago, without "ago"."""
    return spoken(timezone.now() - moment) if moment else "–"


@register.filter
def until(moment: datetime | None) -> str:
    """ "due in 1 h 20 min (today 16:40)" or "late by 35 min (today 15:10)"."""
    if moment is None:
        return ""
    left = moment - timezone.now()
    words = (
        _("due in %(time)s (%(clock)s)")
        if left >= timedelta(0)
        else _("late by %(time)s (%(clock)s)")
    )
    return words % {"time": spoken(left), "clock": clock(moment)}


@register.filter
def until_short(moment: datetime | None) -> str:
    """For dense rows: "1 h 20 min" or "late 35 min"."""
    if moment is None:
        return ""
    left = moment - timezone.now()
    return spoken(left) if left >= timedelta(0) else _("late %(time)s") % {"time": spoken(left)}


@register.filter
def lateness(moment: datetime | None, warn_at: datetime | None = None) -> str:
    """The tone of a due time: quiet, soon, late."""
    if moment is None:
        return "quiet"
    now = timezone.now()
    if moment < now:
        return "late"
    warn_at = warn_at or moment - timedelta(minutes=30)
    return "soon" if warn_at <= now else "quiet"


@register.simple_tag
def state_badge(ticket) -> str:
    """State in its one look: word and tone; hatched while on hold."""
    tone = "on-hold" if ticket.is_on_hold and ticket.is_open else ticket.status
    words = ticket.get_status_display()
    if tone == "on-hold":
        words = _("%(state)s, on hold") % {"state": words}
    return format_html('<span class="state state-{}">{}</span>', tone, words)


@register.simple_tag
def priority_badge(ticket) -> str:
    """Priority in its one look; a dashed edge while it is only proposed."""
    level = ticket.priority or ticket.proposed_priority
    title = ticket.get_priority_display() or _("proposed: %(priority)s") % {
        "priority": ticket.get_proposed_priority_display()
    }
    proposed = "" if ticket.priority else " is-proposed"
    return format_html(
        '<span class="priority priority-{}{}" title="{}">{}</span>',
        level.lower(),
        proposed,
        title,
        level,
    )


@register.simple_tag(takes_context=True)
def panels(context, slot: str, subject=None) -> str:
    """Everything higher apps have to show in this slot."""
    return slots.render(slot, subject, context["request"])
