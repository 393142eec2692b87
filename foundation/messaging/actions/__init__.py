"""The writers of messages. Rows first; they leave later, by the sweep."""

from foundation.messaging.actions.endpoints import (
    announce,
    change_endpoint,
    check_address,
    deliver_due,
    ping,
    record_endpoint,
    rotate_secret,
)
from foundation.messaging.actions.outbox import (
    came_back,
    drop,
    keep_incoming,
    nudge,
    queue,
    send_again,
    send_due,
    settle_incoming,
)

__all__ = [
    "announce",
    "came_back",
    "change_endpoint",
    "check_address",
    "deliver_due",
    "drop",
    "keep_incoming",
    "nudge",
    "ping",
    "queue",
    "record_endpoint",
    "rotate_secret",
    "send_again",
    "send_due",
    "settle_incoming",
]
