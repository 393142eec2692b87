"""Who did it, when it was not a person who signs in.

Verbs take `by=`: a `User`, the `CaseHolder` behind a customer's link, or `SYSTEM`.
All three answer `may(verb)`, `actor_kind`, and `user_or_none(by)` gives the row to store.
"""

from dataclasses import dataclass
from functools import cached_property

from foundation.accounts.choices import Scope
from foundation.accounts.models import User


@dataclass
class CaseHolder:
    """A customer who holds a valid link or code for one ticket."""

    ticket_id: int | None
    actor_kind = "customer"
    is_superuser = False
    department_id = None
    pk = None

    @cached_property
    def matrix(self) -> dict[str, set[str]]:
        from foundation.accounts.queries import matrix_of, roles_named

        return matrix_of([role.pk for role in roles_named("customer")])

    @property
    def scopes(self) -> set[str]:
        return {Scope.CASE}

    def may(self, verb: str) -> bool:
        return verb in self.matrix


class _System:
    """The software itself: clocks, imports, the demo."""

    actor_kind = "system"
    is_superuser = True
    department_id = None
    pk = None
    scopes = frozenset({Scope.ALL})

    def may(self, verb: str) -> bool:
        return True


SYSTEM = _System()
Actor = User | CaseHolder | _System


def user_or_none(by: Actor) -> User | None:
    return by if isinstance(by, User) else None
