"""What the verbs of this app share: permission, lock, change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from customers import rules
from customers.models import Versioned
from foundation.accounts.actors import Actor, user_or_none


def require(verb: str, *, by: Actor) -> None:
    """PermissionDenied where no role of the actor grants the verb."""
    if not by.may(verb):
        raise PermissionDenied(_("Your role does not allow this. Ask a supervisor."))


def locked(row: Any) -> Any:
    """The row as it is now, held until the transaction ends."""
    return type(row).objects.select_for_update().get(pk=row.pk)


def change(
    row: Versioned,
    allowed: frozenset[str],
    changes: Mapping[str, Any],
    *,
    version: int | None,
    by: Actor,
    at: datetime | None,
) -> Any:
    """Set some of the `allowed` columns of a row that nobody changed since `version`."""
    if unknown := set(changes) - allowed:
        raise TypeError(f"Not to be changed: {', '.join(sorted(unknown))}")
    row = locked(row)
    row.refuse_stale(version)
    for field, value in changes.items():
        setattr(row, field, rules.clean(value) if isinstance(value, str) else value)
    if changes:
        row.full_clean()
        row.touch(user_or_none(by), at or timezone.now())
        row.save()
    return row
