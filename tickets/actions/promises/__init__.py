"""Keeping the promises: verbs tell which moment has come, the rules tell what follows.

    moment(row, Moment.TASK_GIVEN, at, due=day)     what it meets ends, what it opens begins
    follow_holds(row, at)                           after a hold began or ended
    recompute(row, at, why="priority")              after a change of what policies ask
    close(row, at), revive(row, at, closed_at)      the run ends, or goes on after all

All of them work on a locked ticket and are told once: again changes nothing. The sweeps are
`breach_due` and `warn_due`; `recalculate` brings a calendar's new version to what is open.
"""

from tickets.actions.promises.closing import close, drop, revive
from tickets.actions.promises.holds import follow_holds
from tickets.actions.promises.moments import begin, moment, moments
from tickets.actions.promises.recalculating import recalculate
from tickets.actions.promises.rulebook import renew
from tickets.actions.promises.showing import show_next_promises
from tickets.actions.promises.sweep import breach_due, warn_due
from tickets.actions.promises.terms import recompute

__all__ = [
    "begin",
    "breach_due",
    "close",
    "drop",
    "follow_holds",
    "moment",
    "moments",
    "recalculate",
    "recompute",
    "renew",
    "revive",
    "show_next_promises",
    "warn_due",
]
