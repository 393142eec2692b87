"""Words that open one thing without an account: signed from a row, never stored.

A row has `pk` and a random `nonce`; its word is the number and a signature of both. A copy of the
table therefore opens nothing, and a new nonce ends the old word.
"""

import hmac
import secrets
from collections.abc import Callable
from typing import Protocol

from django.conf import settings
from django.utils.crypto import salted_hmac


class Named(Protocol):
    pk: int
    nonce: str


def nonce() -> str:
    return secrets.token_urlsafe(16)


def token_of(salt: str, row: Named, secret: str | None = None) -> str:
    """The unguessable word of a row; `salt` tells one kind of row from another."""
    mac = salted_hmac(salt, f"{row.pk}.{row.nonce}", secret=secret, algorithm="sha256")
    return f"{row.pk}.{mac.hexdigest()[:32]}"


def number_in(token: str) -> int | None:
    """The number of the row that a word claims to be of."""
    number = token.partition(".")[0]
    fits = number.isascii() and number.isdigit() and len(number) <= 18
    return int(number) if fits else None


def opens(token: str, salt: str, row: Named) -> bool:
    """Whether the word is the row's."""
    return was_made(token, lambda secret: token_of(salt, row, secret))


def was_made(token: str, make: Callable[[str], str]) -> bool:
    """Whether `make(secret)` gives the token, with the present key or one in use before it."""
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(make(key).encode(), token.encode()) for key in known)
