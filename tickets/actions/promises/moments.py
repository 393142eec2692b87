"""A moment has come: what it meets ends, what it opens begins."""

from collections.abc import Iterable
from datetime import datetime

from tickets.actions.promises.ledger import Ledger
from tickets.choices import Moment
from tickets.models import Deadline, Promise, Ticket
from tickets.queries.terms import is_fixed, opens

# Each task and each question has a deadline of its own.
EACH = {Moment.TASK_GIVEN, Moment.ASKED}


def begin(row: Ticket, name: str, at: datetime) -> Ledger:
    """The first moment of a ticket that is not saved yet, so that nothing could be met or open.

    The row shows its next promise already; `write` saves the others once it is saved.
    """
    ledger = Ledger(row, at)
    for promise in ledger.book.opening({name}):
        ledger.open(promise, at)
    if first := min(ledger.new, key=lambda deadline: deadline.due_at, default=None):
        row.next_due_at, row.next_promise = first.due_at, first.key
    return ledger


def moment(
    row: Ticket,
    name: str,
    at: datetime,
    *,
    due: datetime | None = None,
    round: int | None = None,
    why: str = "",
) -> list[Deadline]:
    """A moment has come for this ticket; returns the deadlines that it began.

    `due` is the date of promises of a fixed one: given again it is changed, `why` (a code) goes
    into the history. Tasks and questions have a round each: a new one with `task_given` and
    `asked`, the one to end (`round` of its deadline) with `task_done` and `advised`.
    """
    return moments(row, (name,), at, due=due, round=round, why=why)


def moments(
    row: Ticket,
    names: Iterable[str],
    at: datetime,
    *,
    due: datetime | None = None,
    round: int | None = None,
    why: str = "",
) -> list[Deadline]:
    """As `moment`, for several that come at once."""
    names, ledger = set(names), Ledger(row, at)
    ending, opening = ledger.book.ending(names), ledger.book.opening(names)
    if not ending and not opening:
        return []
    found = ledger.all()
    waiting = [deadline for deadline in found if deadline.ended_at is None]
    met = [
        deadline
        for deadline in waiting
        if deadline.promise_id in ending and round in (None, deadline.round)
    ]
    for deadline in met:
        ledger.end(deadline, met=True)
    _open(ledger, opening, found, names, due, why)
    for deadline in met:
        _again(ledger, deadline)
    ledger.write()
    return ledger.new


def _open(
    ledger: Ledger,
    opening: list[Promise],
    found: list[Deadline],
    names: set[str],
    due: datetime | None,
    why: str,
) -> None:
    begun = {promise.pk for promise in opening}
    rounds = [deadline.round for deadline in found if deadline.promise_id in begun]
    for promise in opening:
        if opens(promise) & names & EACH:
            ledger.open(promise, ledger.at, round=max(rounds, default=0) + 1, due=due)
            continue
        known = [deadline for deadline in found if deadline.promise_id == promise.pk]
        if not known:
            _begin(ledger, promise, names, due)
        for deadline in known:
            if due and is_fixed(deadline.length) and deadline.is_waited_for:
                _date_anew(ledger, deadline, due, why)


def _begin(ledger: Ledger, promise: Promise, names: set[str], due: datetime | None) -> None:
    """From this moment, or from when what it counts from came in this run."""
    if promise.starts_on in names or not promise.opens_on:
        ledger.open(promise, ledger.at, due=due)
    elif not ledger.came(promise.ends_on):
        ledger.open(promise, ledger.came(promise.starts_on) or ledger.at, due=due)


def _date_anew(ledger: Ledger, deadline: Deadline, due: datetime, why: str) -> None:
    """Another date for the same promise; what was missed stays missed."""
    if deadline.breached_at or deadline.fixed_at == due:
        return
    data = {"why": why, "before": deadline.due_at.isoformat()}
    ledger.change(deadline, fixed_at=due)
    ledger.recalculate(deadline)
    ledger.note(deadline, "recomputed", data)


def _again(ledger: Ledger, deadline: Deadline) -> None:
    """What repeats starts again when it is met, as long as the run is open."""
    promise = ledger.book.promises[deadline.promise_id]
    if promise.repeats and promise.is_active and ledger.row.is_open:
        ledger.open(promise, ledger.at, round=deadline.round + 1)
