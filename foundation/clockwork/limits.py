"""Rate limits in the database, so that every process counts together."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from threading import Lock

from django.conf import settings
from django.db import connection, transaction
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


# One statement, so that processes that count at once never wait for a transaction of another.
SPEND = """
INSERT INTO {table} AS t (key, window_ends_at, count) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN t.window_ends_at <= %s THEN excluded.count ELSE t.count + excluded.count END,
    window_ends_at = CASE
        WHEN t.window_ends_at <= %s THEN excluded.window_ends_at ELSE t.window_ends_at END
RETURNING count, window_ends_at
"""


def spend(key: str, number: int, *, per: timedelta, at: datetime) -> tuple[int, datetime]:
    """Count `number` uses of `key`; (how many in the window with these, when it ends)."""
    moment = connection.ops.adapt_datetimefield_value(at)
    ends = connection.ops.adapt_datetimefield_value(at + per)
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(Tally._meta.db_table)
        cursor.execute(SPEND.format(table=table), [key, ends, number, moment, moment])
        used, ends_at = cursor.fetchone()
    # SQLite answers without a zone, as a moment or as text.
    if isinstance(ends_at, str):
        ends_at = datetime.fromisoformat(ends_at)
    return used, ends_at if ends_at.tzinfo else ends_at.replace(tzinfo=UTC)


@dataclass
class _Held:
    """Permits this process has taken and not used yet; with `is_over` there are no more."""

    ends_at: datetime
    left: int = 0
    is_over: bool = False


# A handful is this part of the limit: larger asks the database less, smaller wastes less.
HANDFULS = 50
MOST_HELD = 10_000
_held: dict[str, _Held] = {}
_lock = Lock()


def allow(kind: str, who: str, *, most: int, per: timedelta, at: datetime | None = None) -> None:
    """Let one use pass, or raise TooMany: `most` per window over all processes and hosts together.

    A process takes permits from the shared count in handfuls of 2 %, so that most calls ask
    nobody. The limit is never exceeded; it may be told a few handfuls early. `who` is kept as it
    is, so it must not be personal data.
    """
    at = at or timezone.now()
    key = f"{kind}:{who}"
    if _take_held(key, at):
        return
    handful = max(1, most // HANDFULS)
    used, ends_at = spend(key, handful, per=per, at=at)
    granted = min(handful, most - used + handful)
    with _lock:
        if len(_held) >= MOST_HELD:
            _held.clear()
        held = _held.get(key)
        if held is None or held.ends_at <= at:
            held = _held[key] = _Held(ends_at)
        held.left += max(granted, 0)
        held.is_over = granted < handful
    if not _take_held(key, at):
        raise TooMany((ends_at - at).total_seconds())


def _take_held(key: str, at: datetime) -> bool:
    """Use one permit that is here. Raises TooMany where it is known that there are no more."""
    with _lock:
        held = _held.get(key)
        if held is None or held.ends_at <= at:
            return False
        if held.left > 0:
            held.left -= 1
            return True
        if held.is_over:
            raise TooMany((held.ends_at - at).total_seconds())
        return False


def forget() -> None:
    """Forget what this process holds (tests roll the shared count back)."""
    with _lock:
        _held.clear()


def address_key(request) -> str:
    """The caller's address as a keyed hash: it may be personal data."""
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, address(request).encode(), hashlib.sha256).hexdigest()[:32]


def address(request) -> str:
    """The caller's address; the proxy's word counts only where one is configured."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.BEHIND_PROXY and forwarded:
        return forwarded.split(",")[-1].strip()
    return request.META.get("REMOTE_ADDR", "")


def count_sign_in(request) -> None:
    """Sixty tries from one address in a quarter of an hour, whatever names are tried."""
    count("sign-in", address(request), most=60, per=timedelta(minutes=15))
