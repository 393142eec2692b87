"""Reading an address into rows: filters, words, order, page. Nothing is ever counted."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import QueryDict

from foundation.accounts.models import User
from foundation.lists import kinds, rules
from foundation.lists.kinds import RANGE, Column, Filter, List, Order, Reader, StandingView
from foundation.lists.models import ListChoice, SavedView

# Keys of the address that are no filters. `part`, `_*` and the like belong to the page.
TEXT, ORDER, PAGE, VIEW, PER = "q", "order", "page", "view", "rows"
ONLY = kinds.ONLY.key
OWN_KEYS = (TEXT, ORDER, PAGE, VIEW, PER, "part", "said", "next", "again")
ALL = "all"
SIDES = ("from", "to")


@dataclass
class Asked:
    """An address as it was understood. `filters` {key: {value: words}}; `ignored` are the keys or
    values that were not; `has_more` tells that the search stopped at the newest it weighs."""

    listed: List
    reader: Reader
    filters: dict[str, dict[str, Any]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    text: str = ""
    order: Order | None = None
    page: int = 1
    view: SavedView | StandingView | None = None
    is_changed: bool = False
    columns: list[Column] = field(default_factory=list)
    per_page: int = rules.ROWS[0]

    @property
    def own_order(self) -> Order:
        """The order while nobody chooses one: that of a filter, else the list's first."""
        known = kinds.filters_of(self.listed)
        wanted = next((known[key].order for key in self.filters if known[key].order), "")
        orders = {order.key: order for order in self.listed.orders}
        return orders.get(wanted, self.listed.orders[0])

    def query(self, **changed: str | list[str] | None) -> str:
        """The address's query with some keys changed (None drops one); the page falls away."""
        data = QueryDict(mutable=True)
        for key, values in self.filters.items():
            data.setlist(key, list(values))
        if self.text:
            data[TEXT] = self.text
        if self.order and self.order is not self.own_order:
            data[ORDER] = self.order.key
        for key, value in changed.items():
            data.pop(key, None)
            if value:
                data.setlist(key, value if isinstance(value, list) else [value])
        return data.urlencode()


@dataclass
class Selection:
    """The rows of an address, in their order, with what the columns need; lazily read."""

    asked: Asked
    rows: QuerySet
    columns: list[Column]
    has_more: bool = False

    @property
    def labels(self) -> list[str]:
        return [str(column.label) for column in self.columns]

    def values(self, row) -> list[Any]:
        """The row as the columns tell it: plain values, masked for the reader."""
        return [column.value(row, self.asked.reader) for column in self.columns]


def selection(
    list_key: str, query_string: str, user: User, *, at: datetime | None = None
) -> Selection:
    """What a person has before them in a list, every page of it: rows and columns.

    KeyError where there is no such list, PermissionDenied where the person may not open it.
    Unknown keys and values of the query are left out (`asked.ignored`).
    """
    listed = kinds.get(list_key)
    if not listed.may(user):
        raise PermissionDenied
    asked = read(listed, QueryDict(query_string), Reader(user, at))
    rows, has_more = narrowed(asked)
    return Selection(asked, with_needs(rows, asked.columns), asked.columns, has_more)


def choice_of(listed: List, user: User) -> ListChoice:
    """How this person likes the list; unsaved defaults where they never said."""
    found = ListChoice.objects.filter(user=user.pk, list_key=listed.key).first()
    return found or ListChoice(user_id=user.pk, list_key=listed.key)


def views_of(listed: List, user: User) -> list[SavedView]:
    """The saved views this person has on the list, their team's included; one query."""
    return list(SavedView.objects.visible_to(user).filter(list_key=listed.key))


def view_named(listed: List, views: list[SavedView], key: str) -> SavedView | StandingView | None:
    """The view of a tab: the key of a shipped one, or the number of a saved one."""
    standing = next((view for view in listed.views if view.key == key), None)
    return standing or next((view for view in views if str(view.pk) == key), None)


def read(
    listed: List,
    data: QueryDict,
    reader: Reader,
    *,
    choice: ListChoice | None = None,
    views: list[SavedView] | None = None,
) -> Asked:
    """Understand an address. A view alone stands for its own filters; filters beside it win."""
    choice = choice or choice_of(listed, reader.user)
    asked = Asked(listed, reader)
    asked.page = rules.page_number(data.get(PAGE))
    asked.per_page = rules.rows_per_page(choice.rows)
    wanted = data.get(VIEW, "")
    if wanted and wanted != ALL:
        views = views_of(listed, reader.user) if views is None else views
        asked.view = view_named(listed, views, wanted)
    source = data
    if asked.view is not None:
        asked.is_changed = _asks(listed, data)
        source = data if asked.is_changed else QueryDict(asked.view.query)
    elif wanted and wanted != ALL:
        asked.ignored.append(VIEW)
    _read_filters(asked, source)
    asked.text = " ".join(source.get(TEXT, "").replace("\x00", " ").split())[:200]
    orders = {order.key: order for order in listed.orders}
    asked.order = orders.get(source.get(ORDER, ""), asked.own_order)
    kept = getattr(asked.view, "columns", None) or choice.columns
    asked.columns = columns_of(listed, kept)
    return asked


def columns_of(listed: List, keys: list[str]) -> list[Column]:
    """The columns of these keys, or the list's own where none is known."""
    known = list(listed.column_map)
    wanted = [key for key in keys if isinstance(key, str) and key in known] or listed.shown
    return [listed.column_map[key] for key in rules.chosen(wanted, known, listed.always)]


def _asks(listed: List, data: QueryDict) -> bool:
    """Whether an address says anything of its own about which rows, in which order."""
    known = kinds.filters_of(listed)
    keys = {key.partition(".")[0] for key in data}
    return any(key in known or key in (TEXT, ORDER) for key in keys)


def _read_filters(asked: Asked, data: QueryDict) -> None:
    known = kinds.filters_of(asked.listed)
    for key, one in known.items():
        values = _values(one, data)
        if not values:
            continue
        understood = one.known(values, asked.reader)
        if understood:
            asked.filters[key] = {
                value: understood[value] for value in values if value in understood
            }
        asked.ignored += [str(one.label) for value in values if value not in understood][:1]
    parts = {f"{key}.{side}" for key, one in known.items() if one.look == RANGE for side in SIDES}
    strange = [key for key in data if key not in known and key not in OWN_KEYS]
    asked.ignored += [key[:40] for key in strange if key not in parts and not key.startswith("_")]


def _values(one: Filter, data: QueryDict) -> list[str]:
    values = data.getlist(one.key)
    if one.look == RANGE:
        first, last = (data.get(f"{one.key}.{side}", "").strip() for side in SIDES)
        if first or last:
            values = [f"{first}..{last}"]
        values = values[-1:]
    values = [value for value in dict.fromkeys(values) if value.strip()]
    return values[:50]


def narrowed(asked: Asked) -> tuple[QuerySet, bool]:
    """The rows of an address in their order, and whether the search stopped before its end."""
    rows = asked.listed.rows(asked.reader.user)
    known = kinds.filters_of(asked.listed)
    for key, values in asked.filters.items():
        rows = known[key].apply(rows, list(values), asked.reader)
    has_more = False
    if asked.text and asked.listed.search:
        rows, has_more = asked.listed.search(rows, asked.reader.user, asked.text)
    if asked.order.only:
        rows = asked.order.only(rows)
    return rows.order_by(*asked.order.by), has_more


def with_needs(rows: QuerySet, columns: list[Column]) -> QuerySet:
    """The rows with what the shown columns read of other tables, and nothing else."""
    related = dict.fromkeys(name for column in columns for name in column.related)
    prefetch = dict.fromkeys(name for column in columns for name in column.prefetch)
    rows = rows.select_related(*related) if related else rows
    return rows.prefetch_related(*prefetch) if prefetch else rows


def list_of(view: SavedView) -> List:
    """The list a view belongs to; KeyError where it is no longer there."""
    return kinds.get(view.list_key)


def may_share(user: User) -> bool:
    """Whether this person keeps views for their team."""
    return bool(user.department_id) and user.may("lists.share")


def may_edit(view: SavedView, user: User) -> bool:
    """One's own view, or the team's where one keeps views for it."""
    if view.department_id is None:
        return view.owner_id == user.pk
    return may_share(user) and view.department_id == user.department_id
