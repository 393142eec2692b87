"""Promises that no longer matter, and those that matter again."""

from datetime import datetime

from tickets.actions.promises.ledger import Ledger
from tickets.choices import DeadlineState, Moment
from tickets.models import Ticket
from tickets.queries.terms import opens

# What can be met after the resolution only.
AFTERWARDS = {Moment.REPORTED, Moment.SATISFACTION}


def close(row: Ticket, at: datetime, *, after: str = "") -> None:
    """End what no longer matters (resolved, cancelled). A promise already late stays breached.

    What the moment `after` has just opened goes on, and what can be met only from then on.
    """
    ledger = Ledger(row, at)
    for deadline in ledger.waiting():
        promise = ledger.book.promises[deadline.promise_id]
        if not after or (after not in opens(promise) and promise.ends_on not in AFTERWARDS):
            ledger.end(deadline, met=False)
    ledger.write()


def drop(row: Ticket, name: str, round: int, at: datetime) -> None:
    """A task or question was withdrawn or turned down: what `name` opened for it ends unmet."""
    ledger = Ledger(row, at)
    for deadline in ledger.waiting():
        promise = ledger.book.promises[deadline.promise_id]
        if deadline.round == round and name in opens(promise):
            ledger.end(deadline, met=False)
    ledger.write()


def revive(row: Ticket, at: datetime, closed_at: datetime) -> None:
    """After a restored cancellation: what was closed by it runs on, from the same start.

    What became late meanwhile is the sweep's to tell, as of any other promise.
    """
    ledger = Ledger(row, at)
    rows = row.deadlines.filter(cycle=row.cycle, ended_at=closed_at)
    for deadline in rows.filter(history__kind="cancelled", history__at=closed_at).distinct():
        missed = deadline.breached_at is not None
        state = DeadlineState.BREACHED if missed else DeadlineState.RUNNING
        ledger.change(deadline, ended_at=None, state=state)
        ledger.note(deadline, "restored")
    ledger.write()
