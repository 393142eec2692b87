"""Doing something once for a key, however often it is asked."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from foundation.clockwork.models import Once


def once(scope: str, key: str, work: Callable[[], dict]) -> tuple[dict, bool]:
    """Run `work` at the first use of the key and keep its answer (JSON).

    Returns (answer, fresh). The key and the work commit together; a second caller waits for
    the first on the unique row and gets the kept answer.
    """
    key = _kept(key)
    try:
        with transaction.atomic():
            row = Once.objects.create(scope=scope, key=key)
            row.answer = work()
            row.save(update_fields=["answer"])
            return row.answer, True
    except IntegrityError:
        row = Once.objects.filter(scope=scope, key=key).first()
        if row is None:
            raise
        return row.answer, False


def kept(scope: str, key: str) -> dict | None:
    """The answer that the key's first use got; None where it was not used yet."""
    return Once.objects.filter(scope=scope, key=_kept(key)).values_list("answer", flat=True).first()


def _kept(key: str) -> str:
    """The key as it fits the column; what the database cannot hold is kept as its digest."""
    if len(key) <= 120 and key.isprintable():
        return key
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def fingerprint(values: Mapping[str, Any]) -> str:
    """32 hex digits of what a form holds, to know a repeated sending by.

    Uploads count by name and size, rows by their key. The same page sent with other words is
    another sending.
    """
    seen = hashlib.sha256()
    for name in sorted(values):
        seen.update(f"{name}={_plain(values[name])!r};".encode("utf-8", "replace"))
    return seen.hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if hasattr(value, "size") and hasattr(value, "name"):
        return (value.name, value.size)
    return str(getattr(value, "pk", value))
