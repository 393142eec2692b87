"""Writing documents: at once with the change, or by the sweep where a change touches many."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from foundation import bulk
from foundation.clockwork.claims import claim
from foundation.search import kinds, rules
from foundation.search.kinds import Entry
from foundation.search.models import Refresh

CHUNK = 1000
# The sweep holds rows while it reads them: few at a time, and not for the whole minute.
SWEPT, SECONDS = 200, 20


def put(key: str, entries: Iterable[Entry], *, are_new: bool = False) -> int:
    """Write these documents; returns how many. One query for each thousand.

    `are_new`: their subjects were created just now, so that none can be there.
    """
    document = kinds.get(key).document
    rows = [
        document(pk=entry.pk, at=entry.at, tokens=rules.document(entry.tokens, entry.personal))
        for entry in entries
    ]
    if are_new:
        return len(bulk.insert(rows))
    document.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["subject"],
        update_fields=["at", "tokens"],
        batch_size=CHUNK,
    )
    return len(rows)


@transaction.atomic
def index(key: str, pks: Sequence[int], *, lock: bool = False) -> int:
    """Write the documents of these subjects anew; returns how many. Constant queries.

    Verbs call it with rows that they hold; `lock` holds them here, so that a verb that changes
    them meanwhile has the last word. Subjects that are gone lose theirs with their row (CASCADE).
    """
    kind = kinds.get(key)
    if lock:
        held = kind.model._default_manager.select_for_update(no_key=True).filter(pk__in=pks)
        pks = list(held.order_by("pk").values_list("pk", flat=True))
    return put(key, kind.entries(pks)) if pks else 0


def later(key: str, pks: Iterable[int], *, at: datetime | None = None) -> None:
    """Have the sweep write these documents anew, within a minute."""
    due = at or timezone.now()
    rows = (Refresh(kind=key, subject_id=pk, due_at=due) for pk in pks)
    Refresh.objects.bulk_create(rows, batch_size=CHUNK)


def changed(key: str, pks: Sequence[int], *, at: datetime | None = None) -> None:
    """These things have other words now: index them at once, and have what follows them
    (`kinds.follow`) written anew by the sweep."""
    if key in {kind.key for kind in kinds.all_kinds()}:
        index(key, pks)
    for follower in kinds.followers(key):
        later(f"{key}>{follower}", pks, at=at)


def sweep(at: datetime) -> int:
    """Write anew what was marked at `at` or before; returns how many marks it handled."""
    done, until = 0, time.monotonic() + SECONDS
    while rows := claim(Refresh.objects.all(), at=at, limit=SWEPT):
        for key in sorted({row.kind for row in rows}):
            _refresh(key, sorted({row.subject_id for row in rows if row.kind == key}), at)
        Refresh.objects.filter(pk__in=[row.pk for row in rows]).delete()
        done += len(rows)
        if time.monotonic() > until:
            break
    return done


def _refresh(key: str, pks: list[int], at: datetime) -> None:
    followed, _, follower = key.partition(">")
    if not follower:
        index(key, pks, lock=True)
        return
    rows = kinds.followers(followed)[follower](pks)
    later(follower, rows.order_by().values_list("pk", flat=True).iterator(CHUNK), at=at)


def rebuild(
    key: str,
    subjects: QuerySet | None = None,
    *,
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    """Index every subject of a kind (or those of `subjects`), 1,000 at a time.

    Each thousand is kept by itself: what was interrupted goes on with `queries.missing`.
    """
    kind = kinds.get(key)
    subjects = kind.model._default_manager.all() if subjects is None else subjects
    done, last = 0, 0
    while pks := list(
        subjects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        last = pks[-1]
        done += index(key, pks, lock=True)
        tell(done)
    return done
