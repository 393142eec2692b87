"""The kinds of events that other programs can be told, and how they are signed.

    webhooks.register("ticket.received", _("Received"))          # from ready()

A secret is derived from the endpoint's nonce, never stored: a copy of the table opens nothing.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SALT = "foundation.messaging.webhooks"
PING = "ping"
_events: dict[str, str | Promise] = {}


def register(kind: str, label: str | Promise) -> None:
    _events[kind] = label


def events() -> dict[str, str | Promise]:
    """{kind: what happened, in words}, in the order in which they were registered."""
    return dict(_events)


def label(kind: str) -> str:
    return str(_("Test") if kind == PING else _events.get(kind, kind))


def secret_of(nonce: str, key: str | None = None) -> str:
    """What the receiver checks signatures with."""
    mac = salted_hmac(SALT, nonce, secret=key or settings.SECRET_KEY, algorithm="sha256")
    return "whsec_" + base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def body_of(kind: str, *, identity: str, at: datetime, data: dict[str, Any]) -> str:
    """The text that is signed and sent: ids, codes, numbers and states only."""
    envelope = {"id": identity, "type": kind, "at": at.isoformat(), **data}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))


def signature(nonces: list[str], body: str, stamp: int) -> str:
    """`t=…,v1=…`: one v1 for every secret that is good now, also those of a former SECRET_KEY."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    secrets = [secret_of(nonce, key) for nonce in nonces for key in keys]
    signed = f"{stamp}.{body}".encode()
    marks = [hmac.new(one.encode(), signed, hashlib.sha256).hexdigest() for one in secrets]
    return ",".join([f"t={stamp}", *(f"v1={mark}" for mark in marks)])
