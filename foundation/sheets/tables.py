"""Rows of a model as a table to take out: columns that read a whole chunk at once.

A column names the fields it needs and turns them into values; only what the chosen columns need is
read, without model instances. Labels are looked up once for the table, not once for each row.
Moments are read as whole numbers (`@name`): making and formatting a million datetimes is what an
export would otherwise spend its time on.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Field, Func, Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise as Lazy

from foundation.accounts.models import User
from foundation.sheets.writers import Head

CHUNK = 2000


class Ticks(Func):
    """A moment as microseconds since 1970."""

    output_field = Field()  # of no kind: a number comes as it is, unconverted
    template = "(date_part('epoch', %(expressions)s) * 1000000)::bigint"

    def as_sqlite(self, compiler, connection, **context):
        template = (
            "(CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) * 1000000"
            " + CAST(substr(substr(%(expressions)s, 21) || '000000', 1, 6) AS INTEGER))"
        )
        return super().as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True)
class Column:
    """`read` gets the chunk and returns as many values as it has rows. `needs` are fields; a moment
    is asked for as `@field`, and is a column's value as it is."""

    key: str
    label: str | Lazy
    read: Callable[["Piece"], Sequence]
    kind: str = ""
    needs: tuple[str, ...] = ()
    width: int = 14


@dataclass
class Table:
    """What is taken out: rows in the order of their keys, for one reader.

    The head of each moment names the zone, unless a column of its own does.
    """

    rows: QuerySet
    columns: Sequence[Column]
    user: User
    at: datetime
    known: dict[Hashable, Any] = field(default_factory=dict)

    def heads(self) -> list[Head]:
        """The columns in the present language; the zone stands with the moments."""
        own = any(column.key == "zone" for column in self.columns)
        zone = "" if own else f" ({timezone.get_current_timezone_name()})"
        return [
            Head(
                f"{column.label}{zone if column.kind == 'moment' else ''}",
                column.kind,
                column.width,
            )
            for column in self.columns
        ]

    def count(self) -> int:
        return self.rows.order_by().count()

    def chunks(self, after: int = 0) -> Iterator[tuple[int, list[Sequence]]]:
        """(key of the last row, values column by column) until the end; short reads only."""
        names = list(dict.fromkeys(("pk", *(n for column in self.columns for n in column.needs))))
        fields = [Ticks(name[1:]) if name[0] == "@" else name for name in names]
        rows = self.rows.order_by("pk").values_list(*fields)
        while chunk := list(rows.filter(pk__gt=after)[:CHUNK]):
            piece = Piece(self, dict(zip(names, zip(*chunk, strict=True), strict=True)))
            after = piece["pk"][-1]
            yield after, [column.read(piece) for column in self.columns]


class Piece:
    """A chunk of rows: `piece["status"]` are its values of that field."""

    def __init__(self, table: Table, values: dict[str, Sequence]):
        self.table, self.values, self.own = table, values, {}
        self.user, self.at = table.user, table.at

    def __getitem__(self, name: str) -> Sequence:
        return self.values[name]

    def __len__(self) -> int:
        return len(self.values["pk"])

    def once(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """What several columns of this chunk need."""
        if key not in self.own:
            self.own[key] = work()
        return self.own[key]

    def always(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """What every chunk of the table needs."""
        if key not in self.table.known:
            self.table.known[key] = work()
        return self.table.known[key]


def moment(ticks: int | None) -> datetime | None:
    """Microseconds since 1970 as a moment again, for rules that reckon with those."""
    return datetime.fromtimestamp(ticks / 1_000_000, UTC) if ticks is not None else None


def among(name: str, keys: Sequence[int]) -> dict[str, Any]:
    """The condition that `name` is one of the rising `keys`, or at least lies among them.

    Where they lie close together, asking for all between the first and the last is much less work
    than naming each; the caller passes over the others.
    """
    if keys and keys[-1] - keys[0] < 3 * len(keys):
        return {f"{name}__gte": keys[0], f"{name}__lte": keys[-1]}
    return {f"{name}__in": keys}


def plain(key: str, label: str | Lazy, name: str = "", kind: str = "", width: int = 14) -> Column:
    """A field as it is."""
    name = f"{'@' if kind == 'moment' else ''}{name or key}"
    return Column(key, label, lambda piece: piece[name], kind, (name,), width)


def choice(key: str, label: str | Lazy, choices: Any, name: str = "", width: int = 14) -> Column:
    """A field in the words of its choices."""
    name = name or key

    def read(piece: Piece) -> list:
        words = piece.always(("choice", key), lambda: {k: str(v) for k, v in choices.choices})
        return [words.get(value, value) for value in piece[name]]

    return Column(key, label, read, "word", (name,), width)


def called(
    key: str, label: str | Lazy, model: type[Model], name: str = "", width: int = 18
) -> Column:
    """What a short vocabulary or the people call the row that a key points to."""
    name = name or f"{key}_id"

    def read(piece: Piece) -> list:
        words = piece.always(model, lambda: names_of(model))
        return [words.get(value, "") for value in piece[name]]

    return Column(key, label, read, "word", (name,), width)


def names_of(model: type[Model]) -> dict[Any, str]:
    return {row.pk: str(row) for row in model._default_manager.all()}
