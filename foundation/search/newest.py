"""The newest documents that answer a question, within a bounded time however common its words are.

An inverted index finds all documents of a word before the newest of them are known: right for rare
words, slow for common ones. Reading the newest documents one by one is right for common words, and
endless for rare ones. PostgreSQL guesses badly which is which, as most words of a million tickets
are not in its statistics. So a look at the newest thousand decides. SQLite is asked plainly.
"""

import json

from django.db import connection
from django.db.models import DateTimeField, F, Func, Q, QuerySet

from foundation.search.kinds import Kind
from foundation.search.models import Document
from foundation.search.rules import Query

# Fewer documents need no thought.
SMALL = 20_000
# So many of the newest tell how common a question is; from this share on it is common, and so many
# are read for it.
LOOKED_AT, COMMON, READ = 1000, 60, 5000
# A thousand requests about one thing hide all other words from that look: what PostgreSQL takes for
# this common is looked for further back.
SHARE, FURTHER = 0.01, 30_000
# Who sees at most so many rows is served from those rows.
FEW = 1500
BATCH = 200


class Unsorted(Func):
    """The moment in a form that no index is sorted by, so that the words' index is used."""

    template = "(%(expressions)s + interval '0')"
    output_field = DateTimeField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)


UNSORTED = (Unsorted(F("at")).desc(), "-pk")


def newest(
    kind: Kind, user, asked: Query, most: int, *, every: bool = True
) -> tuple[list[int], bool]:
    """The keys of the first `most` documents this person may find, newest first, and whether
    older ones were left out. At most eleven queries."""
    rows = kind.visible(user)
    if rows is None or not asked:
        return [], False
    known = kind.personal(user)
    if not _is_large(kind):
        return _first(documents(kind, user, asked, every=every), most)
    if kind.sees_all(user):
        return _of_all(kind, (asked, known is True, every), most)
    mine = list(rows.order_by("-pk").values_list("pk", flat=True)[: FEW + 1])
    question = _matching(known, asked, every, "answers")
    if len(mine) <= FEW or not isinstance(known, bool):
        found, is_cut = _among(kind, mine[:FEW], question, most)
        return found, is_cut or len(mine) > FEW
    seen, has_more, is_enough = _of_many(kind, rows, (asked, known, every), most)
    if is_enough:
        return seen, has_more
    # The newest they may see may not be among the newest that answer.
    own, _ = _among(kind, mine[:FEW], question, most)
    return _among(kind, [*seen, *own], Q(), most)[0], True


def documents(kind: Kind, user, asked: Query, *, every: bool = True) -> QuerySet[Document]:
    """The documents this person may find, newest first."""
    rows = kind.visible(user)
    if rows is None or not asked:
        return kind.document.objects.none()
    found = kind.document.objects.filter(_matching(kind.personal(user), asked, every, "matches"))
    if not kind.sees_all(user):
        found = found.filter(subject__in=rows.order_by().values("pk"))
    return found.newest()


def _matching(known: bool | QuerySet, asked: Query, every: bool, lookup: str) -> Q:
    name = f"tokens__{lookup}"
    matching = Q(**{name: (asked, known is True, every)})
    if not isinstance(known, bool):
        own = Q(subject__in=known.order_by().values("pk"))
        matching |= own & Q(**{name: (asked, True, every)})
    return matching


def _first(found: QuerySet[Document], most: int) -> tuple[list[int], bool]:
    pks = list(found.values_list("pk", flat=True)[: most + 1])
    return pks[:most], len(pks) > most


def _is_large(kind: Kind) -> bool:
    """By what PostgreSQL remembers of the table: nothing is counted."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = %s::regclass",
            [kind.document._meta.db_table],
        )
        return cursor.fetchone()[0] > SMALL


def _of_all(kind: Kind, question: tuple, most: int) -> tuple[list[int], bool]:
    pks = _among_the_newest(kind, question, LOOKED_AT)
    if len(pks) > most:
        return pks[:most], True
    if len(pks) >= COMMON:
        return _among_the_newest(kind, question, READ)[:most], True
    if _share(kind, question) >= SHARE:
        pks = _among_the_newest(kind, question, FURTHER, most + 1)
        if len(pks) > most:
            return pks[:most], True
    found = kind.document.objects.filter(tokens__matches=question)
    return _first(found.order_by(*UNSORTED), most)


def _share(kind: Kind, question: tuple) -> float:
    """What part of the documents answers, as PostgreSQL guesses from its statistics."""
    if connection.vendor != "postgresql":
        return 1.0
    rows = kind.document.objects.order_by()
    some, every = (
        json.loads(found.explain(format="json"))[0]["Plan"]["Plan Rows"]
        for found in (rows.filter(tokens__matches=question), rows)
    )
    return some / max(1, every)


def _among_the_newest(
    kind: Kind, question: tuple, count: int, most: int | None = None
) -> list[int]:
    """Those that answer among so many of the newest, at most `most` of them."""
    ends = kind.document.objects.order_by("-at").values_list("at", flat=True)[count : count + 1]
    since = next(iter(ends), None)
    found = kind.document.objects.filter(tokens__answers=question)
    if since is not None:
        found = found.filter(at__gt=since)
    return list(found.newest().values_list("pk", flat=True)[: most or count])


def _among(kind: Kind, pks: list[int], matching: Q, most: int) -> tuple[list[int], bool]:
    found = kind.document.objects.filter(matching, pk__in=pks)
    return _first(found.order_by(*UNSORTED), most)


def _of_many(
    kind: Kind, rows: QuerySet, question: tuple, most: int
) -> tuple[list[int], bool, bool]:
    """Those of `rows` among the newest that answer, whether more are left, and whether these are
    as many as were wanted or all there are."""
    for size in (BATCH, max(most, 10 * BATCH)):
        pks, has_more = _of_all(kind, question, size)
        visible = set(rows.filter(pk__in=pks).order_by().values_list("pk", flat=True))
        seen = [pk for pk in pks if pk in visible]
        if not has_more or len(seen) > most:
            break
    return seen[:most], has_more or len(seen) > most, not has_more or len(seen) > most
