"""What a calendar's arithmetic says, in the reader's language; as JSON for programs too."""

from datetime import date, datetime, time

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from foundation.calendars.rules import DAYS, Explanation, Line, SpecError
from foundation.calendars.texts import runs
from foundation.desk.words import listed

MIDNIGHT = time()


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


def day_name(name: str) -> str:
    """`春节 / Spring Festival` in the reader's language; other names as they are."""
    chinese, parted, english = name.partition(" / ")
    if not parted:
        return name
    return chinese if (get_language() or "").startswith("zh") else english


def day(value: date, than: date | None = None) -> str:
    """ "Fri 13 Feb"; with its year where that differs from the one of `than`."""
    # Translators: formats of a day with its weekday, see Django's date filter.
    form = _("D j M") if than is None or than.year == value.year else _("D j M Y")
    return date_format(value, form)


def days(first: date, last: date, than: date | None = None) -> str:
    return day(first, than) if first == last else f"{day(first, than)} – {day(last, than)}"


def length(seconds: int) -> str:
    """Working time as hours and minutes, never as days: "45 h", "1 h 20 min"."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    if hours and minutes:
        return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
    if hours:
        return _("%(h)d h") % {"h": hours}
    if rest and not minutes:
        return _("%(s)d s") % {"s": rest}
    return _("%(m)d min") % {"m": minutes}


def wall_time(seconds: int) -> str:
    """As `length`; whole days are days, for legal clocks."""
    number, rest = divmod(seconds, 86_400)
    if not number or rest:
        return length(seconds)
    return ngettext("%(n)d day", "%(n)d days", number) % {"n": number}


def moment(value: datetime, than: date | None = None) -> str:
    """ "Fri 13 Feb 17:50"."""
    return f"{day(value.date(), than)} {value:%H:%M}"


def ending(value: datetime, than: date | None = None) -> str:
    """A moment as an end: midnight is 24:00 of the day before."""
    if value.time() != MIDNIGHT:
        return moment(value, than)
    return f"{day(date.fromordinal(value.toordinal() - 1), than)} 24:00"


def times(parts) -> str:
    """ "09:00–12:00, 13:00–18:00"."""
    shown = (
        f"{begin:%H:%M}–{'24:00' if end.time() == MIDNIGHT else format(end, '%H:%M')}"
        for begin, end in parts
    )
    return listed(shown)


def line_text(line: Line, told: Explanation) -> str:
    """One step in words."""
    than = told.start.date()
    name = day_name(line.name)
    facts = {
        "days": days(line.day, line.until, than),
        "name": name,
        "times": times(line.parts) if line.kind in ("counted", "makeup") else "",
        "length": length(line.seconds),
        "n": line.days,
    }
    if line.kind == "pause":
        return _pause(line, told)
    if line.kind == "opening":
        return _("Counted from the first open moment, %(when)s") % {
            "when": moment(line.parts[0][0], than)
        }
    if line.kind == "start":
        return _("%(days)s: the day of the start is not counted") % facts
    if line.kind == "rolled":
        facts |= {"first": day(line.day, than), "last": day(line.until, than)}
        if name:
            return (
                _("%(first)s is a day off (%(name)s): it ends on %(last)s, a working day") % facts
            )
        return _("%(first)s is a day off: it ends on %(last)s, a working day") % facts
    if line.kind in ("off", "closed"):
        return _not_worked(line, facts)
    return _worked(line, facts)


def _not_worked(line: Line, facts: dict) -> str:
    if line.kind == "closed":
        return _("%(days)s: closed") % facts
    if not facts["name"]:
        return ngettext("%(days)s: day off", "%(days)s: days off", line.days) % facts
    return (
        ngettext("%(days)s: day off (%(name)s)", "%(days)s: days off (%(name)s)", line.days) % facts
    )


def _worked(line: Line, facts: dict) -> str:
    if not line.parts:
        return ngettext("%(days)s: %(n)d day", "%(days)s: %(n)d days", line.days) % facts
    if line.days > 1:
        return _("%(days)s, %(n)d days %(times)s: %(length)s") % facts
    if line.kind == "counted":
        return _("%(days)s %(times)s: %(length)s") % facts
    if facts["name"]:
        return _("%(days)s, make-up working day (%(name)s), %(times)s: %(length)s") % facts
    return _("%(days)s, make-up working day, %(times)s: %(length)s") % facts


def _pause(line: Line, told: Explanation) -> str:
    begin, end = line.parts[0]
    than = told.start.date()
    if end is None:
        return _("Pause since %(begin)s, not over yet") % {"begin": moment(begin, than)}
    last = f"{end:%H:%M}" if begin.date() == end.date() else moment(end, than)
    facts = {"begin": moment(begin, than), "end": last, "length": length(line.seconds)}
    if told.length.unit == "calendar_days":
        facts["length"] = wall_time(line.seconds)
        return (
            _("Pause %(begin)s – %(end)s: the end moves by %(length)s, to 24:00 of its day") % facts
        )
    if not line.seconds:
        return _("Pause %(begin)s – %(end)s: outside working hours, adds nothing") % facts
    return _("Pause %(begin)s – %(end)s: %(length)s not counted") % facts


def asked(told: Explanation) -> str:
    """ "30 min of working time from Fri 13 Feb 17:50"."""
    facts = {"start": moment(told.start), "n": told.length.amount}
    if told.length.unit == "minutes":
        facts["length"] = length(told.length.amount * 60)
        return _("%(length)s of working time from %(start)s") % facts
    if told.length.unit == "days":
        return (
            ngettext(
                "%(n)d working day from %(start)s",
                "%(n)d working days from %(start)s",
                told.length.amount,
            )
            % facts
        )
    return (
        ngettext(
            "%(n)d calendar day from %(start)s",
            "%(n)d calendar days from %(start)s",
            told.length.amount,
        )
        % facts
    )


def result(told: Explanation) -> str:
    """ "Due Sat 14 Feb 09:20", or why not."""
    if told.due is None:
        return _("Not due while the pause lasts")
    return _("Due %(when)s") % {"when": ending(told.due, told.start.date())}


def warning(told: Explanation) -> str:
    """That years without their official days off were counted; empty where none were."""
    return unloaded(told.unloaded)


def unloaded(years) -> str:
    if not years:
        return ""
    return _(
        "The official days off of %(years)s are not loaded: an ordinary week was assumed there."
    ) % {"years": listed(years)}


def sentence(told: Explanation) -> str:
    """The whole arithmetic in one line."""
    return " · ".join([*(line_text(line, told) for line in told.lines), result(told)])


def as_json(told: Explanation) -> dict:
    """For programs: moments in ISO 8601 with offset, `text` in the active language."""
    return {
        "start": told.start.isoformat(),
        "length": {"amount": told.length.amount, "unit": told.length.unit},
        "timezone": told.zone,
        "due": told.due and told.due.isoformat(),
        "counted_seconds": told.total,
        "paused_seconds": told.paused,
        "unloaded_years": list(told.unloaded),
        "lines": [line_json(line) | {"text": line_text(line, told)} for line in told.lines],
        "text": sentence(told),
    }


def line_json(line: Line) -> dict:
    return {
        "kind": line.kind,
        "from": line.day.isoformat(),
        "to": line.until.isoformat(),
        "days": line.days,
        "seconds": line.seconds,
        "name": day_name(line.name),
        "parts": [[begin.isoformat(), end and end.isoformat()] for begin, end in line.parts],
    }


def hours_words(rows: list[list[str]]) -> str:
    """Intervals of a spec: "09:00–12:00, 13:00–18:00", "off"."""
    return listed(f"{begin}–{end}" for begin, end in rows) or _("off")


def differences(before: dict, after: dict) -> list[str]:
    """What a version of a calendar changed, in words, day by day; days in a row are one."""
    found = []
    if before["timezone"] != after["timezone"]:
        found.append(f"{_('time zone')}: {before['timezone']} → {after['timezone']}")
    for index, key in enumerate(DAYS):
        old, new = before["week"][key], after["week"][key]
        if old != new:
            # 1 January 2024 was a Monday.
            name = date_format(date(2024, 1, 1 + index), "l")
            found.append(f"{name}: {hours_words(old)} → {hours_words(new)}")
    old, new = before["exceptions"], after["exceptions"]
    for first, last, rows, name in runs(
        {key: rows for key, rows in new.items() if old.get(key) != rows}, after["names"]
    ):
        found.append(_exception(first, last, rows, name))
    for first, last, _rows, _name in runs({k: v for k, v in old.items() if k not in new}, {}):
        found.append(_("%(days)s: as in an ordinary week") % {"days": days_with_year(first, last)})
    if before.get("notices") != after.get("notices"):
        found.append(_notices(before.get("notices"), after.get("notices")))
    return found or [_("only names of days")]


def days_with_year(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} – {last}"


def _exception(first: date, last: date, rows: list, name: str) -> str:
    text = f"{days_with_year(first, last)}: {hours_words(rows)}"
    return f"{text} ({day_name(name)})" if name else text


def _notices(before: list[int] | None, after: list[int] | None) -> str:
    if after is None:
        return _("keeps no official days off")
    added = sorted(set(after) - set(before or []))
    if added:
        return _("official days off loaded: %(years)s") % {"years": listed(added)}
    if removed := sorted(set(before or []) - set(after)):
        return _("official days off no longer loaded: %(years)s") % {"years": listed(removed)}
    return _("keeps the official days off")
