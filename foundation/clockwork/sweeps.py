"""The one tick: every minute each app's sweep turns its due rows into work.

Apps register from `ready()`; a sweep that fails is logged and does not stop the others.
"""

import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from foundation.clockwork.models import Heartbeat, Once, Tally

# Nobody repeats a request after a month; figures and tickets do not depend on these rows.
KEPT = timedelta(days=30)
logger = logging.getLogger(__name__)
Row = TypeVar("Row")
_strict: ContextVar[bool] = ContextVar("strict", default=False)
_sweeps: dict[str, Callable[[datetime], int]] = {}


def register(name: str, sweep: Callable[[datetime], int]) -> None:
    """`sweep(at)` handles what is due at `at` and returns how much it did."""
    _sweeps[name] = sweep


def tick(at: datetime | None = None, *, strict: bool = False) -> dict[str, int]:
    """Run every sweep once; returns {name: rows handled}. Called by django-q2 each minute.

    A given `at` is simulated time: it leaves no heartbeat. With `strict` a failure goes up, where
    nobody reads the log.
    """
    is_real, at = at is None, at or timezone.now()
    done = {}
    token = _strict.set(strict)
    try:
        for name, sweep in _sweeps.items():
            try:
                done[name] = sweep(at)
            except Exception:
                if strict:
                    raise
                logger.exception("sweep failed: %s", name)
    finally:
        _strict.reset(token)
    Tally.objects.filter(window_ends_at__lt=at).delete()
    Once.objects.filter(created_at__lt=at - KEPT).delete()
    if is_real:
        beat("worker", at)
    return done


def each(rows: Iterable[Row], work: Callable[[Row], bool]) -> int:
    """Do a sweep's work row by row, each in its own transaction; returns how many were handled.

    A row that fails is logged and does not keep the others waiting (unless the tick is strict).
    """
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                done += work(row)
        except Exception:
            if _strict.get():
                raise
            logger.exception("sweep failed at one row: %s", getattr(row, "pk", row))
    return done


def beat(name: str, at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": at})
