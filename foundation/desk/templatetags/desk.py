"""Time as people say it, panels, and one look for state and priority."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from foundation.desk import panels as slots
from foundation.desk.words import clock, listed, said, spoken

register = template.Library()
register.filter(listed)
register.filter(said)


@register.filter
def stamp(moment: datetime | None) -> str:
    """A moment as people say it, the exact one on hover and in print."""
    if moment is None:
        return "–"
    exact = f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"
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
    words = said(ticket, "status")
    if tone == "on-hold":
        words = _("%(state)s, on hold") % {"state": words}
    return format_html('<span class="state state-{}">{}</span>', tone, words)


@register.simple_tag
def priority_badge(ticket) -> str:
    """Priority in its one look; a dashed edge while it is only proposed."""
    level = ticket.priority or ticket.proposed_priority
    title = said(ticket, "priority") or _("proposed: %(priority)s") % {
        "priority": said(ticket, "proposed_priority")
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
