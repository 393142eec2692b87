"""What PostgreSQL is asked, where the order of reading decides how long it takes.

An inverted index finds all documents of a word before the newest of them are known: right for rare
words, slow for common ones. Reading the newest documents one by one is right for common words, and
endless for rare ones. So the newest thousand are looked at first, of all kinds in one statement;
where that is not enough, PostgreSQL's statistics tell which way is the shorter.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from foundation.search import rules
from foundation.search.kinds import Kind

# Of a table without more documents the words' index is asked straight away.
SMALL = 20_000
# So many of the newest are looked at; where so many of them answer, they tell how many do in all.
LOOKED_AT, COMMON = 1000, 60
# What is read is that much more than should be needed; each time it is not enough, so much more.
AMPLE, FURTHER = 1.3, 4
# What the index names costs about as much to read as so many of the newest: where they have been
# read in vain, the index is asked.
DEAR = 1


# Whoever shares the moment of the first that is not looked at stays out too: what is found are the
# newest, in their order, without a gap.
NEWEST = """WHERE ts_match_vq(tokens, %s::tsquery) AND at > coalesce(
  (SELECT at FROM {table} ORDER BY at DESC OFFSET {count} LIMIT 1), '-infinity')
ORDER BY at DESC, {key} DESC"""
# No index is sorted by the moment in this form, so that the words' index is used.
BY_WORDS = "WHERE tokens @@ %s::tsquery ORDER BY at + interval '0' DESC, {key} DESC"
# As PostgreSQL remembers it: nothing is counted.
SIZES = """(SELECT -place, 0, reltuples::bigint
FROM unnest(%s::regclass[]) WITH ORDINALITY AS one(place_of, place)
JOIN pg_class ON pg_class.oid = place_of)"""


@dataclass(frozen=True)
class Sought:
    """A question to the documents of one kind, in PostgreSQL's words."""

    table: str
    key: str
    words: str


def sought(kind: Kind, asked: rules.Query, *, personal: bool, every: bool = True) -> Sought:
    """`asked` of the documents of a kind; `personal`: also by names, numbers, addresses."""
    meta = kind.document._meta
    words = rules.tsquery(asked, personal=personal, every=every)
    return Sought(meta.db_table, meta.pk.column, words)


def newest(questions: Sequence[Sought], most: int) -> list[list[int]]:
    """For each question the keys of the newest `most` documents that answer it.

    One statement where every answer is among the newest thousand; else one more, one for each of
    the large tables, and one for all that is rare.
    """
    found, sizes = _look(questions, most)
    rare = []
    for place, one in enumerate(questions):
        if len(found[place]) == most:
            continue
        pks = _further(one, len(found[place]), sizes[one.table], most)
        if pks is None:
            rare.append(place)
        else:
            found[place] = pks
    for place, pks in zip(rare, _by_words([questions[each] for each in rare], most), strict=True):
        found[place] = pks
    return found


def _look(questions: Sequence[Sought], most: int) -> tuple[list[list[int]], dict[str, int]]:
    """Those among the newest thousand, and how many documents each table has."""
    statement = f"{_each(NEWEST, questions, most, LOOKED_AT)} UNION ALL {SIZES}"
    rows = _rows(statement, [one.words for one in questions] + [[one.table for one in questions]])
    sizes = {questions[-1 - place].table: size for place, _, size in rows if place < 0}
    return _keys((row for row in rows if row[0] >= 0), len(questions)), sizes


def _further(asked: Sought, held: int, size: int, most: int) -> list[int] | None:
    """The newest `most`, read one by one; None where the words' index is the shorter way."""
    if size <= SMALL:
        return None
    likely = held * size // LOOKED_AT
    if held < COMMON:
        likely = max(likely, _estimate(asked))
    reach = max(FURTHER * LOOKED_AT, int(AMPLE * most * size / max(likely, 1)))
    while reach < likely * DEAR:
        pks = _among_the_newest(asked, reach, most)
        if len(pks) == most:
            return pks
        reach *= FURTHER
    return None


def _among_the_newest(asked: Sought, count: int, most: int) -> list[int]:
    rows = _rows(_each(NEWEST, [asked], most, count), [asked.words])
    return _keys(rows, 1)[0]


def _by_words(questions: Sequence[Sought], most: int) -> list[list[int]]:
    if not questions:
        return []
    rows = _rows(_each(BY_WORDS, questions, most), [one.words for one in questions])
    return _keys(rows, len(questions))


def _each(clauses: str, questions: Sequence[Sought], most: int, count: int = 0) -> str:
    """Rows (place of the question, moment as a number, key) for each question."""
    return " UNION ALL ".join(
        f"(SELECT {place}, (extract(epoch FROM at) * 1000000)::bigint, {one.key} FROM {one.table} "
        f"{clauses.format(table=one.table, key=one.key, count=count)} LIMIT {most})"
        for place, one in enumerate(questions)
    )


def _keys(rows: Iterable[tuple[int, int, int]], count: int) -> list[list[int]]:
    found: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for place, moment, pk in rows:
        found[place].append((moment, pk))
    return [[pk for _, pk in sorted(pairs, reverse=True)] for pairs in found]


def size(kind: Kind) -> int:
    """How many documents a kind has, about; less than none before PostgreSQL looked."""
    ((_, _, found),) = _rows(SIZES, [[kind.document._meta.db_table]])
    return found


def _estimate(asked: Sought) -> int:
    """How many documents answer, as PostgreSQL guesses from its statistics."""
    statement = f"EXPLAIN (FORMAT json) SELECT FROM {asked.table} WHERE tokens @@ %s::tsquery"
    ((plan,),) = _rows(statement, [asked.words])
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])


def _rows(statement: str, params: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
