"""Is the program alive, and is it ready for work?

`/healthz` touches nothing: the process answers. `/readyz` asks the database, the migrations, the
worker's heartbeat and the outbox; 503 names what is wrong. Both are answered before sessions,
hosts and languages, so that a probe works while those fail.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from foundation.clockwork.models import Heartbeat
from foundation.messaging.choices import OutgoingStatus
from foundation.messaging.models import OutgoingMessage

BEAT_LIMIT = timedelta(minutes=3)
UNSENT_LIMIT = timedelta(minutes=15)


@dataclass(frozen=True)
class Check:
    ok: bool
    text: str


class _Migrations:
    """Reading the migration files costs; once they are all applied they stay so."""

    applied = False

    def __call__(self, at: datetime) -> Check:
        if not self.applied:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if plan:
                return Check(False, f"{len(plan)} not applied")
            self.applied = True
        return Check(True, "ok")


def database(at: datetime) -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Check(True, "ok")


def worker(at: datetime) -> Check:
    """The minute tick leaves a heartbeat."""
    beat = Heartbeat.objects.filter(name="worker").values_list("beat_at", flat=True).first()
    if beat is None:
        return Check(False, "never seen")
    age = max(0, round((at - beat).total_seconds()))
    return Check(at - beat <= BEAT_LIMIT, f"seen {age} s ago")


def messages(at: datetime) -> Check:
    """How long the oldest message that is due has been waiting."""
    # Other programs may be down without us being so.
    due = OutgoingMessage.objects.filter(
        status=OutgoingStatus.WAITING, due_at__lte=at, endpoint__isnull=True
    )
    oldest = due.order_by("due_at").values_list("due_at", flat=True).first()
    if oldest is None:
        return Check(True, "none waiting")
    age = round((at - oldest).total_seconds())
    return Check(at - oldest <= UNSENT_LIMIT, f"oldest waiting {age} s")


CHECKS: dict[str, Callable[[datetime], Check]] = {
    "database": database,
    "migrations": _Migrations(),
    "worker": worker,
    "messages": messages,
}


def status(at: datetime | None = None, only: Collection[str] = ()) -> tuple[bool, dict[str, str]]:
    """(ready, {check: words}), of all checks or those named in `only`.

    A check that cannot ask the database says only that.
    """
    at = at or timezone.now()
    found = {}
    for name in only or CHECKS:
        check = CHECKS[name]
        try:
            found[name] = check(at)
        except DatabaseError:
            found[name] = Check(False, "cannot be asked")
    return all(one.ok for one in found.values()), {name: one.text for name, one in found.items()}


class Health:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return ready(request)
        return self.get_response(request)


def ready(request) -> JsonResponse:
    is_ready, checks = status()
    response = JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)
    response["Cache-Control"] = "no-store"
    # Not an error of ours that Django should log each time a probe asks.
    response._has_been_logged = True
    return response
