"""What can be listed: columns, filters, orders. Apps register their lists from `ready()`.

A higher app adds a filter of its own to a family of lists with `register_filter`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reader:
    """Who looks, when, and what was looked up for this one page."""

    def __init__(self, user, at: datetime | None = None):
        self.user = user
        self.at = at or timezone.now()
        self.address: Callable[[int], str] = str
        self._known: dict[str, Any] = {}

    def once(self, key: str, read: Callable[[], Any]) -> Any:
        """What `read` gives, asked once per page."""
        if key not in self._known:
            self._known[key] = read()
        return self._known[key]


@dataclass(frozen=True)
class Column:
    """`value(row, reader)` is plain (text, number, moment, None) and masked for this reader: what
    a sheet holds. `html(row, reader)` is what the page shows, where that is more than the words.
    `related` and `prefetch` are what the two need. `order` names the orders (up, down) of the
    header; `is_wide` gives the words room."""

    key: str
    label: Any
    value: Callable[[Any, Reader], Any]
    html: Callable[[Any, Reader], Any] | None = None
    related: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    is_wide: bool = False


MANY, ONE, RANGE, HIDDEN = "many", "one", "range", "hidden"


@dataclass(frozen=True)
class Filter:
    """One key of the address.

    `known(values, reader)` gives {value: words} of those that are understood; the rest is ignored
    and told. `apply(rows, values, reader)` narrows the rows to the understood values.
    `options(reader)` gives [(value, words), …] for the form, or [(group, [(value, words)]), …].
    `look`: many, one, range (of days, value `from..to`), or hidden (only by a link).
    `order`: the list's order while nobody chooses another, where only its index carries both.
    """

    key: str
    label: Any
    known: Callable[[Sequence[str], Reader], dict[str, Any]]
    apply: Callable[[QuerySet, Sequence[str], Reader], QuerySet]
    options: Callable[[Reader], Iterable[tuple[str, Any]]] | None = None
    look: str = MANY
    order: str = ""


@dataclass(frozen=True)
class Order:
    """A way to sort that an index carries. `only` leaves out rows that have no place in it."""

    key: str
    label: Any
    by: tuple
    only: Callable[[QuerySet], QuerySet] | None = None


@dataclass(frozen=True)
class StandingView:
    """A view that ships with the list."""

    key: str
    label: Any
    query: str


@dataclass(frozen=True)
class BulkVerb:
    """A verb for many rows. `form(data, user=…)` asks what it needs, `facts()` of the form are its
    keywords; `run(row, version, facts, by, key)` does it to one row in its own transaction, once
    for the key, and raises ValidationError or PermissionDenied."""

    key: str
    label: Any
    form: Callable[..., Any]
    run: Callable[..., None]
    is_main: bool = False


@dataclass(frozen=True)
class List:
    """One list: `rows(user)` are those the person may see, unordered; the first order is its own.

    `search(rows, user, text)` narrows them to what holds the words, and tells whether there was
    more than is ever weighed. `may(user)` tells who opens it. `always` are columns nobody hides.
    Lists of one `family` share what `register_filter` adds.
    """

    key: str
    label: Any
    family: str
    model: type[Model]
    rows: Callable[[Any], QuerySet]
    may: Callable[[Any], bool]
    columns: Sequence[Column]
    shown: Sequence[str]
    always: Sequence[str] = ()
    filters: Sequence[Filter] = ()
    orders: Sequence[Order] = (Order("newest", "", ("-pk",)),)
    quick: Sequence[tuple[str, str]] = ()
    # What the empty list says: the words, and what will appear here.
    empty: tuple[Any, Any] = ("", "")
    views: Sequence[StandingView] = ()
    # The key of the shipped view that it opens with until a person chooses; "" is everything.
    opens_with: str = ""
    search: Callable[[QuerySet, Any, str], tuple[QuerySet, bool]] | None = None
    search_hint: Callable[[Any], Any] | None = None
    # Rows the person may act on although they have left the list; else `rows`.
    visible: Callable[[Any], QuerySet] | None = None
    version: str = ""
    name: Callable[[Any], str] = str
    column_map: dict[str, Column] = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "column_map", {column.key: column for column in self.columns})


# The rows a link names by their keys, within those the person may see.
ONLY = Filter(
    "only",
    _("chosen rows"),
    known=lambda asked, reader: {v: v for v in asked if v.isdecimal() and len(v) < 18},
    apply=lambda rows, asked, reader: rows.filter(pk__in=[int(value) for value in asked]),
    look=HIDDEN,
)
_lists: dict[str, List] = {}
_bulk: dict[str, Callable[[Any], Sequence["BulkVerb"]]] = {}
_added: dict[str, dict[str, Filter]] = {}


def register(listed: List) -> None:
    _lists[listed.key] = listed


def get(key: str) -> List:
    """The list of this key; KeyError where there is none."""
    return _lists[key]


def all_lists() -> list[List]:
    return list(_lists.values())


def register_bulk(key: str, verbs: Callable[[Any], Sequence["BulkVerb"]]) -> None:
    """Give a list its verbs for many rows: `verbs(user)` are those the person may use."""
    _bulk[key] = verbs


def bulk_of(listed: List, user) -> Sequence["BulkVerb"]:
    verbs = _bulk.get(listed.key)
    return verbs(user) if verbs else ()


def register_filter(family: str, added: Filter) -> None:
    """Let every list of a family be narrowed by one more key of the address."""
    _added.setdefault(family, {})[added.key] = added


def filters_of(listed: List) -> dict[str, Filter]:
    """{key: filter}: the list's own, then what higher apps added to its family."""
    own = {one.key: one for one in listed.filters}
    return own | _added.get(listed.family, {}) | {ONLY.key: ONLY}
