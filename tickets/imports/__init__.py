"""Past tickets from the system that was used before: by the number they had there.

What comes in is history. Nothing is promised, nobody is written to, asked or called: no verb runs
and `ticket_moved` is not sent. What was finished comes in as confirmed, because tickets that are
only resolved still wait for their customers, and sweeps would call them.
"""

from collections.abc import Hashable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from customers.rules import normalise_order
from foundation.accounts.actors import Actor
from foundation.sheets import targets
from foundation.sheets.targets import Checked, Context, Kept, Row, Target, Written
from tickets.imports import writing
from tickets.imports.columns import COLUMNS
from tickets.imports.judging import Around, judged


class Tickets(Target):
    key, verb, order = "tickets", "tickets.receive", 70
    label = _("Past tickets")
    help = _(
        "One row for each ticket of the system you used before. Its number there stays findable "
        "and tells whether it is here already; what is here stays as it is. Finished tickets come "
        "in as confirmed. Nobody is written to or called, and no promise starts. The customer is "
        "found by name with phone or e-mail, and recorded where nobody has both."
    )
    columns = COLUMNS
    can_update = False
    list_view = "tickets_alltickets_changelist"

    def may(self, user) -> bool:
        # Customers of the rows are recorded with them.
        return super().may(user) and user.may("customers.edit")

    def identity(self, row: Row) -> Hashable:
        return normalise_order(row["number"])

    def check(self, rows: Sequence[Row], context: Context) -> list[Checked]:
        around = Around.of(rows, context.at)
        return [judged(row, around) for row in rows]

    def write(self, checked: Sequence[Checked], *, by: Actor, at: datetime) -> list[Written]:
        return writing.write({one.row.number: one.data for one in checked}, by, at)

    def undo(self, written: Sequence[Written], *, by: Actor, at: datetime) -> list[Kept]:
        return writing.undo(written)


def register() -> None:
    targets.register(Tickets())
