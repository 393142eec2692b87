"""Which rungs of a ladder are told when."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

# A rung, and how long after the miss it is told.
Step = tuple[str, timedelta]


def climb(
    steps: Iterable[Step],
    missed_at: datetime,
    told: Collection[str],
    at: datetime,
    has_people: Callable[[str], bool],
) -> tuple[list[str], datetime | None]:
    """The rungs to tell at `at`, the lowest first, and when the next comes (None: no more).

    `steps` come from below upwards. A rung with nobody in it goes on to the next at once; it is
    asked again whenever the ladder is looked at (handbook of the trade, section 2.6).
    """
    now: list[str] = []
    goes_on = False
    for rung, after in sorted(steps, key=lambda step: step[1]):
        if rung in told:
            goes_on = False
        elif missed_at + after > at and not goes_on:
            return now, missed_at + after
        elif has_people(rung):
            now.append(rung)
            goes_on = False
        else:
            goes_on = True
    return now, None
