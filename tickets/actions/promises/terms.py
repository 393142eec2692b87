"""Other terms for what is open, after a change of what policies ask."""

from datetime import datetime

from tickets.actions.promises.ledger import OPEN, Ledger
from tickets.models import Deadline, Ticket


def recompute(row: Ticket, at: datetime, *, why: str) -> None:
    """The same starts and pauses, the terms that hold now; what was breached stays so.

    What is no longer promised ends, what a policy promises from now on begins from its own start.
    `why` is a code for the history: priority, category, customer, facts.
    """
    ledger = Ledger(row, at)
    reasons = ledger.held_for()
    found = ledger.all()
    for deadline in found:
        if deadline.ended_at is None and deadline.state in OPEN:
            _take_terms(ledger, deadline, reasons, why)
    known = {deadline.promise_id for deadline in found}
    for promise in ledger.book.promises.values():
        if promise.is_active and promise.pk not in known and ledger.book.depends(promise):
            _promise_late(ledger, promise)
    ledger.write()


def _take_terms(ledger: Ledger, deadline: Deadline, reasons: set[str], why: str) -> None:
    chosen = ledger.chosen(ledger.book.promises[deadline.promise_id])
    if chosen is None:
        ledger.end(deadline, met=False)
        return
    before = deadline.due_at
    if not ledger.adopt(deadline, chosen):
        return
    names = ("length", "policy_id", "paused_by", "ladder_id")
    ledger.change(deadline, **{name: getattr(deadline, name) for name in names})
    ledger.recalculate(deadline)
    data = {
        "why": why,
        "before": before.isoformat(),
        "length": deadline.length,
        "calendar": deadline.calendar,
        "version": deadline.calendar_version,
    }
    ledger.note(deadline, "recomputed", data)
    ledger.follow(deadline, reasons)


def _promise_late(ledger: Ledger, promise) -> None:
    """A promise that holds since a policy fits: from its own start, where that lies behind and
    what would meet it still lies ahead."""
    if ledger.chosen(promise) is None:
        return
    appeared = ledger.came(promise.opens_on or promise.starts_on)
    if appeared is None or ledger.came(promise.ends_on):
        return
    ledger.open(promise, ledger.came(promise.starts_on) or appeared)
