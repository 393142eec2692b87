import hmac
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from foundation.accounts import rules
from foundation.accounts.models import Grant, Organisation, ProgramKey

_known: ContextVar[dict | None] = ContextVar("known", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Read the organisation at most once inside: around a request, which needs it many times."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def organisation() -> Organisation:
    """The settings row; its defaults where nobody has saved it yet."""
    known = _known.get()
    if known is not None and "row" in known:
        return known["row"]
    row = Organisation.objects.filter(pk=1).first() or Organisation(pk=1)
    if known is not None:
        known["row"] = row
    return row


def matrix_of(role_ids: Iterable[int]) -> dict[str, set[str]]:
    """{verb: scopes in which it may be used} over the roles together."""
    verbs: dict[str, set[str]] = defaultdict(set)
    for verb, within in Grant.objects.filter(role__in=list(role_ids)).values_list("verb", "within"):
        verbs[verb].add(within)
    return dict(verbs)


def key_of(secret: str, at: datetime) -> tuple[ProgramKey | None, str]:
    """The living key of this secret with its person, and "" or why there is none.

    Reasons: unknown, revoked, expired, inactive (the person left).
    """
    digest = rules.digest(secret)
    key = ProgramKey.objects.select_related("user").filter(digest=digest).first()
    if key is None or not hmac.compare_digest(key.digest, digest):
        return None, "unknown"
    if key.revoked_at is not None:
        return None, "revoked"
    if key.expires_at is not None and key.expires_at <= at:
        return None, "expired"
    return (key, "") if key.user.is_active else (None, "inactive")
