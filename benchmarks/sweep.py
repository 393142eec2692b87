"""One sweep among a million open deadlines, and a hundred thousand that follow a calendar.

    DATABASE_URL=postgres://…/throwaway python benchmarks/sweep.py [--open 1000000] [--due 1000]

Works on PostgreSQL, in an empty database that `manage.py setup` has prepared and that may be thrown
away. Prints seconds of the clock and of this process, and the number of statements.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
WEEK = ("mon", "tue", "wed", "thu", "fri")


def clone(table: str, pk: int, count: int, own: dict[str, str]) -> None:
    """`count` copies of a row; `own` are expressions in `g`, the number of the copy."""
    from django.db import connection

    with connection.cursor() as cursor:
        names = [
            column.name
            for column in connection.introspection.get_table_description(cursor, table)
            if column.name != "id"
        ]
        values = ", ".join(own.get(name, f'"{name}"') for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table}, "
            f"generate_series(1, {count}) g WHERE id = {pk}"
        )


def fill(options) -> None:
    """Tickets with four open deadlines each, some of them on the calendar that will change."""
    from django.db import connection
    from django.utils import timezone

    from foundation.accounts.actors import SYSTEM
    from tickets import actions
    from tickets.models import Deadline, Ticket

    now = timezone.now()
    facts = {"kind": "fault", "symptom": "benchmark", "requester_phone": "13800000000"}
    first = actions.receive(by=SYSTEM, channel="web", facts=facts, at=now)
    count = options.open // 4
    clone("tickets_ticket", first.pk, count, {"number": "'B' || g"})
    row = first.deadlines.get(key="first-response")
    Deadline.objects.filter(pk=row.pk).update(
        calendar="benchmark", calendar_version=1, length="9600m"
    )
    tickets = Ticket.objects.filter(number__startswith="B").order_by("pk")
    base = tickets.values_list("pk", flat=True).first() - 1
    ahead = "interval '1 day' + g * interval '1 second'"
    for part in range(4):
        own = {
            "ticket_id": f"{base} + g",
            "round": str(part + 2),
            "due_at": f"now() + {ahead}",
            "warn_at": f"now() + {ahead}",
        }
        if part:
            own["calendar"] = "'24x7'"
        clone("tickets_deadline", row.pk, count, own)
    late = Deadline.objects.filter(round=2, ticket__number__startswith="B")
    due = list(late.order_by("pk").values_list("pk", flat=True)[: options.due])
    Deadline.objects.filter(pk__in=due).update(due_at=now, warn_at=now, calendar="24x7")
    some = late.filter(calendar="benchmark").order_by("pk")
    beyond = some.values_list("pk", flat=True)[options.recompute :][:1]
    Deadline.objects.filter(calendar="benchmark", pk__gte=next(iter(beyond), 2**60)).update(
        calendar="24x7"
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(what: str, work: Callable[[], object]) -> None:
    from django.db import connection

    statements = []

    def count(execute, sql, params, many, context):
        statements.append(sql[:20])
        return execute(sql, params, many, context)

    clock, cpu = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        found = work()
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    print(f"{what}: {found}; {clock:.2f} s, {cpu:.2f} s here, {len(statements)} statements")


def follow_calendar() -> int:
    """A new version of the calendar, and its job slice by slice."""
    from foundation.accounts.actors import SYSTEM
    from foundation.calendars.actions import publish
    from foundation.calendars.models import Calendar
    from foundation.clockwork import jobs
    from foundation.clockwork.models import Job

    spec = {"timezone": "Asia/Shanghai", "week": {day: [["08:00", "17:00"]] for day in WEEK}}
    publish(Calendar.objects.get(key="benchmark"), spec, reason="benchmark", by=SYSTEM)
    job = Job.objects.latest("pk")
    while job.is_unfinished:
        job = jobs.run(job.pk)
    return job.done


def main() -> None:
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=1_000)
    parser.add_argument("--recompute", type=int, default=100_000)
    options = parser.parse_args()
    django.setup()
    from django.utils import timezone

    from foundation.accounts.actors import SYSTEM
    from foundation.calendars.actions import record_calendar
    from foundation.calendars.models import Calendar
    from tickets.actions import breach_due, warn_due

    if not Calendar.objects.filter(key="benchmark").exists():
        spec = {"timezone": "Asia/Shanghai", "week": {day: [["09:00", "18:00"]] for day in WEEK}}
        names = {"key": "benchmark", "name_zh": "测试", "name_en": "Benchmark"}
        record_calendar(**names, spec=spec, reason="benchmark", by=SYSTEM)
        fill(options)
    timed("sweep, breaches", lambda: breach_due(timezone.now()))
    timed("sweep, nothing due", lambda: breach_due(timezone.now()))
    timed("sweep, warnings", lambda: warn_due(timezone.now()))
    timed("recompute", follow_calendar)


if __name__ == "__main__":
    main()
