import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime

from foundation.accounts import rules
from foundation.accounts.cached import cached
from foundation.accounts.models import Grant, Organisation, ProgramKey, Role, User


@cached(Organisation)
def organisation() -> Organisation:
    """The settings row; its defaults where nobody has saved it yet."""
    return Organisation.objects.filter(pk=1).first() or Organisation(pk=1)


@cached(Role, User.roles.through)
def roles_of(user_id: int | None) -> Sequence[Role]:
    """The roles of this person, in their order."""
    return tuple(Role.objects.filter(people=user_id)) if user_id else ()


@cached(Role)
def roles_named(key: str) -> Sequence[Role]:
    """The role of this key, where there is one."""
    return tuple(Role.objects.filter(key=key))


def matrix_of(role_ids: Iterable[int]) -> Mapping[str, set[str]]:
    """{verb: scopes in which it may be used} over the roles together."""
    return _matrix(tuple(sorted(role_ids)))


@cached(Role, Grant)
def _matrix(role_ids: tuple[int, ...]) -> Mapping[str, set[str]]:
    verbs: dict[str, set[str]] = defaultdict(set)
    if role_ids:
        grants = Grant.objects.filter(role__in=role_ids).order_by()
        for verb, within in grants.values_list("verb", "within"):
            verbs[verb].add(within)
    return dict(verbs)


@cached(ProgramKey, User, besides=("last_used_at", "last_login", "password"))
def kept_key(digest: str) -> ProgramKey | None:
    """The key of this digest with its person, living or not, as this process knows it."""
    return ProgramKey.objects.select_related("user").filter(digest=digest).first()


def key_of(secret: str, at: datetime) -> tuple[ProgramKey | None, str]:
    """The living key of this secret with its person, and "" or why there is none.

    Reasons: unknown, revoked, expired, inactive (the person left).
    """
    digest = rules.digest(secret)
    known = kept_key(digest)
    if known is None or not hmac.compare_digest(known.digest, digest):
        return None, "unknown"
    # Rows of its own: a person remembers on their row what they may do.
    key = copy(known)
    key.user = copy(known.user)
    if key.revoked_at is not None:
        return None, "revoked"
    if key.expires_at is not None and key.expires_at <= at:
        return None, "expired"
    return (key, "") if key.user.is_active else (None, "inactive")
