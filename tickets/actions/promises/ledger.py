"""One step in the deadlines of one ticket: what changes is collected, then written at once."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from foundation.accounts.actors import SYSTEM
from foundation.calendars.rules import ROUND_THE_CLOCK, Hours, OutOfRange, merged_pauses
from tickets.choices import DeadlineState, Moment
from tickets.models import Deadline, DeadlineEvent, Promise, Ticket, TicketCycle
from tickets.models.promises import pauses_of
from tickets.queries.facts import TicketFacts
from tickets.queries.terms import BARE, Book, Chosen, book, is_fixed
from tickets.rules import clocks
from tickets.signals import deadlines_breached

logger = logging.getLogger(__name__)
OPEN = (DeadlineState.RUNNING, DeadlineState.PAUSED)
# Where a run keeps when a moment came; `received` and `reopened` open it.
STAMPS = {
    Moment.URGENT: "urgent_at",
    Moment.ANSWERED: "first_response_at",
    Moment.REGISTERED: "registered_at",
    Moment.CLASSIFIED: "classified_at",
    Moment.ASSIGNED: "assigned_at",
    Moment.PLANNED: "planned_at",
    Moment.VISIT_PLANNED: "visited_at",
    Moment.STARTED: "started_at",
    Moment.INSPECTED: "inspected_at",
    Moment.RESOLVED: "resolved_at",
    Moment.REPORTED: "reported_at",
}


def calculate(deadline: Deadline, hours: Hours, percent: int) -> None:
    """Set when it is due and when to warn, from its start; paused, as before the pause.

    Raises OutOfRange where the hours are not open long enough.
    """
    begun, length, pauses = deadline.started_at, deadline.length, pauses_of(deadline)
    due = clocks.due(hours, begun, length, pauses, deadline.fixed_at)
    if due is None:
        due = clocks.due(hours, begun, length, pauses[:-1], deadline.fixed_at)
    deadline.due_at = due
    deadline.warn_at = clocks.warn_at(hours, begun, due, length, percent, pauses)


def _ran_out(deadline: Deadline) -> bool:
    """Whether its time was over before the pause that has not ended."""
    return deadline.due_at <= pauses_of(deadline)[-1][0]


class Ledger:
    """Deadlines of one locked ticket in its present run; `write` at the end of each step."""

    def __init__(self, row: Ticket, at: datetime):
        self.row, self.at = row, at
        self.book: Book = book()
        self.facts = TicketFacts(row)
        self.new: list[Deadline] = []
        self._changed: dict[Deadline, set[str]] = {}
        self._events: list[DeadlineEvent] = []
        self._breached: list[Deadline] = []
        self._cycle: TicketCycle | None = None

    # reading

    def waiting(self) -> list[Deadline]:
        """What is promised in this run and not done; what became late meanwhile is marked."""
        return self.settled(self._rows().filter(ended_at__isnull=True))

    def all(self) -> list[Deadline]:
        """Everything in this run that was promised once, settled."""
        return self.settled(self._rows())

    def _rows(self):
        return Deadline.objects.filter(ticket=self.row, cycle=self.row.cycle).order_by("pk")

    def settled(self, deadlines: Iterable[Deadline]) -> list[Deadline]:
        """A breach is a fact of its due time: it is not for a later step to undo."""
        found = list(deadlines)
        for deadline in found:
            if deadline.state == DeadlineState.RUNNING and clocks.is_late(deadline.due_at, self.at):
                self.change(deadline, state=DeadlineState.BREACHED, breached_at=deadline.due_at)
                self.note(deadline, "breached", at=deadline.due_at)
                self._breached.append(deadline)
        return found

    def came(self, name: str) -> datetime | None:
        """When a moment came in this run, where the run keeps it."""
        if self._cycle is None:
            self._cycle = TicketCycle.objects.get(ticket=self.row, number=self.row.cycle)
        if name in (Moment.RECEIVED, Moment.REOPENED):
            is_first = self._cycle.number == 1
            return self._cycle.opened_at if is_first == (name == Moment.RECEIVED) else None
        return getattr(self._cycle, STAMPS[name]) if name in STAMPS else None

    def held_for(self) -> set[str]:
        """The reasons of the open holds."""
        if not self.row.is_on_hold:
            return set()
        holds = self.row.holds.filter(ended_at__isnull=True)
        return set(holds.values_list("reason", flat=True))

    def chosen(self, promise: Promise) -> Chosen | None:
        return self.book.choose(promise, self.facts)

    # changing

    def change(self, deadline: Deadline, **values: Any) -> None:
        for name, value in values.items():
            setattr(deadline, name, value)
        self._changed.setdefault(deadline, set()).update(values)

    def note(
        self, deadline: Deadline, kind: str, data: dict | None = None, at: datetime | None = None
    ) -> None:
        self._events.append(
            DeadlineEvent(
                deadline=deadline,
                kind=kind,
                at=at or self.at,
                due_at=deadline.due_at,
                data=data or {},
            )
        )

    def open(
        self, promise: Promise, since: datetime, *, round: int = 1, due: datetime | None = None
    ) -> Deadline | None:
        """Begin a promise that holds for this ticket; a fixed one needs its date."""
        chosen = self.chosen(promise)
        if chosen is None:
            return None
        deadline = Deadline(
            ticket=self.row,
            cycle=self.row.cycle,
            round=round,
            promise=promise,
            key=promise.key,
            started_at=since,
        )
        self.adopt(deadline, chosen)
        if is_fixed(deadline.length):
            if due is None:
                return None
            deadline.fixed_at = due
        deadline.pauses = self._held_since(deadline)
        self.calculate(deadline)
        if deadline.pauses and deadline.pauses[-1][1] is None and not _ran_out(deadline):
            deadline.state = DeadlineState.PAUSED
        self.new.append(deadline)
        self.note(deadline, "started")
        return deadline

    def adopt(self, deadline: Deadline, chosen: Chosen) -> bool:
        """Take the terms; False where they are what it had."""
        priority = self.row.priority or self.row.proposed_priority
        word, terms = chosen.terms.calendar_for(priority), chosen.terms
        key, version = self.book.calendar(word, self.row.department_id)
        values = {
            "length": terms.length(priority),
            "calendar": key,
            "policy_id": chosen.policy and chosen.policy.pk,
            "paused_by": terms.paused_by,
            "ladder_id": terms.ladder_id,
        }
        if all(getattr(deadline, name) == value for name, value in values.items()):
            return False
        for name, value in {**values, "calendar_version": version}.items():
            setattr(deadline, name, value)
        return True

    def calculate(self, deadline: Deadline) -> None:
        """`calculate` with its own hours; round the clock where they never open."""
        promise = self.book.promises[deadline.promise_id]
        percent = self.book.percent(promise, deadline.policy_id)
        try:
            hours = self.book.hours(deadline.calendar, deadline.calendar_version)
            calculate(deadline, hours, percent)
        except OutOfRange:
            logger.warning("calendar without hours: %s", deadline.calendar)
            deadline.calendar, deadline.calendar_version = BARE
            calculate(deadline, ROUND_THE_CLOCK, percent)

    def recalculate(self, deadline: Deadline) -> None:
        """As `calculate`, for a deadline that is kept; who was warned too early is warned again."""
        self.calculate(deadline)
        self.change(
            deadline,
            **{
                name: getattr(deadline, name)
                for name in ("due_at", "warn_at", "calendar", "calendar_version")
            },
        )
        if deadline.warned_at and deadline.warn_at > self.at:
            self.change(deadline, warned_at=None)
        if deadline.state == DeadlineState.PAUSED and _ran_out(deadline):
            self.change(deadline, state=DeadlineState.RUNNING, pauses=deadline.pauses[:-1])

    def follow(self, deadline: Deadline, reasons: set[str]) -> None:
        """Pause or run on, by the reasons for which the ticket waits now."""
        holds = bool(reasons.intersection(deadline.paused_by))
        late = clocks.is_late(deadline.due_at, self.at)
        if holds and deadline.state == DeadlineState.RUNNING and not late:
            pauses = [*deadline.pauses, [self.at.isoformat(), None]]
            self.change(deadline, state=DeadlineState.PAUSED, pauses=pauses)
            self.note(deadline, "paused", {"reasons": sorted(reasons)})
        elif not holds and deadline.state == DeadlineState.PAUSED:
            self._run_on(deadline)
            self.recalculate(deadline)
            self.note(deadline, "resumed")

    def _run_on(self, deadline: Deadline) -> None:
        pauses = [*deadline.pauses[:-1], [deadline.pauses[-1][0], self.at.isoformat()]]
        self.change(deadline, state=DeadlineState.RUNNING, pauses=pauses)

    def end(self, deadline: Deadline, *, met: bool) -> None:
        """Kept, or no longer needed. What was late stays so."""
        if deadline.state == DeadlineState.PAUSED:
            self._run_on(deadline)
        late = deadline.breached_at is not None
        done = DeadlineState.MET if met else DeadlineState.CANCELLED
        self.change(deadline, ended_at=self.at, state=DeadlineState.BREACHED if late else done)
        self.note(deadline, "met" if met else "cancelled", {"late": late})

    def _held_since(self, deadline: Deadline) -> list:
        """The holds that pause it and reach into its time, as one."""
        if not deadline.paused_by:
            return []
        if not self.row.is_on_hold and deadline.started_at >= self.at:
            return []
        holds = self.row.holds.filter(reason__in=deadline.paused_by)
        spans = merged_pauses(holds.values_list("started_at", "ended_at"), deadline.started_at)
        return [[begin.isoformat(), end and end.isoformat()] for begin, end in spans]

    # writing

    def write(self) -> None:
        for deadline, names in self._changed.items():
            deadline.save(update_fields=names)
        Deadline.objects.bulk_create(self.new)
        DeadlineEvent.objects.bulk_create(self._events)
        if self._breached:
            for deadline in self._breached:
                deadline.ticket = self.row
            tell_breaches(self.row, self._breached)
            deadlines_breached.send(Deadline, rows=self._breached, at=self.at)


def tell_breaches(row: Ticket, deadlines: Iterable[Deadline]) -> None:
    """Missed promises on the timeline, at the moments when they were missed."""
    from tickets.actions.base import record

    for deadline in deadlines:
        data = {"promise": deadline.key}
        record(row, "deadline.breached", by=SYSTEM, at=deadline.due_at, data=data)
