"""The tickets behind a number: what the page links to, and what the link means."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Q, QuerySet

from foundation.accounts.models import User
from reports import rules
from reports.queries import facts
from reports.queries.facts import Cuts, countable, happened
from surveys.rules import OVERALL, RECOMMEND
from tickets.models import Ticket

SALT = "reports.behind"


@dataclass(frozen=True)
class Behind:
    """One number of the page: its key, its span `[first, end)`, its cuts, when it was asked.

    `part` is the promise's key, the priority or the age band, where the number is of one alone;
    `times` is how many rows the number was computed from, where the page knew it.
    """

    key: str
    first: datetime
    end: datetime
    at: datetime
    cuts: Cuts
    part: str = ""
    times: int = 0

    def sign(self) -> str:
        """As a word for an address that nobody can change."""
        moments = [moment.isoformat() for moment in (self.first, self.end, self.at)]
        said = [self.key, self.part, moments, self.cuts.chosen(), self.times]
        return signing.dumps(said, salt=SALT)


def read(word: str) -> Behind | None:
    """The number a signed word names; None for a forged or broken one."""
    try:
        # A word kept from before times were told has none.
        key, part, moments, cuts, times = [*signing.loads(word, salt=SALT), 0][:5]
        first, end, at = map(datetime.fromisoformat, moments)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    known = {field.name for field in fields(Cuts)}
    if key not in ROWS or not known.issuperset(cuts):
        return None
    return Behind(key, first, end, at, Cuts(**cuts), part, times)


def behind(user: User, asked: Behind) -> QuerySet[Ticket]:
    """The tickets that made this number, among those that count for this person; unordered.

    A ticket stands once, however often it counted.
    """
    cuts = asked.cuts
    if asked.part and asked.key in ("resolve", "response"):
        cuts = Cuts(**{**asdict(cuts), "priority": asked.part})
    tickets = countable(user, cuts)
    condition = Q(pk__in=[])
    for rows in ROWS[asked.key](tickets, asked):
        condition |= Q(pk__in=rows.values("ticket"))
    return tickets.filter(condition)


Rows = Callable[[QuerySet[Ticket], Behind], list[QuerySet]]


def _of(*names: str, **condition) -> Rows:
    """Rows of some facts within the span."""
    return lambda tickets, asked: [
        happened(tickets, name, [(asked.first, asked.end)]).filter(**condition) for name in names
    ]


def _promises(*names: str) -> Rows:
    def rows(tickets: QuerySet[Ticket], asked: Behind) -> list[QuerySet]:
        only = {"key": asked.part} if asked.part else {}
        return [found.filter(**only) for found in _of(*names)(tickets, asked)]

    return rows


def _backlog(**condition) -> Rows:
    def rows(tickets: QuerySet[Ticket], asked: Behind) -> list[QuerySet]:
        found = facts.open_before(tickets, asked.end)
        if condition:
            found = found.annotate(held=facts.held_at(asked.end)).filter(**condition)
        for key, low, high in rules.AGES:
            if key == asked.part:
                found = found.filter(opened_at__lte=asked.end - timedelta(days=low))
                if high is not None:
                    found = found.filter(opened_at__gt=asked.end - timedelta(days=high))
        return [found]

    return rows


def _verdicts(*names: str) -> Rows:
    def rows(tickets: QuerySet[Ticket], asked: Behind) -> list[QuerySet]:
        found = happened(tickets, "first_resolved", [(asked.first, asked.end)])
        return [found.annotate(verdict=facts.verdict(asked.at)).filter(verdict__in=names)]

    return rows


def _answers(question: str, by_staff: bool = False) -> Rows:
    return _of(
        "surveyed",
        answered_by_staff=by_staff,
        answers__question=question,
        answers__value__isnull=False,
    )


ROWS: dict[str, Rows] = {
    "received": _of("received"),
    "reopened": _of("reopened"),
    "resolved": _of("resolved"),
    "confirmed": _of("confirmed"),
    "cancelled": _of("cancelled"),
    "backlog": _backlog(),
    "backlog_held": _backlog(held=True),
    "backlog_free": _backlog(held=False),
    "response": _of("answered"),
    "resolve": _of("resolved"),
    "attainment": _promises("met", "breached", "late"),
    "missed": _promises("breached", "late"),
    "fcr": _verdicts("solved", "not_solved"),
    "fcr_solved": _verdicts("solved"),
    "fcr_waiting": _verdicts("waiting"),
    "fcr_onsite": _verdicts("onsite"),
    "csat": _answers(OVERALL),
    "csat_typed": _answers(OVERALL, by_staff=True),
    "csat_rate": _of("asked"),
    "nps": _answers(RECOMMEND),
}
