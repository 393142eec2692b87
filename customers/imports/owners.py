"""Whose the rows of a sheet are, where it is about something else than customers: a recorded
customer, or one who is recorded with the row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from customers.imports.customers import FIELDS, fresh, marks_of
from customers.imports.people import Known, Point, folded, points_of
from customers.models import ContactPoint, Customer
from foundation.search import actions as search
from foundation.sheets import undoing
from foundation.sheets.targets import Row, Written

POINTS = ("phone", "email")
SAID = ("name", *POINTS, "region", "city", "address")


@dataclass(eq=False)
class Coming:
    """A customer to be recorded: the first row that tells of them, and who came of it."""

    row: Row
    customer: Customer | None = None


@dataclass
class Owners:
    """Whom the rows of a chunk may mean. Rows have the columns SAID, or some of them."""

    known: Known
    # Who is not recorded yet, by name and number; rows of the chunk share them.
    coming: dict[tuple[str, str, str], Coming] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Owners":
        """Two queries for all rows."""
        return cls(Known.of([point for row in rows for point in points_of(row, POINTS)]))

    def find(self, row: Row) -> int | Coming | None:
        """Name and number: that customer, or a new one. A number alone: who alone has it."""
        points = points_of(row, POINTS)
        if not points:
            return None
        if row["name"]:
            return self.known.named(row["name"], points) or self._coming(row, points)
        found = self.known.reachable(points)
        return found[0] if len(found) == 1 else None

    def _coming(self, row: Row, points: list[Point]) -> Coming:
        keys = [(folded(row["name"]), point.kind, point.normalised) for point in points]
        told = next((self.coming[key] for key in keys if key in self.coming), None)
        coming = told or Coming(Row(row.number, {name: row[name] for name in SAID}))
        self.coming |= dict.fromkeys(keys, coming)
        return coming


def pk_of(owner: int | Coming | None) -> int | None:
    """The customer's key, once `record` has been called."""
    return owner.customer.pk if isinstance(owner, Coming) else owner


def record(owners: Iterable[Any], at: datetime) -> dict[int, list]:
    """Record those who are new; {row: what `remove` needs to know of them}. Constant queries."""
    new = list(dict.fromkeys(one for one in owners if isinstance(one, Coming)))
    for coming in new:
        coming.customer = fresh(coming.row, at)
    Customer.objects.bulk_create(coming.customer for coming in new)
    ContactPoint.objects.bulk_create(
        point.row(coming.customer) for coming in new for point in points_of(coming.row, POINTS)
    )
    search.index("customers", [coming.customer.pk for coming in new])
    marks = marks_of(coming.customer for coming in new)
    return {one.row.number: [one.customer.pk, marks[one.customer.pk]] for one in new}


def remove(created: Iterable[Sequence]) -> None:
    """Take back customers that rows brought with them, where nothing has happened to them since."""
    written = [Written(0, pk, True, None, mark) for pk, mark in created]
    if written:
        own = ("contact_points", "document")
        undoing.undo(Customer, written, FIELDS, own=own, marks=marks_of)
