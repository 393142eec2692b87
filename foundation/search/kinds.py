"""The kinds of things that are found. Apps register theirs from `ready()`."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from foundation.search.models import Document
from foundation.search.rules import Query

Pieces = Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Entry:
    """What one subject is found by: `at` orders, personal tokens only who reads such data asks.

    Where there are too many tokens the first ones stay (`rules.document`)."""

    pk: int
    at: datetime
    tokens: Collection[str]
    personal: Collection[str] = field(default_factory=set)


@dataclass(frozen=True)
class Hit:
    """One line of a result: where it leads, what it is called, badges (safe HTML), facts and an
    excerpt. Words are pieces (words, is it a hit), with personal data as this reader may see it."""

    pk: int
    url: str
    title: Pieces
    facts: Pieces = ()
    excerpt: Pieces = ()
    badges: str = ""

    @property
    def name(self) -> str:
        return "".join(words for words, _ in self.title)


def nothing(user: Any, text: str) -> list[int]:
    return []


@dataclass(frozen=True)
class Kind:
    """How one model is indexed, asked and shown.

    `entries(pks)` reads the subjects and gives what they are found by, in constant queries.
    `visible(user)` gives the rows the person may find, or None for none at all.
    `sees_all(user)` tells that no row is hidden, so that the rows need not be joined.
    `personal(user)` tells whether the person may find by personal data: everywhere, nowhere, or
    in certain rows.
    `hits(pks, user, asked)` shows them, in the order of `pks`, in constant queries.
    `exact(user, text)` gives what the text names outright, to be shown first; with
    `goes_straight` Enter opens it.
    """

    key: str
    label: Any
    model: type[Model]
    document: type[Document]
    entries: Callable[[Sequence[int]], Iterable[Entry]]
    visible: Callable[[Any], QuerySet | None]
    sees_all: Callable[[Any], bool]
    personal: Callable[[Any], bool | QuerySet]
    hits: Callable[[Sequence[int], Any, Query], list[Hit]]
    order: int = 100
    exact: Callable[[Any, str], Sequence[int]] = nothing
    goes_straight: bool = False


# What a follower is found by holds words of what it follows: {followed: {kind: rows of it}}.
Followers = Callable[[Sequence[int]], QuerySet]
# What an app is found by beside the documents: writes it anew, or (True) only what is missing, tells
# how many are done, and returns how many.
Rewrite = Callable[[bool, Callable[[int], None]], int]
_kinds: dict[str, Kind] = {}
_beside: dict[str, Rewrite] = {}
_followers: dict[str, dict[str, Followers]] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def beside(key: str, rewrite: Rewrite) -> None:
    """Have `reindex` write also what an app keeps for a search of its own."""
    _beside[key] = rewrite


def all_beside() -> dict[str, Rewrite]:
    return dict(_beside)


def follow(followed: str, key: str, rows: Followers) -> None:
    """Have the documents of kind `key` written anew when a `followed` thing changes: `rows(pks)`
    are their subjects. What is followed need not be a kind itself."""
    _followers.setdefault(followed, {})[key] = rows


def followers(followed: str) -> dict[str, Followers]:
    return _followers.get(followed, {})


def get(key: str) -> Kind:
    return _kinds[key]


def all_kinds() -> list[Kind]:
    """The registered kinds in the order in which results show them."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.key))
