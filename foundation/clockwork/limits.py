"""Rate limits in the database, so that every process counts together."""

import hashlib
import hmac
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from foundation.clockwork.models import Tally


class TooMany(Exception):
    """The limit is reached; `seconds` tells when it opens again."""

    def __init__(self, seconds: float):
        super().__init__(seconds)
        self.seconds = max(1, ceil(seconds))
        self.minutes = max(1, ceil(seconds / 60))


def count(kind: str, who: str, *, most: int, per: timedelta, at: datetime | None = None) -> None:
    """Count one try of `kind` by `who` (an address, a ticket …); raise TooMany past `most`.

    `who` is stored as a keyed hash: it may be personal data.
    """
    at = at or timezone.now()
    secret, caller = settings.SECRET_KEY.encode(), who.encode("utf-8", "surrogatepass")
    key = f"{kind}:{hmac.new(secret, caller, hashlib.sha256).hexdigest()[:32]}"
    with transaction.atomic():
        # Locked, so that the sweep of ended windows does not take it away in between.
        Tally.objects.select_for_update().get_or_create(
            key=key, defaults={"window_ends_at": at + per}
        )
        Tally.objects.filter(key=key, window_ends_at__lte=at).update(
            window_ends_at=at + per, count=0
        )
        Tally.objects.filter(key=key).update(count=F("count") + 1)
        tally = Tally.objects.get(key=key)
    if tally.count > most:
        raise TooMany((tally.window_ends_at - at).total_seconds())


def address(request) -> str:
    """The caller's address; the proxy's word counts only where one is configured."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.BEHIND_PROXY and forwarded:
        return forwarded.split(",")[-1].strip()
    return request.META.get("REMOTE_ADDR", "")


def count_sign_in(request) -> None:
    """Sixty tries from one address in a quarter of an hour, whatever names are tried."""
    count("sign-in", address(request), most=60, per=timedelta(minutes=15))
