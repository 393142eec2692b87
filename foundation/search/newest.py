"""The newest documents that answer a question, within a bounded time however common its words are.

SQLite is asked plainly, PostgreSQL in the order that `foundation.search.postgres` chooses.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import DateTimeField, F, Func, Q, QuerySet

from foundation.search import postgres
from foundation.search.kinds import Kind
from foundation.search.models import Document
from foundation.search.rules import Query

# Who sees at most so many rows is served from those rows.
FEW = 1500
BATCH = 200


class Unsorted(Func):
    """The moment in a form that no index is sorted by, so that the keys at hand are used."""

    template = "(%(expressions)s + interval '0')"
    output_field = DateTimeField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)


UNSORTED = (Unsorted(F("at")).desc(), "-pk")


def newest(
    kind: Kind, user, asked: Query, most: int, *, every: bool = True
) -> tuple[list[int], bool]:
    """The keys of the first `most` documents this person may find, newest first, and whether
    older ones were left out. At most twelve queries."""
    rows = kind.visible(user)
    if rows is None or not asked:
        return [], False
    known = kind.personal(user)
    if kind.sees_all(user) and isinstance(known, bool):
        return _of_all(kind, (asked, known, every), most)
    if not _is_large(kind):
        return _first(documents(kind, user, asked, every=every), most)
    question = _matching(known, asked, every, "answers")
    if kind.sees_all(user):
        # By personal data only in rows of their own.
        seen, has_more = _of_all(kind, (asked, False, every), most)
        own, _ = _among(kind, _newest_of(known, FEW), question, most)
        found, is_cut = _among(kind, [*seen, *own], Q(), most)
        return found, has_more or is_cut
    mine = _newest_of(rows, FEW + 1)
    if len(mine) <= FEW or not isinstance(known, bool):
        found, is_cut = _among(kind, mine[:FEW], question, most)
        return found, is_cut or len(mine) > FEW
    seen, has_more, is_enough = _of_many(kind, rows, (asked, known, every), most)
    if is_enough:
        return seen, has_more
    # The newest they may see may not be among the newest that answer.
    own, _ = _among(kind, mine[:FEW], question, most)
    return _among(kind, [*seen, *own], Q(), most)[0], True


def _newest_of(rows: QuerySet, most: int) -> list[int]:
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:most])


def newest_of_each(
    kinds: Sequence[Kind], user, asked: Query, most: int
) -> dict[str, tuple[list[int], bool]]:
    """What `newest` finds of each kind; where nothing is hidden, in a few queries for all."""
    together = [kind for kind in kinds if asked and _is_open(kind, user)]
    questions = [
        postgres.sought(kind, asked, personal=kind.personal(user) is True) for kind in together
    ]
    pks = postgres.newest(questions, most + 1) if questions else []
    found = {kind.key: _cut(each, most) for kind, each in zip(together, pks, strict=True)}
    return {kind.key: found.get(kind.key) or newest(kind, user, asked, most) for kind in kinds}


def _is_open(kind: Kind, user) -> bool:
    return (
        connection.vendor == "postgresql"
        and kind.sees_all(user)
        and kind.visible(user) is not None
        and isinstance(kind.personal(user), bool)
    )


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
    return _cut(list(found.values_list("pk", flat=True)[: most + 1]), most)


def _cut(pks: list[int], most: int) -> tuple[list[int], bool]:
    return pks[:most], len(pks) > most


def _is_large(kind: Kind) -> bool:
    return connection.vendor == "postgresql" and postgres.size(kind) > postgres.SMALL


def _of_all(kind: Kind, question: tuple, most: int) -> tuple[list[int], bool]:
    asked, personal, every = question
    if connection.vendor != "postgresql":
        return _first(kind.document.objects.filter(tokens__matches=question).newest(), most)
    one = postgres.sought(kind, asked, personal=personal, every=every)
    return _cut(postgres.newest([one], most + 1)[0], most)


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
