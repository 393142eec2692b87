"""Telling another program, by a signed POST to its address."""

import time

from foundation.messaging import webhooks
from foundation.messaging.channels import Permanent, Temporary
from foundation.messaging.channels.webhook.wire import is_private_number as is_private_number
from foundation.messaging.channels.webhook.wire import post
from foundation.messaging.models import OutgoingMessage


def send(message: OutgoingMessage) -> None:
    """Post the event; raises Permanent, Temporary or Unreachable. What is answered is not kept."""
    endpoint = message.endpoint
    body, stamp = message.body, int(time.time())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Aftersales-Webhook/1",
        "Aftersales-Signature": webhooks.signature(endpoint.nonces(stamp), body, stamp),
    }
    status = post(endpoint.url, body.encode(), headers)
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Temporary("redirect")
    if status == 410:
        raise Permanent("gone")
    raise Temporary(f"HTTP {status}")
