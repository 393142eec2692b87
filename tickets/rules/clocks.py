"""Due times and warning points of promises, on working hours and with pauses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from foundation.calendars.rules import Hours, Length, add, count, merged_pauses
from foundation.calendars.rules import due as due_on
from tickets.rules import lengths

Pause = tuple[datetime, datetime | None]


def due(
    hours: Hours,
    started_at: datetime,
    length: str,
    pauses: Sequence[Pause] = (),
    fixed_at: datetime | None = None,
) -> datetime | None:
    """When a promise is due; None while a pause that has not ended holds it.

    A `fixed` date moves by the working time that was paused before it. Raises OutOfRange.
    """
    parsed = lengths.parse(length)
    if parsed is None:
        return _moved(hours, fixed_at, merged_pauses(pauses, started_at))
    return due_on(hours, started_at, Length(*parsed), pauses)


@dataclass(frozen=True)
class Move:
    """What one pause does to a fixed date: `lost` working seconds move it to `end`; an `until` of
    None holds it."""

    begin: datetime
    until: datetime | None
    lost: int
    end: datetime


def moves(hours: Hours, end: datetime, pauses: Iterable[Pause]) -> Iterator[Move]:
    """How pauses (merged, in order) move a fixed date, step by step. Raises OutOfRange."""
    for begin, until in pauses:
        if begin >= end:
            return
        # What is paused outside of working hours loses nothing and moves nothing.
        lost = count(hours, begin, min(until, end)) if until else 0
        if lost:
            end = add(hours, max(end, until), lost)
        yield Move(begin, until, lost, end)


def _moved(hours: Hours, end: datetime, pauses: list[Pause]) -> datetime | None:
    for move in moves(hours, end, pauses):
        if move.until is None:
            return None
        end = move.end
    return end


def warn_at(
    hours: Hours,
    started_at: datetime,
    due_at: datetime,
    length: str,
    percent: int,
    pauses: Sequence[Pause] = (),
) -> datetime:
    """When `percent` of the time until `due_at` has run: working time, for legal clocks all time."""
    parsed = lengths.parse(length)
    if parsed and parsed[1] == "calendar_days":
        return started_at + (due_at - started_at) * percent / 100
    ended = [(begin, end) for begin, end in pauses if end is not None]
    running, since = [], started_at
    for begin, end in merged_pauses(ended, started_at):
        if begin >= due_at:
            break
        running.append((since, begin))
        since = end
    running.append((since, due_at))
    left = sum(count(hours, *piece) for piece in running) * percent // 100
    for begin, end in running:
        worked = count(hours, begin, end)
        if 0 < left <= worked:
            return add(hours, begin, left)
        left -= worked
    return due_at


def is_late(due_at: datetime, at: datetime) -> bool:
    """A promise met exactly at its due time is met; it is late from the next moment on."""
    return due_at < at
