"""Promises kept by department, by person or by step of time, with those of the period before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Expression, F
from django.db.models.functions import Coalesce

from foundation.accounts.models import Department, User
from reports import rules
from reports.queries import scans
from reports.queries.facts import Cuts, countable
from reports.queries.scans import Scan, step_of
from reports.queries.sql import counting
from reports.queries.told import Figure
from tickets.models import Promise

DIMENSIONS = ("department", "person", "step")
# A person is who handles the ticket, else who speaks with the customer, both as it says now.
PATHS: dict[str, Expression | F] = {
    "department": F("ticket__department"),
    "person": Coalesce("ticket__handler", "ticket__contact"),
}
TABLES = {"department": (Department, "key"), "person": (User, "username")}
Tally = dict[Any, list[int]]


@dataclass(frozen=True)
class Attained:
    """How far a promise was kept by one department, one person or in one step.

    `promise` is its key, "" all together; `key` the row's (None: tickets without one) or the
    column's number; `code` the department's key or the user's name. `figure` is the share with its n and the same before: of the period before, of
    a step the step before. `first`, `end` and `cuts` lead to its tickets.
    """

    promise: str
    promise_name: str
    key: Any
    name: str
    code: str
    figure: Figure
    missed: int
    first: datetime
    end: datetime
    cuts: Cuts

    @property
    def kept(self) -> int:
        return self.figure.n - self.missed

    def as_dict(self) -> dict[str, Any]:
        """Plain values for programs."""
        figure = self.figure
        return {
            "promise": self.promise,
            "name": self.code,
            "first": self.first,
            "end": self.end,
            "kept": self.kept,
            "missed": self.missed,
            "n": figure.n,
            "value": figure.value,
            "before": figure.before,
            "before_n": figure.before_n,
            "change": figure.change,
            "is_small": figure.is_small,
        }


def attained(
    user: User, by: str, period: rules.Period, cuts: Cuts, at: datetime, promise: str | None = None
) -> list[Attained]:
    """Promises kept by `by` (DIMENSIONS), of one promise ("": all together) or of each (None).

    By promise in the order of the promises, all together first. Steps in their order. Departments
    and people with the least share first; those of so few that nobody is ranked by them come after
    the others, by name. Five queries, whatever n.
    """
    columns, spans = [(period.first, period.end)], [(period.first, period.end)]
    if by == "step":
        columns = rules.columns(period)
    else:
        spans.append((period.before_first, period.before_end))
    edges = [begin for begin, _end in columns]
    scan = Scan(countable(user, cuts), spans, lambda stamp: step_of(stamp, edges))
    promises = {row.pk: row for row in Promise.objects.all()}
    with counting():
        tallies = _tallies(scan, by, promises)
    names = {"": "", **{row.key: str(row) for row in promises.values()}}
    if by == "step":
        told = _steps(tallies, columns, cuts, names)
    else:
        told = _owners(tallies, by, period, cuts, names)
    order = {key: index for index, key in enumerate(names)}
    told = [row for row in told if promise in (None, row.promise)]
    return sorted(told, key=lambda row: order[row.promise])


def _tallies(scan: Scan, by: str, promises: dict[int, Promise]) -> dict[str, Tally]:
    """{promise's key or "": {(step, whose): [kept, missed]}}; three queries."""
    tallies: dict[str, Tally] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    more = [PATHS[by]] if by in PATHS else []
    for (step, promise, *whose), pair in scans.promises(scan, "promise", *more).items():
        for tally in (tallies[promises[promise].key], tallies[""]):
            for index, number in enumerate(pair):
                tally[step, *whose][index] += number
    return tallies


def _figure(now: list[int], before: list[int]) -> Figure:
    both = [(rules.attainment(*pair), sum(pair)) for pair in (now, before)]
    return Figure("attainment", "percent", *both[0], *both[1])


def _steps(
    tallies: dict[str, Tally], columns: list, cuts: Cuts, names: dict[str, str]
) -> Iterable[Attained]:
    for promise, tally in tallies.items():
        for step, (first, end) in enumerate(columns):
            now, before = (tally.get((index,), [0, 0]) for index in (step, step - 1))
            yield Attained(
                promise, names[promise], step, "", "", _figure(now, before), now[1],
                first, end, cuts,
            )  # fmt: skip


def _owners(
    tallies: dict[str, Tally], by: str, period: rules.Period, cuts: Cuts, names: dict[str, str]
) -> list[Attained]:
    keys = {whose for tally in tallies.values() for _step, whose in tally}
    table, code = TABLES[by]
    rows = table.objects.in_bulk([key for key in keys if key])
    told = []
    for promise, tally in tallies.items():
        for whose in {whose for step, whose in tally if step >= 0}:
            now, before = tally[0, whose], tally.get((-1, whose), [0, 0])
            own = replace(cuts, **{by: 0 if whose is None else whose})
            row = rows.get(whose)
            told.append(
                Attained(
                    promise, names[promise], whose, str(row or ""), getattr(row, code, ""),
                    _figure(now, before), now[1], period.first, period.end, own,
                )
            )  # fmt: skip
    return sorted(told, key=_rank)


def _rank(row: Attained) -> tuple:
    """Least kept first; nobody is ranked by a few."""
    small = row.figure.is_small
    return (small, 0 if small else row.figure.value, row.name)
