from collections import defaultdict
from collections.abc import Iterable

from foundation.accounts.models import Grant, Organisation


def organisation() -> Organisation:
    """The settings row; its defaults where nobody has saved it yet."""
    return Organisation.objects.filter(pk=1).first() or Organisation(pk=1)


def matrix_of(role_ids: Iterable[int]) -> dict[str, set[str]]:
    """{verb: scopes in which it may be used} over the roles together."""
    verbs: dict[str, set[str]] = defaultdict(set)
    for verb, within in Grant.objects.filter(role__in=list(role_ids)).values_list("verb", "within"):
        verbs[verb].add(within)
    return dict(verbs)
