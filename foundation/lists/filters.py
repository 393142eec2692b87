"""Ready-made filters: a column with choices, days, yes or no, rows of another table."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.lists import rules
from foundation.lists.kinds import MANY, ONE, RANGE, Filter, Reader


def choices(key: str, label: Any, values: type, column: str = "") -> Filter:
    """A column whose values are a `TextChoices`."""
    column = column or key
    return Filter(
        key,
        label,
        known=lambda asked, reader: {v: values(v).label for v in asked if v in values.values},
        apply=lambda rows, asked, reader: rows.filter(**one_or_many(column, asked)),
        options=lambda reader: values.choices,
    )


def one_or_many(column: str, values: Sequence[Any]) -> dict[str, Any]:
    """A single value as equality, so that an index in the list's order serves it."""
    if len(values) == 1:
        return {column: values[0]}
    return {f"{column}__in": list(values)}


def rows_of(key: str, label: Any, table: Callable[[Reader], dict[str, Any]], column: str) -> Filter:
    """A foreign key; `table(reader)` gives {id as text: name} of the few rows there are."""
    return Filter(
        key,
        label,
        known=lambda asked, reader: {v: table(reader)[v] for v in asked if v in table(reader)},
        apply=lambda rows, asked, reader: rows.filter(
            **one_or_many(column, [int(value) for value in asked])
        ),
        options=lambda reader: table(reader).items(),
    )


def keyed(key: str, label: Any, model: type[Model], column: str) -> Filter:
    """A foreign key to a small table whose rows are named by their `key`."""

    def table(reader: Reader) -> dict[str, Any]:
        return reader.once(key, lambda: {row.key: row for row in model._default_manager.all()})

    return Filter(
        key,
        label,
        known=lambda asked, reader: {v: table(reader)[v].name for v in asked if v in table(reader)},
        apply=lambda rows, asked, reader: rows.filter(
            **one_or_many(column, [table(reader)[value].pk for value in asked])
        ),
        options=lambda reader: [(value, row.name) for value, row in table(reader).items()],
    )


def texts(
    key: str, label: Any, offered: Callable[[], Sequence[str]], column: str = "", most: int = 100
) -> Filter:
    """A column of plain words; `offered()` are those to choose from. Others may be asked for too."""
    return Filter(
        key,
        label,
        known=lambda asked, reader: {v: v for v in asked if len(v) <= most and "\x00" not in v},
        apply=lambda rows, asked, reader: rows.filter(**one_or_many(column or key, asked)),
        options=lambda reader: [(value, value) for value in reader.once(key, offered)],
    )


def named(
    key: str, label: Any, cases: dict[str, tuple[Any, Callable[[Reader], Q]]], look: str = ONE
) -> Filter:
    """A few named conditions: {value: (words, condition)}."""

    def apply(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
        condition = Q()
        for value in asked:
            condition |= cases[value][1](reader)
        return rows.filter(condition)

    return Filter(
        key,
        label,
        known=lambda asked, reader: {v: cases[v][0] for v in asked if v in cases},
        apply=apply,
        options=lambda reader: [(value, words) for value, (words, _q) in cases.items()],
        look=look,
    )


def days(key: str, label: Any, within: Callable[[QuerySet, Any, Any], QuerySet]) -> Filter:
    """A range of days in the reader's zone; `within(rows, since, before)` gets moments or None."""

    def apply(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
        first, last = rules.day_range(asked[0]) or (None, None)
        return within(rows, midnight(first), midnight(last and last + timedelta(days=1)))

    return Filter(key, label, known=_known_days, apply=apply, look=RANGE)


def dates(key: str, label: Any, column: str = "", order: str = "") -> Filter:
    """A range of days of a column that holds days; `order` is that of the column."""

    def apply(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
        borders = rules.day_range(asked[0]) or (None, None)
        sides = zip(("gte", "lte"), borders, strict=True)
        return rows.filter(**{f"{column or key}__{side}": day for side, day in sides if day})

    return Filter(key, label, known=_known_days, apply=apply, look=RANGE, order=order)


def _known_days(asked: Sequence[str], reader: Reader) -> dict[str, str]:
    found = {}
    for value in asked:
        if borders := rules.day_range(value):
            found[value] = range_words(*borders)
    return found


def range_words(first: date | None, last: date | None) -> str:
    """A range of days in words."""
    if first and last:
        return f"{first}" if first == last else f"{first} – {last}"
    return _("from %(day)s") % {"day": first} if first else _("until %(day)s") % {"day": last}


def midnight(day: date | None) -> datetime | None:
    """The beginning of a day in the present zone."""
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def between(column: str) -> Callable[[QuerySet, Any, Any], QuerySet]:
    """Rows whose moment lies in the range."""

    def within(rows: QuerySet, since, before) -> QuerySet:
        borders = {f"{column}__gte": since, f"{column}__lt": before}
        return rows.filter(**{name: value for name, value in borders.items() if value})

    return within


__all__ = [
    "MANY", "ONE", "between", "choices", "dates", "days", "keyed", "midnight", "named",
    "one_or_many", "rows_of", "texts",
]  # fmt: skip
