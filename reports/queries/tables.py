"""The figures of a period by department, category, product, channel, person or tier."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Case, F, IntegerField, Value, When

from customers.models import Product, Tier
from foundation.accounts.models import Department, User
from reports import rules
from reports.queries import facts, scans
from reports.queries.facts import Cuts, branch_of, countable
from reports.queries.scans import Scan
from reports.queries.sql import counting
from surveys.rules import OVERALL, csat
from tickets.choices import Channel
from tickets.models import Category

# The rows with the most that came in; a page of more helps nobody.
MOST_ROWS = 100
# The columns of a table and the figure each is.
COLUMNS = (
    "received", "resolved", "backlog", "response_median", "resolve_median", "attainment", "fcr",
    "csat_mean",
)  # fmt: skip
COUNTS = ("received", "resolved", "backlog")
DIMENSIONS = ("department", "category", "product", "channel", "handler", "tier")
PATHS = {
    "department": "ticket__department",
    "product": "ticket__product",
    "channel": "ticket__channel",
    "handler": "ticket__handler",
    "tier": "ticket__customer__tier",
}


@dataclass
class Row:
    """One department, product …: `values` {column: (value, n)}; `cuts` lead to it alone."""

    key: Any
    name: str
    cuts: Cuts
    values: dict[str, tuple[float | None, int]] = field(default_factory=dict)

    def rank(self, column: str) -> tuple:
        """To sort by, the most first. Nobody is ranked by a few: those come after the others."""
        value, n = self.values.get(column, (None, 0))
        counts = column in COUNTS
        return (value is not None and (counts or not rules.is_small(n)), value or 0)


def table(
    user: User, dimension: str, period: rules.Period, cuts: Cuts, at, *, column: str = "received"
) -> list[Row]:
    """The figures by `dimension` (DIMENSIONS), sorted by a column (COLUMNS), the most first.

    At most 100 rows, those with the most tickets received, resolved or open. Nine queries and those of the names.
    """
    by = F(PATHS[dimension]) if dimension in PATHS else _branch(cuts.category)
    scan = Scan(countable(user, cuts), [(period.first, period.end)], lambda stamp: by)
    with counting():
        found = _found(scan, at)
    keys = sorted(found, key=lambda key: -sum(found[key].get(c, (0, 0))[0] for c in COUNTS))
    rows = _named(dimension, keys[:MOST_ROWS], cuts)
    for row in rows:
        row.values = {name: found[row.key].get(name, _nothing(name)) for name in COLUMNS}
    return sorted(rows, key=lambda row: row.rank(column), reverse=True)


def _found(scan: Scan, at) -> dict[Any, dict]:
    """{key: {column: (value, n)}}."""
    found: dict[Any, dict] = defaultdict(dict)
    for key, n in scans.counted(scan, "received").items():
        found[key]["received"] = (n, n)
    for key, n in scan.grouped(facts.open_before(scan.tickets, scan.spans[0][1]), "opened_at"):
        found[key]["backlog"] = (n, n)
    for key, lengths in scans.answered(scan).items():
        found[key]["response_median"] = (rules.percentile(lengths, 0.5), len(lengths))
    _resolved(scan, found, at)
    _attainment(scan, found)
    for (key, by_staff, _question), given in scans.scores(scan, OVERALL).items():
        if not by_staff:
            told = csat(given)
            found[key]["csat_mean"] = (told.mean, told.n)
    return found


def _nothing(column: str) -> tuple[float | None, int]:
    return (0, 0) if column in COUNTS else (None, 0)


def _branch(within: int | None) -> Case | F:
    """The branch of a ticket's category: below the chosen one, else among the roots."""
    roots = list(Category.objects.filter(parent=within or None).order_by().values_list("pk"))
    cases = [When(ticket__category__in=branch_of(pk), then=Value(pk)) for (pk,) in roots]
    if not cases:
        return F("ticket__category")
    return Case(*cases, default=F("ticket__category"), output_field=IntegerField())


def _resolved(scan: Scan, found: dict, at) -> None:
    lengths: dict[Any, list[float]] = defaultdict(list)
    verdicts: dict[Any, Counter] = defaultdict(Counter)
    for group in scans.resolved(scan, at):
        lengths[group.by] += group.lengths
        verdicts[group.by][group.verdict] += len(group.lengths)
    for key, some in lengths.items():
        judged = rules.first_contact(verdicts[key])
        found[key]["resolved"] = (len(some), len(some))
        found[key]["resolve_median"] = (rules.percentile(some, 0.5), len(some))
        found[key]["fcr"] = (judged.share, judged.n)


def _attainment(scan: Scan, found: dict) -> None:
    tally: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for (key, _promise), pair in scans.promises(scan).items():
        tally[key] = [a + b for a, b in zip(tally[key], pair, strict=True)]
    for key, (kept, missed) in tally.items():
        found[key]["attainment"] = (rules.attainment(kept, missed), kept + missed)


TABLES = {
    "department": Department,
    "category": Category,
    "product": Product,
    "handler": User,
    "tier": Tier,
}


def _named(dimension: str, keys: list, cuts: Cuts) -> list[Row]:
    if dimension == "channel":
        names = {key: str(Channel(key).label) for key in keys if key in Channel.values}
    else:
        rows = TABLES[dimension].objects.in_bulk([key for key in keys if key])
        names = {key: str(row) for key, row in rows.items()}
    return [
        Row(key, names.get(key, ""), replace(cuts, **{dimension: 0 if key is None else key}))
        for key in keys
    ]
