"""The board on the wall: what is late and what soon will be, in each department."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from foundation.accounts.choices import Scope
from foundation.accounts.models import Department, User
from tickets.models import Promise, Ticket

SOON = timedelta(hours=1)
MOST_COUNTED, MOST_SHOWN = 99, 5


@dataclass(frozen=True)
class Line:
    """A ticket without anything personal."""

    ticket: Ticket
    promise: str


@dataclass(frozen=True)
class Column:
    """A department; None is what nobody has classified yet. Numbers go up to 99, then "99+"."""

    department: Department | None
    late: str
    soon: str
    urgent: list[Line]


def columns(user: User, at: datetime) -> list[Column]:
    """What this person may see, the departments in their order, the unclassified first.

    Two short statements for each by the index of due times, so the cost is what is due within the
    hour, however many wait.
    """
    seen = Ticket.objects.visible_to(user).filter(next_due_at__lt=at + SOON)
    names = {promise.key: promise.name for promise in Promise.objects.all()}
    found = [
        _column(seen.filter(department=department), department, names, at)
        for department in (None, *Department.objects.all())
    ]
    return [row for row in found if row.urgent or _is_own(row, user)]


def _is_own(row: Column, user: User) -> bool:
    """Whether also the calm of a department is worth showing."""
    if row.department is None:
        return False
    return Scope.ALL in user.scopes or row.department.pk == user.department_id


def _column(
    rows: QuerySet[Ticket], department: Department | None, names: dict[str, str], at: datetime
) -> Column:
    rows = rows.order_by("next_due_at", "pk")
    late = list(rows.filter(next_due_at__lt=at).only(*SHOWN)[: MOST_COUNTED + 1])
    soon = list(rows.filter(next_due_at__gte=at).only(*SHOWN)[: MOST_COUNTED + 1])
    urgent = [
        Line(row, names.get(row.next_promise, row.next_promise))
        for row in [*late, *soon][:MOST_SHOWN]
    ]
    return Column(department, _counted(late), _counted(soon), urgent)


SHOWN = ("number", "priority", "proposed_priority", "next_due_at", "next_promise")


def _counted(rows: list[Ticket]) -> str:
    return str(len(rows)) if len(rows) <= MOST_COUNTED else f"{MOST_COUNTED}+"
