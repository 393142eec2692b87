"""The passing of time: lives wake in order, and between them the sweeps run as they would have.

A tick of every simulated minute would take hours. So only those minutes are ticked that find
something due: mail and promises by their rows, the rest by the moments a resolution sets.
"""

import heapq
from collections.abc import Callable, Generator, Iterable
from datetime import datetime, timedelta

from foundation.accounts.queries import organisation
from foundation.clockwork import sweeps
from foundation.messaging.actions import send_due
from foundation.messaging.choices import OutgoingStatus
from foundation.messaging.models import OutgoingMessage
from tickets.actions import breach_due
from tickets.choices import DeadlineState
from tickets.models import Deadline
from tickets.signals import ticket_moved

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Life = Generator[datetime, datetime, None]


class Clock:
    """Runs lives (generators that yield when to be woken) until `until`, each in its moment."""

    def __init__(self, start: datetime, until: datetime, tell: Callable[[int, int], None]):
        """`tell(days done, days in all)` is called as days pass."""
        self.now = self.swept_at = start.replace(second=0, microsecond=0)
        self.until, self.tell = until, tell
        settings = organisation()
        self.after_resolving = (
            timedelta(hours=settings.callback_after_hours),
            timedelta(days=settings.silence_days),
        )
        self.alarms = [self.now + DAY]

    def run(self, lives: Iterable[Life]) -> None:
        ticket_moved.connect(self._hear)
        try:
            self._run(lives)
        finally:
            ticket_moved.disconnect(self._hear)

    def _hear(self, verb: str, at: datetime, **kwargs) -> None:
        """From a resolution on the calls, and much later silence, have their moments."""
        if verb == "resolve":
            for length in self.after_resolving:
                heapq.heappush(self.alarms, at + length)

    def _run(self, lives: Iterable[Life]) -> None:
        waiting = [(next(life), order, life) for order, life in enumerate(lives)]
        heapq.heapify(waiting)
        begun, told = self.now, -1
        while waiting and waiting[0][0] <= self.until:
            at, order, life = heapq.heappop(waiting)
            self._pass_to(at)
            if (days := (at - begun).days) > told:
                told = days
                self.tell(days, (self.until - begun).days)
            self._wake(waiting, order, life)
        self._pass_to(self.until)

    def _wake(self, waiting: list, order: int, life: Life) -> None:
        try:
            again = life.send(self.now)
        except StopIteration:
            return
        heapq.heappush(waiting, (max(again, self.now), order, life))

    def _pass_to(self, at: datetime) -> None:
        while (tick := self._next_tick()) <= at:
            self._tick(tick)
            self.swept_at = tick
        self.now = max(at, self.now)

    def _next_tick(self) -> datetime:
        self.mail_at, self.breach_at = _next_mail(), _next_breach()
        due = [moment for moment in (self.mail_at, self.breach_at) if moment]
        return max(_whole_minute(min([*due, self.alarms[0]])), self.swept_at + MINUTE)

    def _tick(self, at: datetime) -> None:
        """Every sweep where an alarm rings, else only those that have something to do."""
        if self.alarms[0] <= at:
            while self.alarms and self.alarms[0] <= at:
                heapq.heappop(self.alarms)
            if not self.alarms or self.alarms[0] > at + DAY:
                heapq.heappush(self.alarms, at + DAY)
            sweeps.tick(at, strict=True)
            return
        if self.breach_at and self.breach_at <= at:
            breach_due(at)
        if self.mail_at and self.mail_at <= at:
            send_due(at)


def _whole_minute(at: datetime) -> datetime:
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + MINUTE


def _next_mail() -> datetime | None:
    rows = OutgoingMessage.objects.filter(status=OutgoingStatus.WAITING)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()


def _next_breach() -> datetime | None:
    rows = Deadline.objects.filter(state=DeadlineState.RUNNING)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()
