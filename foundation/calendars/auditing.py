"""Working time for auditors: one question in, one answer out, both plain JSON.

    {"calendar": {"timezone": …, "week": {…}, "exceptions": {…}}, "op": "add",
     "start": "2026-02-13T17:50", "minutes": 30}

`add` answers `due`, `count` (`start`, `end`) answers `minutes`, `next_opening` answers `opening`;
all with `explanation`, the steps in words, and `steps`, the same as data. Also for `add`: `days` or
`calendar_days` instead of `minutes`, and `pauses`, a list of [from, to or null].
"""

import json
from datetime import UTC, datetime
from functools import lru_cache

from django.utils.translation import gettext as _

from foundation.calendars import words
from foundation.calendars.rules import (
    Explanation,
    Hours,
    Length,
    OutOfRange,
    SpecError,
    compile_hours,
    count,
    explain,
    explain_count,
    next_opening,
    unloaded_years,
)
from foundation.calendars.rules.lengths import UNITS

FIELDS = {
    "add": {"start", "pauses", *UNITS},
    "count": {"start", "end"},
    "next_opening": {"start"},
}


class Mistake(ValueError):
    """What is wrong with a question, for the answer's `error`."""


def answer_line(text: str) -> dict:
    """The answer to one line, or {"error": why}; never raises."""
    try:
        return answer(json.loads(text))
    except SpecError as error:
        return {"error": words.mistake(error)}
    except (Mistake, OutOfRange) as error:
        return {"error": str(error)}
    except (ValueError, RecursionError):
        return {"error": _("This line is not JSON.")}


def answer(question: object) -> dict:
    """The answer to one question (see above). Raises Mistake, SpecError, OutOfRange."""
    if not isinstance(question, dict):
        raise Mistake(_("A line is an object with calendar, op and start."))
    op = question.get("op")
    if not isinstance(op, str) or op not in FIELDS:
        raise Mistake(_("“op” is one of add, count and next_opening."))
    if unknown := set(question) - FIELDS[op] - {"calendar", "op"}:
        raise Mistake(_("“%(op)s” knows no “%(name)s”.") % {"op": op, "name": min(unknown)})
    if "calendar" not in question:
        raise Mistake(_("“calendar” is missing."))
    hours = _hours(json.dumps(question["calendar"], sort_keys=True))
    start = moment(question, "start", hours)
    if op == "count":
        return _counted(hours, start, moment(question, "end", hours))
    if op == "next_opening":
        return _opened(hours, start, next_opening(hours, start))
    told = explain(hours, start, _length(question), _pauses(question, hours))
    return {
        "due": told.due and told.due.isoformat(),
        **_explained(told),
        "text": words.sentence(told),
    }


@lru_cache(maxsize=64)
def _hours(spec: str) -> Hours:
    return compile_hours(json.loads(spec))


def moment(question: dict, name: str, hours: Hours) -> datetime:
    """ISO 8601; without an offset it is the clock on the calendar's wall."""
    return as_moment(question.get(name), name, hours)


def as_moment(value: object, name: str, hours: Hours) -> datetime:
    try:
        found = datetime.fromisoformat(value)
        found = found.replace(tzinfo=hours.zone) if found.tzinfo is None else found
        # An hour that was skipped has no moment of its own; UTC gives it one.
        return found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Mistake(
            _("“%(name)s” is a time such as 2026-02-13T17:50+08:00.") % {"name": name}
        ) from None


def _length(question: dict) -> Length:
    given = [unit for unit in UNITS if unit in question]
    if len(given) != 1:
        raise Mistake(_("Give one of minutes, days and calendar_days."))
    amount = question[given[0]]
    if isinstance(amount, float) and amount.is_integer():
        amount = int(amount)
    if type(amount) is not int or not 0 <= amount <= 1_000_000_000:
        raise Mistake(_("“%(name)s” is a whole number, 0 or more.") % {"name": given[0]})
    return Length(amount, given[0])


def _pauses(question: dict, hours: Hours) -> list[tuple[datetime, datetime | None]]:
    rows = question.get("pauses") or []
    if not isinstance(rows, list) or any(not isinstance(r, list) or len(r) != 2 for r in rows):
        raise Mistake(_("“pauses” is a list of pairs of begin and end."))
    return [
        (
            as_moment(begin, "pauses", hours),
            None if end is None else as_moment(end, "pauses", hours),
        )
        for begin, end in rows
    ]


def _counted(hours: Hours, start: datetime, end: datetime) -> dict:
    minutes, rest = divmod(count(hours, start, end), 60)
    return {
        "minutes": minutes + rest / 60 if rest else minutes,
        **_explained(explain_count(hours, start, end)),
    }


def _explained(told: Explanation) -> dict:
    rows = {
        "explanation": [words.line_text(line, told) for line in told.lines],
        "steps": [words.line_json(line) for line in told.lines],
    }
    if warning := words.warning(told):
        rows["warning"] = warning
    return rows


def _opened(hours: Hours, start: datetime, opening: datetime | None) -> dict:
    if opening is None:
        return {"opening": None, "explanation": [_("These hours never open again.")]}
    start, opening = start.astimezone(hours.zone), opening.astimezone(hours.zone)
    if start == opening:
        text = _("%(when)s is within working hours") % {"when": words.moment(start)}
    else:
        text = _("Closed from %(start)s until %(opening)s") % {
            "start": words.moment(start),
            "opening": words.moment(opening, start.date()),
        }
    found = {"opening": opening.isoformat(), "explanation": [text]}
    if warning := words.unloaded(sorted(unloaded_years(hours, start, opening))):
        found["warning"] = warning
    return found
