"""Keeps the web and the worker processes running, each in a process group of its own.

What dies is started again, later each time it dies soon. A worker that runs but no longer beats is
stopped with its whole group: killing one idle process of a django-q2 cluster can hang the rest.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import guard

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
SETTLED = 60.0
GRACE = 10.0


def pause_after(deaths: int) -> float:
    """Seconds to wait before the next start, after `deaths` quick deaths in a row."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(0, deaths - 1))


def stalled(alive: float, silence: float | None, limit: float) -> bool:
    """Whether a process that has been alive for `alive` seconds should have beaten by now.

    `silence`: seconds since the last beat, None where there never was one.
    """
    return alive > limit and (silence is None or silence > limit)


class Guard:
    """A process beside the supervisor that ends the children should the supervisor be killed."""

    def __init__(self, grace: float = GRACE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(Path(guard.__file__)), str(grace)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        self._say(f"+{group}")

    def forget(self, group: int) -> None:
        self._say(f"-{group}")

    def dismiss(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()

    def _say(self, line: str) -> None:
        try:
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            logger.warning("the guard is gone: nobody ends the children if this process is killed")


@dataclass
class Child:
    """One command that should always run. `silence()` tells seconds since its last beat."""

    name: str
    command: list[str]
    silence: Callable[[], float | None] | None = None
    limit: float = 300.0
    process: subprocess.Popen | None = None
    started: float = 0.0
    deaths: int = 0
    start_at: float = field(default=0.0)
    guard: Guard | None = None

    def start(self, now: float) -> None:
        self.process = subprocess.Popen(self.command, start_new_session=True)
        self.started = now
        if self.guard:
            self.guard.watch(self.process.pid)
        logger.info("%s started, process %s", self.name, self.process.pid)

    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self) -> None:
        """Only the first process: it ends its own; a cluster whose parts all get it hangs."""
        if self.lives():
            self.process.terminate()

    def kill_group(self) -> None:
        """Whatever is left of the group, also when its first process is gone already."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.guard:
            self.guard.forget(self.process.pid)

    def tend(self, now: float) -> None:
        """Start it if it should run and does not; called again and again."""
        if self.process is None:
            if now >= self.start_at:
                self.start(now)
        elif self.process.poll() is not None:
            self._buried(now)
        elif self.silence is not None and stalled(now - self.started, self.silence(), self.limit):
            logger.error("%s gives no sign of life and is started again", self.name)
            stop([self])
            self.process, self.start_at = None, now

    def _buried(self, now: float) -> None:
        self.deaths = 1 if now - self.started > SETTLED else self.deaths + 1
        wait = pause_after(self.deaths)
        code = self.process.returncode
        logger.error("%s ended with %s and is started again in %.0f s", self.name, code, wait)
        self.kill_group()
        self.process, self.start_at = None, now + wait


def stop(children: list[Child], grace: float = GRACE) -> None:
    """Ask all to end, then end them; returns when nothing of them is left."""
    for child in children:
        child.ask_to_end()
    end = time.monotonic() + grace
    while time.monotonic() < end and any(child.lives() for child in children):
        time.sleep(0.1)
    for child in children:
        if child.lives():
            logger.warning("%s did not end in time and is killed", child.name)
        child.kill_group()


class Supervisor:
    def __init__(self, children: list[Child], tick: Callable[[], None] = lambda: None):
        self.children = children
        self.tick = tick
        self.stopping = False

    def run(self) -> None:
        """Until SIGINT or SIGTERM; nothing of the children is left afterwards."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        watcher = Guard()
        for child in self.children:
            child.guard = watcher
        try:
            while not self.stopping:
                for child in self.children:
                    child.tend(time.monotonic())
                self.tick()
                time.sleep(0.3)
        finally:
            stop(self.children)
            watcher.dismiss()

    def _ask_to_stop(self, number, frame) -> None:
        self.stopping = True
