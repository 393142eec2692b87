"""Signed conversation keys: how a reply finds its conversation without trusting anybody.

A thread such as `ticket-123` travels in every Message-ID and Reply-To as `ticket-123.SIGNATURE`.
Numbers in a subject prove nothing; only a valid signature names a conversation.
"""

import base64
import re
import secrets
from functools import partial

from django.conf import settings
from django.utils.crypto import salted_hmac

from foundation.accounts.tokens import was_made

SALT = "foundation.messaging.keys"
THREAD = re.compile(r"[a-z0-9-]{1,60}")
# Bounded, so that a hostile header costs no more than its length.
KEY = re.compile(r"(?<![a-z0-9-])([a-z0-9-]{1,60})\.([a-z2-7]{16})(?=[.@])")


def sign(thread: str) -> str:
    """Sixteen letters and digits (80 bits); lower case, because mail systems change case."""
    return _signature(thread, settings.SECRET_KEY)


def _signature(thread: str, secret: str) -> str:
    if not THREAD.fullmatch(thread):
        raise ValueError(f"not a conversation: {thread!r}")
    digest = salted_hmac(SALT, thread, secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()


def new_nonce() -> str:
    return secrets.token_hex(8)


def message_id(thread: str, nonce: str) -> str:
    """`<ticket-123.SIGNATURE.nonce@domain>`; without a thread `<nonce@domain>`."""
    key = f"{thread}.{sign(thread)}." if thread else ""
    return f"<{key}{nonce}@{_address()[1]}>"


def reply_address(thread: str) -> str:
    """`service+ticket-123.SIGNATURE@domain`; without a thread the plain address."""
    local, domain = _address()
    return f"{local}+{thread}.{sign(thread)}@{domain}" if thread else settings.MAIL_ADDRESS


def thread_in(text: str) -> str | None:
    """The first conversation with a valid signature in header or address text, else None."""
    for thread, signature in KEY.findall(text.lower()):
        if _is_ours(thread, signature):
            return thread
    return None


def _is_ours(thread: str, signature: str) -> bool:
    return was_made(signature, partial(_signature, thread))


def _address() -> tuple[str, str]:
    local, _, domain = settings.MAIL_ADDRESS.rpartition("@")
    return local, domain
