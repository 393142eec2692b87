"""How long it takes to write 100,000 tickets to a file, and how much memory: the jobs themselves."""

import resource
import time
from collections.abc import Iterator

ROWS = 100_000


def measure() -> None:
    from django.utils import timezone, translation

    from foundation.accounts.models import User
    from foundation.clockwork import jobs
    from foundation.lists import kinds
    from foundation.sheets import exports
    from tickets.models import Ticket

    user = User.objects.get(username="supervisor")
    newest = Ticket.objects.order_by("-received_at").values_list("received_at", flat=True)
    since = timezone.localtime(newest[min(ROWS, Ticket.objects.count() - 1)]).date()
    columns = kinds.get("tickets.alltickets").columns
    shown = [column.key for column in columns][:12]
    listed = {"list": "tickets.alltickets", "address": f"received={since}..", "columns": shown}
    report = {"filter": f"first={since}"}
    print("| file | rows | seconds | MB at most |\n| --- | --- | --- | --- |")
    for source, query in (("list", listed), ("tickets.report", report)):
        for kind in ("csv", "xlsx"):
            with translation.override("zh-hans"):
                job = exports.start(source, query=query, kind=kind, title=kind, name=kind, by=user)
            began = time.monotonic()
            for _ in slices(job, jobs):
                pass
            took = time.monotonic() - began
            job.refresh_from_db()
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"| {source} {kind} | {job.done} | {took:.1f} | {most:.0f} | {job.error}",
                flush=True,
            )


def slices(job, jobs) -> Iterator[None]:
    while job.is_unfinished:
        job = jobs.run(job.pk)
        yield
