"""The fixed schedules of the worker, kept right.

There is one: the minute tick. Everything else is a due row that the tick finds. django-q2 stops
all schedules over one row it cannot parse, so rows that are not ours are removed and ours are
put back as they are meant.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule

FIXED = {
    "minute tick": {
        "func": "foundation.clockwork.tasks.tick",
        "schedule_type": Schedule.MINUTES,
        "minutes": 1,
        "repeats": -1,
    },
}
PLAIN = {
    "args": None,
    "kwargs": None,
    "hook": None,
    "cron": None,
    "cluster": None,
    "intended_date_kwarg": None,
}


@transaction.atomic
def ensure(**kwargs) -> None:
    """Make the schedule rows exactly the fixed ones. Safe to call at every start."""
    Schedule.objects.exclude(name__in=FIXED).delete()
    for name, wanted in FIXED.items():
        _ensure_one(name, wanted | PLAIN)


def _ensure_one(name: str, wanted: dict) -> None:
    rows = Schedule.objects.filter(name=name).order_by("pk")
    first = rows.first()
    if first is None:
        Schedule.objects.create(name=name, next_run=timezone.now(), **wanted)
        return
    rows.exclude(pk=first.pk).delete()
    Schedule.objects.filter(pk=first.pk).update(**wanted)
    # A clock that once ran ahead must not silence the tick.
    far = timezone.now() + timedelta(minutes=wanted["minutes"] * 2)
    rows.filter(pk=first.pk, next_run__gt=far).update(next_run=timezone.now())
