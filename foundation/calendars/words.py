"""What a calendar's arithmetic says, in the reader's language."""

from django.utils.translation import gettext as _

from foundation.calendars.rules import SpecError


def mistake(error: SpecError) -> str:
    """What is wrong with a spec and how to write it."""
    texts = {
        "shape": _("A calendar is an object with timezone, week, exceptions, names and notices."),
        "key": _(
            "A calendar knows no “%(what)s”; it has timezone, week, exceptions, names and notices."
        ),
        "zone": _("There is no time zone “%(what)s”. Write it as Asia/Shanghai."),
        "week": _("The week is an object with mon, tue, wed, thu, fri, sat, sun."),
        "weekday": _("The week has no day “%(what)s”; it has mon, tue, wed, thu, fri, sat, sun."),
        "intervals": _("%(where)s: intervals are pairs of begin and end."),
        "time": _("%(where)s: “%(what)s” is not a time. Write it as 09:00."),
        "dates": _("Exceptions and names are objects by date."),
        "date": _("“%(what)s” is not a date. Write it as 2026-02-14."),
        "name": _("%(where)s: the name of a day is text."),
        "notices": _("The years of loaded notices are a list of numbers."),
    }
    return texts[error.code] % {"what": error.what, "where": error.where}
