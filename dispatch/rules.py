"""What comes next for a technician. Plain values in, a verdict out."""

from collections.abc import Collection

from tickets.rules import ASSIGNED

NEXT = ("accept", "start", "resume", "resolve")


def next_verb(possible: Collection[str]) -> str:
    """The one step to offer first among the verbs that are possible now, or ""."""
    return next((verb for verb in NEXT if verb in possible), "")


def section(status: str, *, is_accepted: bool, is_started: bool, is_on_hold: bool) -> str:
    """The part of the day an open job belongs to (a value of `choices.Section`).

    A case that the customer reopened is in progress without having been started again.
    """
    if status == ASSIGNED and not is_accepted:
        return "to_accept"
    if is_on_hold:
        return "on_hold"
    if status == ASSIGNED:
        return "to_start"
    return "in_work" if is_started else "reopened"
