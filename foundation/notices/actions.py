"""Telling people. A notice is a row in the caller's transaction; mail gathers what is unread."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import override

from foundation.accounts.actors import Actor
from foundation.accounts.models import User
from foundation.accounts.queries import organisation
from foundation.clockwork.sweeps import each
from foundation.messaging import actions as outbox
from foundation.notices import letters, queries
from foundation.notices.models import Notice

MOST_LINES = 20


@dataclass(frozen=True)
class News:
    """One notice for several people. `once` tells it from all others of its kind."""

    kind: str
    users: Collection[int]
    once: str
    url: str
    data: dict[str, Any] = field(default_factory=dict)
    by_mail: bool = True


def notify(news: Iterable[News], *, at: datetime) -> int:
    """Write the notices that are not there yet; returns how many people × news were asked for.

    Written in batches of 500. Data holds ids and codes, never personal data.
    """
    rows = [
        Notice(
            user_id=user,
            kind=one.kind,
            data=one.data,
            url=one.url,
            dedupe_key=f"{one.kind}:{one.once}"[:120],
            at=at,
            by_mail=one.by_mail,
        )
        for one in news
        for user in one.users
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def read(notices: Iterable[int] | None, *, by: Actor, at: datetime) -> int:
    """Mark these of one's own notices as read, or all (None); returns how many were not."""
    rows = Notice.objects.visible_to(by).unread()
    if notices is not None:
        rows = rows.filter(pk__in=list(notices))
    return rows.update(read_at=at)


def digest(at: datetime) -> int:
    """The sweep: one mail to each person who has unread news, at most one in the set minutes."""
    waiting = Notice.objects.to_mail()
    people = User.objects.filter(pk__in=waiting.order_by().values("user"))
    return each(people, lambda user: _mail(user, at))


def _mail(user: User, at: datetime) -> bool:
    """Gather a person's unread news into one mail; False where it is too soon after the last."""
    mine = Notice.objects.filter(user=user, by_mail=True)
    last = mine.filter(mailed_at__isnull=False).aggregate(last=Max("mailed_at"))["last"]
    if last and at - last < timedelta(minutes=settings.NOTICE_MAIL_MINUTES):
        return False
    rows = mine.filter(mailed_at__isnull=True)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    found = list(rows.order_by("at", "pk"))
    fresh = [row for row in found if row.read_at is None]
    if fresh and user.is_active and user.email and not user.is_program:
        _queue(user, fresh, at)
    # What was read already counts as mailed before, so that it delays nothing.
    Notice.objects.filter(pk__in=[row.pk for row in fresh]).update(mailed_at=at)
    seen = [row.pk for row in found if row.read_at]
    Notice.objects.filter(pk__in=seen).update(by_mail=False)
    return bool(fresh)


def _queue(user: User, rows: list[Notice], at: datetime) -> None:
    language = organisation().default_language
    with override(language):
        lines = [line.words for line in queries.lines(rows[:MOST_LINES])]
    with transaction.atomic():
        outbox.queue(
            letters.DIGEST,
            to=user.email,
            language=language,
            context={
                "count": str(len(rows)),
                "lines": "\n".join(f"· {line}" for line in lines),
                "more": str(max(0, len(rows) - MOST_LINES)),
                "link": settings.SITE_URL + queries.address(),
            },
            dedupe_key=f"{letters.DIGEST}:{user.pk}:{rows[0].pk}-{rows[-1].pk}",
            at=at,
        )
