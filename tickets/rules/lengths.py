"""How long a promise is, as text: `240m` working minutes, `1w` working days, `15d` calendar days.

`fixed` is a date that somebody names (a plan's own finish, a task's day). The arithmetic on
calendars is `foundation.calendars.rules`.
"""

import re

FIXED = "fixed"
UNITS = {"m": "minutes", "w": "days", "d": "calendar_days"}


def parse(text: str) -> tuple[int, str] | None:
    """(amount, unit as `foundation.calendars.rules.Length` names it), or None for `fixed`.

    Raises ValueError for anything else.
    """
    if text == FIXED:
        return None
    found = re.fullmatch(r"(\d{1,6})([mwd])", text)
    if not found or not int(found[1]):
        raise ValueError(f"not a length: {text!r}")
    return int(found[1]), UNITS[found[2]]
