"""Who stands on the rungs of a ladder, for many tickets at once."""

from collections.abc import Iterable

from django.db.models import Q

from foundation.accounts.choices import Scope
from foundation.accounts.models import User
from tickets.choices import Rung
from tickets.models import Ticket
from tickets.queries.permissions import grants, in_scope

ROLE_OF = {Rung.SUPERVISOR: "supervisor", Rung.HEAD: "head", Rung.MANAGER: "manager"}
ASSIGNS = "tickets.assign"


class Rungs:
    """The people of some tickets, read in three statements whatever their number."""

    def __init__(self, tickets: Iterable[Ticket]):
        tickets = list(tickets)
        waiting = {row.department_id for row in tickets if row.department_id}
        own = {row.handler_id for row in tickets} | {row.contact_id for row in tickets}
        people = User.objects.filter(is_active=True, is_program=False).filter(
            Q(roles__key__in=ROLE_OF.values())
            | Q(department__in=waiting, roles__grants__verb=ASSIGNS)
            | Q(pk__in=own - {None})
        )
        found = people.distinct().order_by("pk").prefetch_related("roles")
        self._people = {person.pk: person for person in found}

    def of(self, ticket: Ticket, rung: str) -> list[int]:
        """The people of a rung who see the ticket, without who left; empty where nobody is."""
        if rung == Rung.OWNER:
            return self._owner(ticket)
        people = [
            person
            for person in self._people.values()
            if any(role.key == ROLE_OF[rung] for role in person.role_list)
            # Who is only asked for help is nobody's supervisor; to know would be a question each.
            and any(in_scope(ticket, scope, person) for scope in person.scopes - {Scope.TASK})
        ]
        near = [person for person in people if self._is_near(ticket, person)]
        if rung == Rung.HEAD or (rung == Rung.SUPERVISOR and near):
            people = near
        return [person.pk for person in people]

    def _owner(self, ticket: Ticket) -> list[int]:
        """Who works on it; else who speaks with the customer; else who may choose somebody."""
        for pk in (ticket.handler_id, ticket.contact_id):
            if pk in self._people:
                return [pk]
        return [
            person.pk
            for person in self._people.values()
            if self._is_near(ticket, person) and grants(ticket, ASSIGNS, person)
        ]

    @staticmethod
    def _is_near(ticket: Ticket, person: User) -> bool:
        return ticket.department_id is not None and person.department_id == ticket.department_id
