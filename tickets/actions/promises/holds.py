"""Holds pause what their reasons pause, on the union of those that are open."""

from datetime import datetime

from tickets.actions.promises.ledger import OPEN, Ledger
from tickets.models import Ticket


def follow_holds(row: Ticket, at: datetime) -> None:
    """After a hold began or ended (`is_on_hold` says so already): pause, or run on with exactly
    the working time that was left."""
    ledger = Ledger(row, at)
    reasons = ledger.held_for()
    for deadline in ledger.waiting():
        if deadline.state in OPEN:
            ledger.follow(deadline, reasons)
    ledger.write()
