"""One pass per kind of row, whatever it is grouped by: a step of time, a department, a person.

A figure of the page and a column of a table are the same pass with another `by`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import sub
from typing import Any

from django.db.models import Case, Count, Expression, F, IntegerField, QuerySet, Value, When

from foundation.sheets.tables import Ticks
from reports.queries import facts
from reports.queries.facts import Span, happened
from reports.queries.sql import Gathered, Seconds
from surveys.rules import OVERALL, RECOMMEND
from tickets.models import Ticket


@dataclass(frozen=True)
class Scan:
    """Which rows count, and `by` what they are grouped: an expression made for a fact's stamp."""

    tickets: QuerySet[Ticket]
    spans: Sequence[Span]
    by: Callable[[str], Expression | F]

    def rows(self, fact: str, *more: str | Expression | F, **aggregates) -> Iterable[tuple]:
        """(by, *more, *aggregates) of the rows of a fact (facts.FACTS) within the spans."""
        found = happened(self.tickets, fact, self.spans)
        return self.grouped(found, facts.FACTS[fact].stamp, *more, **aggregates)

    def grouped(
        self, rows: QuerySet, stamp: str, *more: str | Expression | F, **aggregates
    ) -> Iterable[tuple]:
        """The same of other rows."""
        keyed = rows.annotate(by=self.by(stamp)).values_list("by", *more)
        return keyed.annotate(**(aggregates or {"rows": Count("*")}))


def step_of(stamp: str, edges: Sequence[datetime]) -> Case | Value:
    """How many of the (ordered) edges lie at or before the stamp, less one: −1 before the first.

    Halving, so that a row is compared with a few edges and not with all.
    """

    def between(low: int, high: int):
        if low == high:
            return Value(low - 1, output_field=IntegerField())
        middle = (low + high) // 2
        return Case(
            When(**{f"{stamp}__lt": edges[middle]}, then=between(low, middle)),
            default=between(middle + 1, high),
            output_field=IntegerField(),
        )

    return between(0, len(edges))


@dataclass(frozen=True)
class Resolved:
    """Runs that were resolved and have the same key, priority and verdict on their first contact
    ("" for reopened ones), and department; `lengths` and `net` (without holds) in seconds,
    unordered; `begins` and `ends` the same spans in microseconds since 1970."""

    by: Any
    priority: str
    verdict: str
    department: int | None
    begins: list[int]
    ends: list[int]
    lengths: list[float]
    net: list[float]


def resolved(scan: Scan, at: datetime) -> list[Resolved]:
    """Every figure of resolved runs comes from these groups; one query."""
    rows = happened(scan.tickets, "resolved", scan.spans).annotate(verdict=facts.verdict(at))
    groups = scan.grouped(
        rows,
        "resolved_at",
        "ticket__priority",
        "verdict",
        "ticket__department",
        begins=Gathered(Ticks("opened_at")),
        ends=Gathered(Ticks("resolved_at")),
        held=Gathered(F("held_seconds")),
    )
    found = []
    for by, priority, verdict, department, begins, ends, held in groups:
        lengths = seconds_of(begins, ends)
        net = list(map(sub, lengths, held))
        found.append(Resolved(by, priority, verdict, department, begins, ends, lengths, net))
    return found


def seconds_of(begins: Sequence[int], ends: Sequence[int]) -> list[float]:
    """The lengths of spans in microseconds."""
    return [(end - begin) / 1_000_000 for begin, end in zip(begins, ends, strict=True)]


def answered_between(
    scan: Scan, by_department: bool
) -> Iterable[tuple[Any, int | None, list[int], list[int]]]:
    """(by, department, begins, first responses) in microseconds since 1970; one query.

    Where departments do not matter it reads no tickets and the department is None.
    """
    begins, ends = Gathered(Ticks("opened_at")), Gathered(Ticks("first_response_at"))
    more = ["ticket__department"] if by_department else []
    for by, *department, since, until in scan.rows("answered", *more, begins=begins, ends=ends):
        yield by, department[0] if department else None, since, until


def answered(scan: Scan) -> dict[Any, list[float]]:
    """{by: [seconds to the first response]}; one query."""
    seconds = Seconds(F("first_response_at"), F("opened_at"))
    return dict(scan.rows("answered", lengths=Gathered(seconds)))


def promises(scan: Scan, *more: str | Expression | F) -> dict[tuple, list[int]]:
    """{(by, *more): [kept, missed]}, without `more` by promise; three queries.

    A promise is decided once: when it is met, or when its time is over (facts.FACTS).
    """
    tally: dict[tuple, list[int]] = {}
    for fact, missed in (("met", 0), ("breached", 1), ("late", 1)):
        for *key, number in scan.rows(fact, *(more or ("promise",))):
            tally.setdefault(tuple(key), [0, 0])[missed] += number
    return tally


def scores(scan: Scan, *questions: str) -> dict[tuple[Any, bool, str], list[int]]:
    """{(by, typed in by staff, question): [value, …]} of the answers given; one query."""
    rows = happened(scan.tickets, "surveyed", scan.spans).filter(
        answers__question__in=questions or (OVERALL, RECOMMEND), answers__value__isnull=False
    )
    more = ("answered_by_staff", "answers__question", "answers__value")
    given: dict[tuple[Any, bool, str], list[int]] = {}
    for by, by_staff, question, value, number in scan.grouped(rows, "answered_at", *more):
        given.setdefault((by, by_staff, question), []).extend([value] * number)
    return given


def counted(scan: Scan, fact: str) -> Counter:
    """{by: rows of the fact}; one query."""
    return Counter(dict(scan.rows(fact)))
