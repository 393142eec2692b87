from datetime import datetime, timedelta

from django.utils import timezone

from foundation.accounts.models import User
from foundation.messaging.choices import IncomingOutcome, OutgoingStatus
from foundation.messaging.models import Endpoint, IncomingMessage, OutgoingMessage, may_read

RECENT = timedelta(days=7)


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
