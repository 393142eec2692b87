"""How long working time takes: 100,000 additions over a year, beside a plain loop of this machine.

    python -m benchmarks.working_time

Needs no database. Prints CPU seconds; the loop tells how fast the machine was at that moment.
"""

import random
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from foundation.calendars.notices import official_days
from foundation.calendars.rules import DAYS, Length, add, compile_hours, count, due, with_days

MANY = 100_000
CHINA = ZoneInfo("Asia/Shanghai")


def office() -> dict:
    week = {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in DAYS[:5]}
    spec = {"timezone": CHINA.key, "week": week}
    for year in (2025, 2026):
        spec = with_days(spec, official_days(year), [year])
    return spec


def timed(name: str, run) -> None:
    start = time.process_time()
    run()
    print(f"{name:<44}{time.process_time() - start:8.2f} s")


def plain_loop() -> None:
    x = 0
    for i in range(10_000_000):
        x += i


def main() -> None:
    draw = random.Random(2026)
    first = datetime(2026, 1, 1, tzinfo=CHINA)
    starts = [first + timedelta(minutes=draw.randrange(525_600)) for _ in range(MANY)]
    budgets = [draw.randrange(60, 400 * 3600) for _ in range(MANY)]
    ends = [start + timedelta(days=draw.randrange(60)) for start in starts]
    pause = [(first + timedelta(days=90), first + timedelta(days=91))]
    spec = office()
    hours = compile_hours(spec)
    lengths = [Length(seconds // 60, "minutes") for seconds in budgets]

    timed("loop of 10,000,000 additions", plain_loop)
    timed("compiling a calendar, first answer", lambda: add(compile_hours(spec), first, 3600))
    timed(
        "100,000 add", lambda: [add(hours, *asked) for asked in zip(starts, budgets, strict=True)]
    )
    timed("100,000 count", lambda: [count(hours, *span) for span in zip(starts, ends, strict=True)])
    timed(
        "100,000 due with a pause",
        lambda: [due(hours, *asked, pause) for asked in zip(starts, lengths, strict=True)],
    )


if __name__ == "__main__":
    main()
