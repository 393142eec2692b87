"""Orders from a sheet, a row for each line: by number and seller, then by line."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.imports.orders import writing
from customers.imports.orders.columns import COLUMNS
from customers.imports.orders.judging import Around, judged
from foundation.accounts.actors import Actor
from foundation.sheets.targets import Checked, Context, Kept, Row, Target, Written


class Orders(Target):
    key, verb, order = "orders", "customers.edit", 50
    label = _("Orders")
    help = _(
        "One row for each line; rows with the same number and seller are one order. The customer "
        "is found by name with phone or e-mail, and recorded where nobody has both. Products come "
        "first; units are found by serial number and recorded where they are new."
    )
    list_view = "customers_order_changelist"
    columns = COLUMNS

    def identity(self, row: Row) -> Hashable:
        if row["line"]:
            line: Any = row["line"]
        else:
            serial = rules.normalise_serial(row["serial"] or "")
            line = (row["code"].upper(), row["variant"] or "", serial)
        return rules.normalise_order(row["number"]), row["sold_by"] or "", line

    def check(self, rows: Sequence[Row], context: Context) -> list[Checked]:
        around = Around.of(rows)
        return [judged(row, around) for row in rows]

    def write(self, checked: Sequence[Checked], *, by: Actor, at: datetime) -> list[Written]:
        return writing.write({one.row.number: one.data for one in checked}, by, at)

    def undo(self, written: Sequence[Written], *, by: Actor, at: datetime) -> list[Kept]:
        return writing.undo(written, by, at)
