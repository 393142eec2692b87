"""Keys of programs: how they look, how they are kept, what their scopes allow."""

import hashlib
from collections.abc import Iterable

PREFIX = "as_"
# What the lists show, enough to tell one key from another.
SHOWN = 9


def digest(secret: str) -> str:
    """The form in which a key is kept. It is long and random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def allows(scopes: Iterable[str], wanted: str) -> bool:
    """Whether a key with these scopes may do `wanted` ("tickets:read"); to write includes to read."""
    area, _, deed = wanted.partition(":")
    return wanted in scopes or (deed == "read" and f"{area}:write" in scopes)
