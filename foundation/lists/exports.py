"""A list as a table to take out: the rows of an address, the columns one likes or all of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.lists import kinds, queries
from foundation.lists.kinds import Column, List, Reader
from foundation.sheets import exports, tables
from foundation.sheets.writers import Head

SOURCE = "list"
VERB = "reports.export"
CHUNK = 500
_quick: dict[str, dict[str, tables.Column]] = {}


def quick(family: str, columns: Iterable[tables.Column]) -> None:
    """Columns of a family's lists, by the keys of the lists, that read whole chunks at once."""
    _quick.setdefault(family, {}).update({column.key: column for column in columns})


@dataclass
class Plain:
    """Row by row, as the page reads them: for lists without quick columns."""

    rows: QuerySet
    columns: Sequence[Column]
    reader: Reader

    def heads(self) -> list[Head]:
        shown = [Head(str(c.label), "", 40 if c.is_wide else 18) for c in self.columns]
        return [*shown, Head(_("time zone"), "word", 16)]

    def count(self) -> int:
        return self.rows.order_by().count()

    def chunks(self, after: int = 0) -> Iterator[tuple[int, list[Sequence]]]:
        zone = timezone.get_current_timezone_name()
        rows = queries.with_needs(self.rows, list(self.columns)).order_by("pk")
        while chunk := list(rows.filter(pk__gt=after)[:CHUNK]):
            after = chunk[-1].pk
            values = [[column.value(row, self.reader) for row in chunk] for column in self.columns]
            yield after, [*values, [zone] * len(chunk)]


def may(user: User, query: dict[str, Any]) -> bool:
    try:
        listed = kinds.get(query.get("list", ""))
    except KeyError:
        return False
    return user.may(VERB) and listed.may(user)


def open_list(user: User, query: dict[str, Any], at: datetime) -> tables.Table | Plain:
    """`query`: list, address (its query), columns (keys)."""
    listed = kinds.get(query["list"])
    asked = queries.read(listed, QueryDict(query.get("address", "")), Reader(user, at))
    if asked.ignored:
        raise ValidationError(_("One of the conditions is not there any more. Choose again."))
    rows, _has_more = queries.narrowed(asked)
    if hasattr(rows, "granting"):
        rows = rows.granting(VERB, user)
    columns = chosen(listed, query.get("columns", []))
    known = _quick.get(listed.family, {})
    if all(column.key in known for column in columns):
        return tables.Table(rows, [known[column.key] for column in columns], user, at)
    return Plain(rows, columns, asked.reader)


def chosen(listed: List, keys: Sequence[str]) -> list[Column]:
    """The columns of these keys that there are, else all."""
    found = [listed.column_map[key] for key in keys if key in listed.column_map]
    return found or list(listed.columns)


def register() -> None:
    exports.register(SOURCE, exports.Source(may=may, open=open_list))
