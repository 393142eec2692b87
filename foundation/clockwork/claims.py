"""Claiming due rows: each row goes to one worker, and comes back if that worker dies."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from foundation.clockwork.models import DueRow

LEASE = timedelta(minutes=10)


@transaction.atomic
def claim(rows: QuerySet[DueRow], *, at: datetime, limit: int = 50) -> list[DueRow]:
    """Take up to `limit` rows that are due at `at` and not held by a living worker.

    `rows` is the still-waiting selection; rows claimed longer than ten minutes ago are taken
    again, so a killed worker loses nothing. Each claim counts as an attempt.
    """
    due = rows.filter(due_at__lte=at).filter(
        Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - LEASE)
    )
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    ids = [row.pk for row in due.order_by("due_at", "pk").only("pk")[:limit]]
    rows.model._default_manager.filter(pk__in=ids).update(claimed_at=at, attempts=F("attempts") + 1)
    return list(rows.model._default_manager.filter(pk__in=ids).order_by("due_at", "pk"))
