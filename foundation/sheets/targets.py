"""What sheets can be brought into. Apps register their targets from `ready()`.

    class Colours(Target):
        key, verb, label = "colours", "colours.edit", _("Colours")
        columns = (
            Column("code", _("code"), required=True, headings=("编号", "no."), example="R1"),
            Column("name", _("name"), required=True, headings=("名称",), example=_("red")),
            Column("since", _("since"), parse=values.day, example="2026-03-01"),
        )

        def identity(self, row):
            return row["code"].upper()

        def check(self, rows, context):
            known = Colour.objects.in_bulk([row["code"] for row in rows], field_name="code")
            return [self._judged(row, known.get(row["code"])) for row in rows]

        def _judged(self, row, colour):
            if row["code"] == "X":
                return row.bad("code", _("X is not a colour. Write another code."))
            if colour is None:
                return row.new()
            wanted = row.changes(colour, ("name", "since"))
            return row.changed(colour.pk, data=wanted) if wanted else row.same(colour.pk)

        def write(self, checked, *, by, at): ...       # bulk_create, bulk_update
        def undo(self, written, *, by, at): ...        # see undoing.py, which does most of it

    targets.register(Colours())

What the framework does: it reads the file, maps headings to columns, parses each cell with the
column's `parse`, says what is wrong with a cell or missing, tells rows that repeat another row of
the sheet, and gives the rest to `check` in chunks. `check` is called for the check (which writes
nothing) and again inside the transaction of the import, with `write` right after it. `write` gets
only what is to be written: the new, and the changed where the person chose to update. Chunks of
all imports take turns, so that two imports never look for the same row at the same time; an
`IntegrityError` (somebody recorded the same by hand) takes the chunk back and does it once more.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.sheets import values


class Outcome(models.TextChoices):
    NEW = "new", _("new")
    CHANGED = "changed", _("updated")
    SAME = "same", _("the same already")
    BAD = "bad", _("to correct")


@dataclass(frozen=True)
class Column:
    """A column that a sheet may have.

    `parse(text)` gives the value of a cell that is not empty or raises ValidationError with what
    to do; it never asks the database. `headings` are further names (Chinese, English, those of
    other programs) by which a heading is recognised; label and name are recognised anyway in both
    languages. `example` stands in the example sheet.
    """

    name: str
    label: Any
    parse: Callable[[str], Any] = values.text
    required: bool = False
    help: Any = ""
    headings: tuple[str, ...] = ()
    example: Any = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row: `column` is a column's name, or "" where it is the row."""

    column: str
    words: str


@dataclass
class Row:
    """One row of the sheet. `row["phone"]` is the parsed value; None where the cell is empty or
    the sheet has no such column. `number` is the row's number in the sheet, as Excel shows it."""

    number: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def changes(self, instance, names: Iterable[str]) -> dict[str, Any]:
        """{field: value} of what the sheet says otherwise than the instance. An empty cell says
        nothing: an import never wipes what is recorded."""
        said = {name: self[name] for name in names if self[name] is not None}
        return {name: value for name, value in said.items() if getattr(instance, name) != value}

    def new(self, data: Any = None) -> "Checked":
        return Checked(self, Outcome.NEW, data=data)

    def changed(self, pk: int, data: Any = None) -> "Checked":
        return Checked(self, Outcome.CHANGED, pk=pk, data=data)

    def same(self, pk: int) -> "Checked":
        return Checked(self, Outcome.SAME, pk=pk)

    def bad(self, column: str, words: Any) -> "Checked":
        return Checked(self, Outcome.BAD, problems=[Problem(column, str(words))])

    def wrong(self, problems: Iterable[Problem]) -> "Checked":
        return Checked(self, Outcome.BAD, problems=list(problems))


@dataclass
class Checked:
    """A judged row. `pk` is the existing row it means; `data` is whatever `write` wants to keep."""

    row: Row
    outcome: Outcome
    pk: int | None = None
    data: Any = None
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Written:
    """One row that was written: `before` is what `undo` needs to restore it (JSON; of changed rows
    only), `after` a short mark of its state now (`undoing.mark`), by which `undo` knows whether
    somebody changed it since."""

    number: int
    pk: int
    is_new: bool
    before: dict | None = None
    after: str = ""


@dataclass(frozen=True)
class Kept:
    """A written row that could not be undone, with the reason in the reader's words."""

    number: int
    pk: int
    label: str
    reason: str


@dataclass
class Context:
    """Who imports and when. `memo` lives as long as the chunk: a place for look-ups that the rows
    of a chunk share."""

    by: Actor
    at: datetime
    memo: dict[str, Any] = field(default_factory=dict)


class Target:
    """Subclass, fill in, register. All methods work on a chunk in a constant number of queries."""

    key: str = ""
    label: Any = ""
    # What one sheet is for, in a sentence, and how rows are matched with what is recorded.
    help: Any = ""
    # Needed besides `imports.run`.
    verb: str = ""
    columns: tuple[Column, ...] = ()
    # Where existing rows are only ever left as they are, the person is not asked.
    can_update: bool = True
    # Whether rows that the import created can be taken back.
    can_undo: bool = True
    # The name of the admin page that lists what was imported, or "".
    list_view: str = ""
    order: int = 100

    def may(self, user) -> bool:
        return user.may("imports.run") and user.may(self.verb)

    def identity(self, row: Row) -> Hashable | None:
        """What makes a row of the sheet the same as another one; None where nothing does."""
        return None

    def identities(self, row: Row) -> list[Hashable]:
        """Where more than one thing does: any of these (name with phone, name with e-mail)."""
        one = self.identity(row)
        return [] if one is None else [one]

    def missing(self, mapped: set[str]) -> str:
        """What the mapping as a whole lacks, in words ("" where nothing), beyond `required`: for
        example that phone or e-mail is needed."""
        return ""

    def check(self, rows: Sequence[Row], context: Context) -> list[Checked]:
        """Judge the rows, in their order. Reads only."""
        raise NotImplementedError

    def write(self, checked: Sequence[Checked], *, by: Actor, at: datetime) -> list[Written]:
        """Write the new and the changed rows in bulk; in the caller's transaction. One Written per
        row, in any order. Search documents belong here too (`search.actions.index`)."""
        raise NotImplementedError

    def undo(self, written: Sequence[Written], *, by: Actor, at: datetime) -> list[Kept]:
        """Take back what was written, where nothing has happened since; in the caller's
        transaction. Returns what has to stay."""
        raise NotImplementedError

    @property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


def parsed(target: Target, number: int, cells: dict[str, str]) -> tuple[Row, list[Problem]]:
    """A row from its cells by column name, and what is wrong with them."""
    row, problems = Row(number, {}), []
    for column in target.columns:
        text = cells.get(column.name, "")
        if not text:
            if column.required:
                problems.append(Problem(column.name, str(_("This is empty. Fill it in."))))
            continue
        try:
            row.values[column.name] = column.parse(text)
        except ValidationError as error:
            problems.append(Problem(column.name, " ".join(error.messages)))
    return row, problems


_targets: dict[str, Target] = {}


def register(target: Target) -> None:
    _targets[target.key] = target


def get(key: str) -> Target:
    """The target; KeyError where there is none."""
    return _targets[key]


def all_targets() -> list[Target]:
    return sorted(_targets.values(), key=lambda target: (target.order, target.key))
