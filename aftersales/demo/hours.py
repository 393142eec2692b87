"""When people work: the hotline from 8 to 21, every day, in the organisation's zone."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = 8, 21
# Who is at a customer's home finishes first.
LATEST = 23
# The end of the demo is always in the middle of work, whatever the hour.
HURRY = timedelta(hours=14)
# How many requests come in which hour of the day.
RHYTHM = {8: 4, 9: 9, 10: 11, 11: 8, 12: 4, 13: 5, 14: 9, 15: 8, 16: 6, 17: 4, 18: 3, 19: 3, 20: 2}
NIGHT = {22: 3, 23: 2, 1: 1, 6: 2, 7: 3}


def at_work(at: datetime, rng: Random, closes: int = CLOSES) -> datetime:
    """`at` itself, or soon after the next opening where it lies outside the hours."""
    local = at.astimezone(ZONE)
    if OPENS <= local.hour < closes:
        return at
    opening = local.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    if local.hour >= closes:
        opening += timedelta(days=1)
    return opening + timedelta(seconds=rng.randrange(120, 2400))


def moment_on(day: datetime, rng: Random, *, by_night: bool = False) -> datetime:
    """A moment on the local day of `day` at which somebody asks for help."""
    rhythm = NIGHT if by_night else RHYTHM
    hour = rng.choices(list(rhythm), weights=list(rhythm.values()))[0]
    start = day.astimezone(ZONE).replace(hour=hour, minute=0, second=0, microsecond=0)
    return start + timedelta(seconds=rng.randrange(3600))


def is_weekend(at: datetime) -> bool:
    return at.astimezone(ZONE).weekday() >= 5


def is_evening(at: datetime) -> bool:
    """Whether visits no longer begin."""
    return at.astimezone(ZONE).hour >= 19


def on_the_half(at: datetime) -> datetime:
    """The next half hour: what people agree on."""
    rest = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    return at + timedelta(minutes=30) - rest


def by_day(at: datetime) -> datetime:
    """A planned end that people would write down: by day, else the next noon."""
    local = on_the_half(at).astimezone(ZONE)
    if 9 <= local.hour < 20:
        return local
    noon = local.replace(hour=12, minute=0)
    return noon if local.hour < 9 else noon + timedelta(days=1)


def said(at: datetime, language: str) -> str:
    """A moment as people write it: 3月5日 14:30, or 5 March, 14:30."""
    local = at.astimezone(ZONE)
    if language == "en":
        return f"{local.day} {local:%B, %H:%M}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"
