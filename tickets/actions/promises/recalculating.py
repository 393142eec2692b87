"""What is open follows a calendar to its new version: a job that somebody starts."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor, user_or_none
from foundation.calendars.models import Calendar
from foundation.calendars.queries import hours_of
from foundation.calendars.rules import Hours, OutOfRange
from foundation.clockwork import jobs
from foundation.clockwork.models import Job
from tickets.actions.promises.ledger import OPEN, calculate, pauses_of
from tickets.actions.promises.showing import show_next_promises
from tickets.choices import DeadlineState
from tickets.models import Deadline, DeadlineEvent, Ticket
from tickets.queries.policies import behind
from tickets.queries.terms import Book, book

KIND, PIECE = "recalculate", 1000


def recalculate(calendar: Calendar, *, by: Actor, at: datetime | None = None) -> Job | None:
    """Ask for new due times of what is open and was computed with an older version of a calendar.

    Each deadline's history says what it was, with which version and who asked. Returns the job,
    None where nothing is behind.
    """
    count = behind(calendar.key, calendar.version).count()
    if not count:
        return None
    owner = user_or_none(by)
    return jobs.start(
        KIND,
        title=_("New due times: %(calendar)s, version %(version)s")
        % {"calendar": calendar, "version": calendar.version},
        params={
            "calendar": calendar.key,
            "version": calendar.version,
            "by": owner and owner.pk,
        },
        owner=owner,
        total=count,
        at=at,
    )


def work(job: Job, enough: Callable[[], bool]) -> bool:
    """A piece of a thousand deadlines and the job's place in one transaction, until the end."""
    key, version = job.params["calendar"], job.params["version"]
    hours, rules = hours_of(key, version)[0], book()
    while True:
        with transaction.atomic():
            after = job.place.get("after", [0, 0])
            found = list(_after(behind(key, version), after)[:PIECE])
            if found:
                data = {"why": "calendar", "version": version, "by": job.params["by"]}
                _follow(found, hours, rules, data, timezone.now())
                place = list(found[-1][:2])
                jobs.keep(job, done=job.done + len(found), after=place)
        if not found:
            return True
        if enough():
            return False


def _after(rows: QuerySet[Deadline], place: Sequence[int]) -> QuerySet:
    """(version, key, ticket) in the order of the index, from a place on."""
    version, pk = place
    later = Q(calendar_version__gt=version) | Q(calendar_version=version, pk__gt=pk)
    ordered = rows.filter(later, calendar_version__gte=version).order_by("calendar_version", "pk")
    return ordered.values_list("calendar_version", "pk", "ticket")


def _follow(
    found: list[tuple[int, int, int]], hours: Hours, rules: Book, data: dict, at: datetime
) -> None:
    """New due times of a piece, under the locks of its tickets. What is late stays late."""
    tickets = Ticket.objects.filter(pk__in={ticket for *_rest, ticket in found})
    # Read for the lock alone.
    list(tickets.order_by("pk").select_for_update().values_list("pk"))
    rows = Deadline.objects.filter(pk__in=[pk for _version, pk, _ticket in found], state__in=OPEN)
    changed, events = [], []
    for deadline in rows.exclude(state=DeadlineState.RUNNING, due_at__lt=at):
        before = deadline.due_at
        if _moved(deadline, hours, rules, data["version"]):
            changed.append(deadline)
            said = {**data, "calendar": deadline.calendar, "before": before.isoformat()}
            events.append(
                DeadlineEvent(
                    deadline=deadline, kind="recomputed", at=at, due_at=deadline.due_at, data=said
                )
            )
    if not changed:
        return
    _write(changed)
    early = [row.pk for row in changed if row.warned_at and row.warn_at > at]
    Deadline.objects.filter(pk__in=early).update(warned_at=None)
    DeadlineEvent.objects.bulk_create(events)
    show_next_promises({deadline.ticket_id for deadline in changed})


def _moved(deadline: Deadline, hours: Hours, rules: Book, version: int) -> bool:
    """Set its times anew; False where the hours are not open long enough."""
    promise = rules.promises[deadline.promise_id]
    try:
        calculate(deadline, hours, rules.percent(promise, deadline.policy_id))
    except OutOfRange:
        return False
    deadline.calendar_version = version
    if deadline.state == DeadlineState.PAUSED:
        begun = pauses_of(deadline)[-1][0]
        if deadline.due_at <= begun:
            # Its time was over before it was paused: the sweep finds it.
            deadline.state, deadline.pauses = DeadlineState.RUNNING, deadline.pauses[:-1]
            deadline.save(update_fields=["state", "pauses"])
    return True


WRITE = """
UPDATE {table} SET due_at = v.column2, warn_at = v.column3, calendar_version = v.column4
FROM (VALUES {rows}) AS v WHERE {table}.id = v.column1
"""


def _write(deadlines: list[Deadline]) -> None:
    """One statement for all; Django's own would spell out a condition for each row and column."""
    names = ("id", "due_at", "warn_at", "calendar_version")
    fields = [Deadline._meta.get_field(name) for name in names]
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for row in deadlines
        for field in fields
    ]
    sql = WRITE.format(
        table=connection.ops.quote_name(Deadline._meta.db_table),
        rows=", ".join(["(%s, %s, %s, %s)"] * len(deadlines)),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
