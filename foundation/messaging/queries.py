from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from foundation.accounts.cached import cached
from foundation.accounts.models import User
from foundation.messaging.choices import IncomingOutcome, OutgoingStatus
from foundation.messaging.models import (
    Endpoint,
    IncomingMessage,
    MessageTemplate,
    OutgoingMessage,
    may_read,
)

RECENT = timedelta(days=7)
# How an endpoint fares, which telling it writes down each time.
FARING = ("failures", "failing_since", "paused_until", "last_error", "last_sent_at")


@cached(Endpoint, besides=FARING)
def active_endpoints() -> Sequence[Endpoint]:
    """The programs that are told of anything; how they fare is not to be read from these."""
    return tuple(Endpoint.objects.filter(is_active=True))


@cached(MessageTemplate)
def texts_of(key: str) -> Mapping[str, MessageTemplate]:
    """{language: text} of one kind of message."""
    return {row.language: row for row in MessageTemplate.objects.filter(key=key)}


def home_list(user: User, request, at: datetime | None = None) -> dict | None:
    """For the home page: mail of the last seven days that did not go, or that nobody handled."""
    if not may_read(user):
        return None
    since = (at or timezone.now()) - RECENT
    failed = OutgoingMessage.objects.filter(
        status=OutgoingStatus.FAILED, created_at__gt=since, endpoint__isnull=True
    )
    kept = IncomingMessage.objects.filter(
        outcome=IncomingOutcome.QUARANTINED, received_at__gt=since
    )
    off = Endpoint.objects.filter(disabled_at__gt=since, is_active=False)
    counts = {"failed": failed.count(), "kept": kept.count(), "off": off.count()}
    return counts if any(counts.values()) else None
