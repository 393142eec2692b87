"""Working time as arithmetic: hours from a spec, moments and lengths counted on them.

An instant is open when the clock on the wall shows a time within an interval. So a skipped hour
of summer time is not worked and a repeated one is worked twice.
"""

from foundation.calendars.rules.explain import Explanation, Line, explain, explain_count
from foundation.calendars.rules.hours import (
    ROUND_THE_CLOCK,
    Hours,
    OutOfRange,
    add,
    compile_hours,
    count,
    next_opening,
    segments,
    unloaded_years,
)
from foundation.calendars.rules.lengths import Length, due, merged_pauses
from foundation.calendars.rules.spec import DAYS, SpecError, normal_spec, with_days

__all__ = [
    "DAYS",
    "ROUND_THE_CLOCK",
    "Explanation",
    "Hours",
    "Length",
    "Line",
    "OutOfRange",
    "SpecError",
    "add",
    "compile_hours",
    "count",
    "due",
    "explain",
    "explain_count",
    "merged_pauses",
    "next_opening",
    "normal_spec",
    "segments",
    "unloaded_years",
    "with_days",
]
