"""Due times and warning points of promises."""

from datetime import datetime, timedelta

from tickets.rules import lengths


def due_at(started_at: datetime, length: str, warn_percent: int) -> tuple[datetime, datetime]:
    """(due, warning point) of a promise on the 24×7 calendar."""
    amount, unit = lengths.parse(length)
    span = timedelta(minutes=amount) if unit == "minutes" else timedelta(days=amount)
    return started_at + span, started_at + span * warn_percent / 100
