"""Finding: every term first, any of them only when too little was found; newest first."""

from collections import Counter
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from foundation.search import kinds, rules
from foundation.search.kinds import Hit, Kind
from foundation.search.newest import documents, newest, newest_of_each

__all__ = ["candidates", "documents", "everywhere", "find", "kinds_for", "missing", "page"]

# More are never weighed; the page says so when it stopped here.
MOST = 2000
# Of those that hold only some of the words, so many for each word are weighed.
WEIGHED = 40


@dataclass(frozen=True)
class Found:
    """What one kind has for a question. `is_loose`: only some of the words were found."""

    kind: Kind
    hits: list[Hit] = field(default_factory=list)
    has_more: bool = False
    is_loose: bool = False
    is_named: bool = False


@dataclass(frozen=True)
class Page:
    """One page of one kind's results; `is_cut`: there are more than are ever shown."""

    found: Found
    number: int
    is_cut: bool = False

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


def candidates(key: str, user, text: str) -> tuple[list[int], bool]:
    """The keys of at most 2,000 subjects that hold every word, newest first, and whether there
    are more. At most twelve queries."""
    kind, asked = kinds.get(key), rules.query(text)
    return newest(kind, user, asked, MOST)


def kinds_for(user) -> list[Kind]:
    """The kinds of which this person may find any."""
    return [kind for kind in kinds.all_kinds() if kind.visible(user) is not None]


def find(key: str, user, text: str, *, limit: int = 10, loosely: bool = True) -> Found:
    """The first `limit` subjects of a kind, as this person may see them.

    What the text names outright comes first. Where not one holds every word, those with most of
    the words stand in (`loosely`).
    """
    kind, asked = kinds.get(key), rules.query(text)
    pks, is_named = _strictly(kind, user, text, asked, 0, limit + 1)
    if not pks and loosely:
        return _some(kind, user, asked, 0, limit)
    return _found(kind, user, asked, pks, limit, is_named=is_named)


def page(key: str, user, text: str, number: int, *, size: int = 25) -> Page:
    """One page of a kind's results among the first 2,000, without a count."""
    kind, asked, number = kinds.get(key), rules.query(text), max(number, 1)
    start = (number - 1) * size
    room = min(size, MOST - start)
    if room <= 0:
        return Page(Found(kind), number, is_cut=True)
    pks, _ = _strictly(kind, user, text, asked, start, start + room + 1)
    if not pks and (not start or _is_unanswered(kind, user, text, asked)):
        return Page(_some(kind, user, asked, start, room), number)
    found = _found(kind, user, asked, pks, room)
    if found.has_more and start + room >= MOST:
        return Page(replace(found, has_more=False), number, is_cut=True)
    return Page(found, number)


def _is_unanswered(kind: Kind, user, text: str, asked: rules.Query) -> bool:
    return not _strictly(kind, user, text, asked, 0, 1)[0]


def _found(kind: Kind, user, asked: rules.Query, pks: list[int], limit: int, **more) -> Found:
    shown = pks[:limit]
    hits = kind.hits(shown, user, asked) if shown else []
    return Found(kind, hits, len(pks) > limit, **more)


def _some(kind: Kind, user, asked: rules.Query, start: int, limit: int) -> Found:
    """Those that hold only some of the words."""
    loose = rules.loosened(asked)
    if len(loose.terms) < 2:
        return Found(kind)
    pks = _loosely(kind, user, loose)[start : start + limit + 1]
    return _found(kind, user, loose, pks, limit, is_loose=bool(pks))


def _strictly(
    kind: Kind, user, text: str, asked: rules.Query, start: int, end: int
) -> tuple[list[int], bool]:
    """The keys from `start` to `end` of what holds every word, and whether the first is named."""
    if not asked:
        return [], False
    pks, _ = newest(kind, user, asked, end)
    pks, is_named = _named_first(kind, user, text, pks)
    return pks[start:end], is_named and not start


def _named_first(kind: Kind, user, text: str, pks: list[int]) -> tuple[list[int], bool]:
    first = exactly(kind, user, text)
    return [*first, *(pk for pk in pks if pk not in first)], bool(first)


def exactly(kind: Kind, user, text: str) -> list[int]:
    """What the text names outright, where the person may find it."""
    pks = list(kind.exact(user, text))
    rows = kind.visible(user)
    if not pks or rows is None:
        return []
    seen = set(rows.filter(pk__in=pks).order_by().values_list("pk", flat=True))
    return [pk for pk in pks if pk in seen]


def _loosely(kind: Kind, user, asked: rules.Query) -> list[int]:
    """Those that hold most of the terms, at least half of them; rare words tell more.

    The newest of each term are weighed: a few queries a term and one for their tokens.
    """
    held: Counter[int] = Counter()
    rare = set()
    for term in asked.terms:
        pks, _ = newest(kind, user, rules.Query((term,)), WEIGHED)
        held += Counter(pks)
        if len(pks) < WEIGHED:
            rare |= set(pks)
    likely = [pk for pk, _ in held.most_common(WEIGHED * 5)]
    marks = kind.personal(user) is True
    weighed = []
    for document in kind.document.objects.filter(pk__in=likely).newest():
        tokens = set(document.tokens)
        score = sum(rules.holds(term, tokens, personal=marks) for term in asked.terms)
        score = max(score, held[document.pk])
        if score * 2 >= len(asked.terms):
            weighed.append((score, document.pk in rare, document.pk))
    weighed.sort(key=lambda one: (-one[0], -one[1]))
    return [pk for *_, pk in weighed]


def everywhere(user, text: str, *, limit: int = 5, loosely: bool = True) -> list[Found]:
    """What each kind has that this person may find; kinds without a hit are left out.

    Only where no kind has anything that holds every word, what holds some of them stands in.
    """
    mine, asked = kinds_for(user), rules.query(text)
    if not asked:
        return []
    newest_pks = newest_of_each(mine, user, asked, limit + 1)
    found = []
    for kind in mine:
        pks, is_named = _named_first(kind, user, text, newest_pks[kind.key][0])
        found.append(_found(kind, user, asked, pks, limit, is_named=is_named))
    if loosely and not any(one.hits for one in found):
        found = [_some(kind, user, asked, 0, limit) for kind in mine]
    return [one for one in found if one.hits]


def missing(kind: Kind) -> QuerySet:
    """The subjects of a kind without a document."""
    return kind.model._default_manager.filter(document__isnull=True)
