"""The figures of a period by department, category, product, channel, person or tier."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When

from customers.models import Product, Tier
from foundation.accounts.models import Department, User
from reports import rules
from reports.queries import facts
from reports.queries.facts import Cuts, branch_of, countable, happened
from reports.queries.sql import Percentile, Seconds, counting
from surveys.rules import OVERALL, csat
from tickets.choices import Channel
from tickets.models import Category, Ticket

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

    At most 100 rows, those with the most tickets received, resolved or open. About ten queries.
    """
    by = _Grouped(countable(user, cuts), dimension, period, cuts)
    with counting():
        found = _found(by, at)
    keys = sorted(found, key=lambda key: -sum(found[key].get(c, (0, 0))[0] for c in COUNTS))
    rows = _named(dimension, keys[:MOST_ROWS], cuts)
    for row in rows:
        row.values = {name: found[row.key].get(name, _nothing(name)) for name in COLUMNS}
    return sorted(rows, key=lambda row: row.rank(column), reverse=True)


def _found(by: "_Grouped", at) -> dict[Any, dict]:
    """{key: {column: (value, n)}}."""
    found: dict[Any, dict] = defaultdict(dict)
    for key, n in by.counted(happened(by.tickets, "received", [by.span])):
        found[key]["received"] = (n, n)
    for key, n in by.counted(facts.open_before(by.tickets, by.span[1])):
        found[key]["backlog"] = (n, n)
    for key, n, median in by.medians("answered", "first_response_at"):
        found[key]["response_median"] = (median, n)
    for key, n, median in by.medians("resolved", "resolved_at"):
        found[key]["resolved"] = (n, n)
        found[key]["resolve_median"] = (median, n)
    _attainment(by, found)
    _first_contact(by, found, at)
    _scores(by, found)
    return found


def _nothing(column: str) -> tuple[float | None, int]:
    return (0, 0) if column in COUNTS else (None, 0)


class _Grouped:
    """Rows of facts, grouped by one dimension of their ticket."""

    def __init__(self, tickets: QuerySet[Ticket], dimension: str, period: rules.Period, cuts: Cuts):
        self.tickets, self.span = tickets, (period.first, period.end)
        self.by = F(PATHS[dimension]) if dimension in PATHS else _branch(cuts.category)

    def of(self, rows: QuerySet, *more: str) -> QuerySet:
        return rows.annotate(by=self.by).values_list("by", *more)

    def counted(self, rows: QuerySet) -> Iterable[tuple]:
        return self.of(rows).annotate(rows=Count("*"))

    def medians(self, fact: str, stamp: str) -> Iterable[tuple]:
        seconds = Seconds(F(stamp), F("opened_at"))
        rows = self.of(happened(self.tickets, fact, [self.span]))
        return rows.annotate(rows=Count("*"), median=Percentile(seconds, 0.5))


def _branch(within: int | None) -> Case | F:
    """The branch of a ticket's category: below the chosen one, else among the roots."""
    roots = list(Category.objects.filter(parent=within or None).order_by().values_list("pk"))
    cases = [When(ticket__category__in=branch_of(pk), then=Value(pk)) for (pk,) in roots]
    if not cases:
        return F("ticket__category")
    return Case(*cases, default=F("ticket__category"), output_field=IntegerField())


def _attainment(by: _Grouped, found: dict) -> None:
    tally: dict = defaultdict(lambda: [0, 0])
    for fact, late in (("met", 0), ("breached", 1), ("late", 1)):
        for key, n in by.counted(happened(by.tickets, fact, [by.span])):
            tally[key][late] += n
    for key, (met, breached) in tally.items():
        found[key]["attainment"] = (rules.attainment(met, breached), met + breached)


def _first_contact(by: _Grouped, found: dict, at) -> None:
    rows = happened(by.tickets, "first_resolved", [by.span]).annotate(verdict=facts.verdict(at))
    counts: dict = defaultdict(dict)
    for key, verdict, n in by.of(rows, "verdict").annotate(rows=Count("*")):
        counts[key][verdict] = n
    for key, verdicts in counts.items():
        judged = rules.first_contact(verdicts)
        found[key]["fcr"] = (judged.share, judged.n)


def _scores(by: _Grouped, found: dict) -> None:
    """The customers' own overall scores."""
    rows = happened(by.tickets, "surveyed", [by.span]).filter(
        answered_by_staff=False, answers__question=OVERALL, answers__value__isnull=False
    )
    scores: dict = defaultdict(list)
    for key, value, n in by.of(rows, "answers__value").annotate(rows=Count("*")):
        scores[key].extend([value] * n)
    for key, given in scores.items():
        told = csat(given)
        found[key]["csat_mean"] = (told.mean, told.n)


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
