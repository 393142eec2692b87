"""Who could do the work of a ticket. The plain answer is here; a higher app may register a better."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.accounts.models import Grant, User
from tickets.choices import Status
from tickets.models import Ticket


@dataclass(frozen=True)
class Candidate:
    """A person who can take the ticket, and why they stand where they stand.

    `load` counts their tickets assigned or in progress; the user's department is loaded.
    """

    user: User
    load: int
    is_in_department: bool
    why: str
    knows_unit: bool = False
    knows_customer: bool = False


def able() -> QuerySet[User]:
    """Active people with a role that lets them start work, with `load` and `is_lead` (may assign
    others); one query, departments included."""
    work = Ticket.objects.filter(
        handler=OuterRef("pk"), status__in=(Status.ASSIGNED, Status.IN_PROGRESS)
    )
    load = work.order_by().values("handler").annotate(n=Count("pk")).values("n")
    return (
        User.objects.filter(_granted("tickets.start"), is_active=True)
        .select_related("department")
        .annotate(
            load=Coalesce(Subquery(load, output_field=IntegerField()), 0),
            is_lead=_granted("tickets.assign"),
        )
    )


def _granted(verb: str) -> Exists:
    return Exists(Grant.objects.filter(verb=verb, role__people=OuterRef("pk")))


def in_department(user: User, ticket: Ticket) -> bool:
    """Whether the person belongs to the department that owns the ticket."""
    return ticket.department_id is not None and user.department_id == ticket.department_id


def why_of(user: User, *phrases: str) -> str:
    """Department, open work, and what else speaks for the person, in one line."""
    load = ngettext("%(n)d open ticket", "%(n)d open tickets", user.load) % {"n": user.load}
    busy = load if user.load else _("nothing open")
    department = user.department.name if user.department_id else ""
    return " · ".join(text for text in (*phrases, department, busy) if text)


def plain(ticket: Ticket) -> list[Candidate]:
    """Everybody able: the owning department first, workers before leaders, least load first."""
    found = [
        Candidate(user, user.load, in_department(user, ticket), why_of(user))
        for user in able().exclude(Q(pk=ticket.handler_id))
    ]
    return sorted(
        found, key=lambda c: (not c.is_in_department, c.user.is_lead, c.load, str(c.user))
    )


_answer: Callable[[Ticket], list[Candidate]] = plain


def register(answer: Callable[[Ticket], list[Candidate]]) -> None:
    """Let a higher app answer instead, from its `ready()`."""
    global _answer
    _answer = answer


def candidates(ticket: Ticket) -> list[Candidate]:
    """People for the assign dialog, best first; a constant number of queries."""
    return _answer(ticket)
