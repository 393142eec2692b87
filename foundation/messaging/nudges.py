"""Asking the worker to hurry, at most once a second: a hundred messages need no hundred askings."""

import logging
import threading
import time

from django.db import connection

PAUSE = 1.0
logger = logging.getLogger(__name__)
_lock = threading.Lock()
_asked: dict[str, float] = {}
_timers: dict[str, threading.Timer] = {}


def ask(task: str, name: str) -> None:
    """Queue the task now, or at the end of the second in which this process asked for it."""
    with _lock:
        now = time.monotonic()
        asked = _asked.get(task, now - PAUSE)
        if asked > now:
            return  # somebody waits already to ask
        wait = asked + PAUSE - now
        _asked[task] = now + max(wait, 0)
        if wait > 0:
            timer = _timers[task] = threading.Timer(wait, _later, (task, name))
            timer.daemon = True
            timer.start()
            return
    _queue(task, name)


def forget() -> None:
    """Forget what was asked for, and what waits to be (between tests)."""
    with _lock:
        for timer in _timers.values():
            timer.cancel()
        _timers.clear()
        _asked.clear()


def _later(task: str, name: str) -> None:
    try:
        _queue(task, name)
    except Exception as error:
        # The minute tick does it.
        logger.warning("no nudge: %s", type(error).__name__)
    finally:
        connection.close()


def _queue(task: str, name: str) -> None:
    from django_q.tasks import async_task

    async_task(task, task_name=name, save=False)
