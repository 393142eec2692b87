"""Configuration read once per process: what administrators seldom edit and every request needs.

    @cached(SafetyWord)
    def safety_words() -> tuple[str, ...]:
        return tuple(SafetyWord.objects.values_list("word", flat=True))

Whoever writes rows of such a model gives `Revision` a new word in the same transaction. A request
asks for that word once, and takes what this process has read under the same word. So nothing is
older than the last commit before it was asked for, on every host, and a transaction that is taken
back leaves nothing behind. Outside a request, and from the moment a request writes such rows
itself, all is read from the tables.

Values are shared by threads: nobody changes them. Arguments are hashable, and there are few for
which anything is found: None is not kept.
"""

import functools
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, models
from django.db.models.signals import m2m_changed, post_delete, post_save


@dataclass
class _Request:
    """What one request may take: `values` of the word it asked for, or nothing."""

    values: dict | None = None
    is_apart: bool = False


_request: ContextVar[_Request | None] = ContextVar("request", default=None)
_latest: tuple[str, dict] = ("", {})
# {model: columns that no cached value holds}
_watched: dict[type[models.Model], frozenset[str]] = {}


class WatchedQuerySet(models.QuerySet):
    """The rows of a cached model: writing many at once sends no signals, so it tells by itself."""

    def update(self, **values) -> int:
        done = super().update(**values)
        if done and _is_seen(self.model, values):
            changed()
        return done

    update.alters_data = True

    def bulk_create(self, objs, *args, **kwargs) -> list:
        rows = super().bulk_create(objs, *args, **kwargs)
        if rows:
            changed()
        return rows

    bulk_create.alters_data = True


def cached(*read_from: type[models.Model], besides: Collection[str] = ()) -> Callable:
    """Keep what a function reads from these models until a row of them is written.

    Their manager is a `WatchedQuerySet`'s, or they are the table of a ManyToManyField. `besides`
    names columns that the value does not hold and that are written often.
    """
    for model in read_from:
        _watch(model, frozenset(besides))

    def wrap(read: Callable) -> Callable:
        @functools.wraps(read)
        def known(*args):
            values = _values()
            if values is None:
                return read(*args)
            key = (read, *args)
            if (value := values.get(key)) is None and (value := read(*args)) is not None:
                values[key] = value
            return value

        return known

    return wrap


@contextmanager
def remembering() -> Iterator[None]:
    """Around a request: inside, cached values are as of the first that is asked for."""
    token = _request.set(_Request())
    try:
        yield
    finally:
        _request.reset(token)


def changed() -> None:
    """Configuration was written: what was read before no longer counts once this is committed."""
    from foundation.accounts.models import Revision

    row = Revision(pk=1, word=secrets.token_hex(8))
    Revision.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["id"], update_fields=["word"]
    )
    if (request := _request.get()) is not None:
        request.values, request.is_apart = None, True


def forget(**kwargs) -> None:
    """Forget what this process knows, as one that has just been started."""
    global _latest
    _latest = ("", {})


def migrated(**kwargs) -> None:
    """Migrations write rows past every signal."""
    changed()


def _values() -> dict | None:
    """What this request shares with others of the same word; None where it must read by itself."""
    global _latest
    request = _request.get()
    if request is None or request.is_apart:
        return None
    if request.values is None:
        word = _word()
        if not word:
            request.is_apart = True
            return None
        if _latest[0] != word:
            _latest = (word, {})
        # Of the pair that was compared, whatever another thread has put there since.
        latest = _latest
        request.values = latest[1] if latest[0] == word else {}
    return request.values


def _word() -> str:
    from foundation.accounts.models import Revision

    # By hand: every request asks this first.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT word FROM {connection.ops.quote_name(Revision._meta.db_table)}")
        row = cursor.fetchone()
    return row[0] if row else ""


def _watch(model: type[models.Model], besides: frozenset[str]) -> None:
    if model._meta.auto_created:
        m2m_changed.connect(_linked, sender=model, dispatch_uid=f"cached_{model._meta.label}")
        return
    if not isinstance(model._default_manager.all(), WatchedQuerySet):
        raise TypeError(f"{model._meta.label} is cached: its manager must be a WatchedQuerySet's")
    _watched[model] = _watched.get(model, besides) & besides
    post_save.connect(_saved, sender=model, dispatch_uid=f"cached_{model._meta.label}")
    post_delete.connect(_gone, sender=model, dispatch_uid=f"cached_{model._meta.label}")


def _is_seen(model: type[models.Model], columns: Collection[str]) -> bool:
    return bool(set(columns) - _watched.get(model, frozenset()))


def _saved(sender, update_fields=None, **kwargs) -> None:
    if update_fields is None or _is_seen(sender, update_fields):
        changed()


def _gone(sender, **kwargs) -> None:
    changed()


def _linked(sender, action, **kwargs) -> None:
    if action.startswith("post_"):
        changed()
