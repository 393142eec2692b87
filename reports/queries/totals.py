"""The figures of a period, as docs/FIGURES.md defines them; about twenty queries, whatever n."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import (
    Avg,
    BooleanField,
    Case,
    Count,
    DateField,
    F,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.utils import timezone

from foundation.accounts.models import User
from reports import rules
from reports.queries import facts
from reports.queries.facts import Cuts, countable, happened
from reports.queries.sql import Percentile, Seconds, counting
from surveys.models import Answer
from surveys.rules import OVERALL, RECOMMEND, csat, nps
from tickets.choices import Priority
from tickets.models import Promise, Ticket

TRUNC = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}
COUNTED = ("received", "resolved", "confirmed", "cancelled", "reopened")


@dataclass(frozen=True)
class Figure:
    """One number with its base, and the same of the period before.

    `unit`: tickets (runs, strictly), seconds, percent, score (1–5) or points (−100 to 100);
    `n` is how many rows it was computed from; `error` is the standard error of NPS. `value` is None
    where nothing was there to compute from.
    """

    key: str
    unit: str
    value: float | None
    n: int
    before: float | None = None
    before_n: int = 0
    error: float | None = None

    @property
    def change(self) -> float | None:
        return rules.change(self.value, self.before)

    @property
    def is_small(self) -> bool:
        """Whether a share or a mean says little; a count is never small."""
        return self.unit != "tickets" and rules.is_small(self.n)


@dataclass
class Figures:
    """What `figures` answers. `as_dict` is the same in plain values.

    - `values`: {key: Figure}; keys with a dot are parts: `attainment.<promise key>`,
      `resolve_median.P1`.
    - `columns`: [(begin, end)] of the steps; `series`: {key: [value per column]} – counts of
      COUNTED, `backlog` at the end of each, and `response_median`, `resolve_median`, `attainment`.
    - `ages`: {band of rules.AGES: (free, on hold)} of the backlog at the end of the period.
    - `promises`: {key: its name in the present language}.
    """

    period: rules.Period
    cuts: Cuts
    at: datetime
    everything: bool
    values: dict[str, Figure] = field(default_factory=dict)
    columns: list[tuple[datetime, datetime]] = field(default_factory=list)
    series: dict[str, list] = field(default_factory=dict)
    ages: dict[str, tuple[int, int]] = field(default_factory=dict)
    promises: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, unit: str, now: tuple, before: tuple = (None, 0), **more) -> None:
        """Keep a figure; `now` and `before` are (value, n)."""
        self.values[key] = Figure(key, unit, *now, *before, **more)

    def as_dict(self) -> dict:
        """Plain values for programs: moments as they are, numbers unrounded."""
        return {
            "period": {
                "name": self.period.name,
                "first": self.period.first,
                "end": self.period.end,
                "before_first": self.period.before_first,
                "before_end": self.period.before_end,
                "step": self.period.step,
            },
            "at": self.at,
            "cuts": self.cuts.chosen(),
            "all_tickets": self.everything,
            "figures": {
                key: {
                    "value": figure.value,
                    "n": figure.n,
                    "unit": figure.unit,
                    "before": figure.before,
                    "before_n": figure.before_n,
                    "change": figure.change,
                    "error": figure.error,
                    "is_small": figure.is_small,
                }
                for key, figure in self.values.items()
            },
            "backlog_ages": {
                key: {"free": free, "held": held} for key, (free, held) in self.ages.items()
            },
            "columns": [{"first": begin, "end": end} for begin, end in self.columns],
            "series": self.series,
        }


def figures(
    user: User,
    period: rules.Period | str = "30d",
    cuts: Cuts | None = None,
    at: datetime | None = None,
) -> Figures:
    """Every figure of a period over the tickets this person may count.

    `period` is a `rules.Period` or a name of `rules.NAMES` (not `custom`); its days are those of
    the present time zone. `at` (now) ends what is still running. Whether the person may see figures
    at all is the door's question: `user.may("reports.figures")`.
    """
    at = timezone.localtime(at or timezone.now())
    if isinstance(period, str):
        period = rules.period(period, at)
    tickets = countable(user, cuts)
    told = Figures(period, cuts or Cuts(), at, everything=not tickets.query.where)
    told.columns = rules.columns(period)
    with counting():
        _tell(_Ask(tickets, told))
    return told


def _tell(ask: "_Ask") -> None:
    _counts(ask)
    _backlog(ask)
    _times(ask, "response", "answered", Seconds(F("first_response_at"), F("opened_at")))
    whole = Seconds(F("resolved_at"), F("opened_at"))
    _times(ask, "resolve", "resolved", whole, more={"net": whole - F("held_seconds")})
    _by_priority(ask, whole)
    _deadlines(ask)
    _first_contact(ask)
    _satisfaction(ask)


class _Ask:
    """The tickets, the period and what has been told so far; how a row is sorted into both."""

    def __init__(self, tickets: QuerySet[Ticket], told: Figures):
        self.tickets, self.told, self.period = tickets, told, told.period
        self.now = (self.period.first, self.period.end)
        self.before = (self.period.before_first, self.period.before_end)

    def both(self, fact: str) -> QuerySet:
        """The rows of both periods, with `is_now`."""
        stamp = facts.FACTS[fact].stamp
        is_now = _yes_where(**{f"{stamp}__gte": self.period.first})
        return happened(self.tickets, fact, [self.before, self.now]).annotate(is_now=is_now)

    def stepped(self, fact: str) -> QuerySet:
        """The rows of both periods, with `is_now` and the first day of their `step`."""
        stamp = facts.FACTS[fact].stamp
        trunc = TRUNC[self.period.step]
        step = trunc(stamp, output_field=DateField(), tzinfo=self.zone)
        return self.both(fact).annotate(step=step)

    def spread(self, found: Mapping[date, float | None]) -> list:
        """Values by step in the order of the columns; None where there is none."""
        step = self.period.step
        return [
            found.get(rules.begin_of(step, timezone.localtime(begin, self.zone).date()))
            for begin, end in self.told.columns
        ]

    @property
    def zone(self):
        return self.period.first.tzinfo


def _counts(ask: _Ask) -> None:
    """How often each thing happened, by step and in both periods; four queries."""
    before: Counter = Counter()
    steps: dict[str, Counter] = {key: Counter() for key in COUNTED}
    for fact in ("resolved", "confirmed", "cancelled", "opened"):
        rows = ask.stepped(fact).annotate(first=_yes_where(number=1))
        for is_now, step, first, number in rows.values_list("is_now", "step", "first").annotate(
            rows=Count("*")
        ):
            key = fact if fact != "opened" else "received" if first else "reopened"
            if is_now:
                steps[key][step] += number
            else:
                before[key] += number
    for key in COUNTED:
        now = steps[key].total()
        ask.told.put(key, "tickets", (now, now), (before[key], before[key]))
        ask.told.series[key] = [number or 0 for number in ask.spread(steps[key])]


def _backlog(ask: _Ask) -> None:
    """What was open at the end, free and on hold, by age; and at the end of each step; one query.

    The steps follow backwards from the end: what was opened since goes, what was ended comes back.
    """
    end, told = ask.period.end, ask.told
    rows = facts.open_before(ask.tickets, end).annotate(held=facts.held_at(end))
    band = Case(
        *(
            When(opened_at__gt=end - high, then=Value(key))
            for key, high in rules.age_limits()
            if high is not None
        ),
        default=Value(rules.AGES[-1][0]),
    )
    told.ages = {key: (0, 0) for key, low, high in rules.AGES}
    for key, held, number in (
        rows.annotate(band=band).values_list("band", "held").annotate(number=Count("*"))
    ):
        free, waiting = told.ages[key]
        told.ages[key] = (free, number) if held else (number, waiting)
    series = told.series
    opened = [a + b for a, b in zip(series["received"], series["reopened"], strict=True)]
    closed = [a + b for a, b in zip(series["resolved"], series["cancelled"], strict=True)]
    held = sum(waiting for free, waiting in told.ages.values())
    total = held + sum(free for free, waiting in told.ages.values())
    at_begin, series["backlog"] = rules.backlog_before(total, opened, closed)
    told.put("backlog", "tickets", (total, total), (at_begin, at_begin))
    told.put("backlog_held", "tickets", (held, total))


MEASURES: dict[str, Callable] = {
    "mean": Avg,
    "median": lambda expression: Percentile(expression, 0.5),
    "p90": lambda expression: Percentile(expression, 0.9),
}


def measures(expressions: dict[str, Seconds]) -> dict:
    """{`name_mean`: …, `name_median`: …, `name_p90`: …} of each expression."""
    return {
        f"{name}_{measure}": aggregate(expression)
        for name, expression in expressions.items()
        for measure, aggregate in MEASURES.items()
    }


def _times(ask: _Ask, name: str, fact: str, seconds, more: dict | None = None) -> None:
    """Mean, median and P90 in both periods, and the median of each step; two queries."""
    wanted = measures({name: seconds} | (more or {}))
    found = {
        row["is_now"]: row
        for row in ask.both(fact).values("is_now").annotate(rows=Count("*"), **wanted)
    }
    now, before = found.get(True, {}), found.get(False, {})
    for key in wanted:
        ask.told.put(
            key,
            "seconds",
            (now.get(key), now.get("rows", 0)),
            (before.get(key), before.get("rows", 0)),
        )
    steps = ask.stepped(fact).filter(is_now=True).values_list("step")
    medians = dict(steps.annotate(median=Percentile(seconds, 0.5)))
    ask.told.series[f"{name}_median"] = ask.spread(medians)


def _by_priority(ask: _Ask, seconds) -> None:
    """Time to resolve per priority, both periods; one query."""
    wanted = measures({"resolve": seconds})
    rows = ask.both("resolved").values("is_now", "ticket__priority")
    found = {
        (row["is_now"], row["ticket__priority"]): row
        for row in rows.annotate(rows=Count("*"), **wanted)
    }
    for priority in Priority.values:
        now, before = found.get((True, priority), {}), found.get((False, priority), {})
        for key in wanted:
            ask.told.put(
                f"{key}.{priority}",
                "seconds",
                (now.get(key), now.get("rows", 0)),
                (before.get(key), before.get("rows", 0)),
            )


def _deadlines(ask: _Ask) -> None:
    """Promises kept, all and each, in both periods and by step; four queries."""
    sums: Counter = Counter()  # {(promise or None for all, is_now, state): number}
    steps: Counter = Counter()  # {(step, state): number}
    for fact, state in (("met", "met"), ("breached", "breached"), ("late", "breached")):
        rows = ask.stepped(fact).values_list("promise", "is_now", "step")
        for promise, is_now, step, number in rows.annotate(rows=Count("*")):
            sums[promise, is_now, state] += number
            sums[None, is_now, state] += number
            if is_now:
                steps[step, state] += number
    told = ask.told
    told.series["attainment"] = ask.spread(
        {day: rules.attainment(steps[day, "met"], steps[day, "breached"]) for day, state in steps}
    )
    _put_attainment(ask, "", None, sums)
    for promise in Promise.objects.filter(pk__in={whose for whose, is_now, state in sums} - {None}):
        told.promises[promise.key] = promise.name
        _put_attainment(ask, f".{promise.key}", promise.pk, sums)


def _put_attainment(ask: _Ask, tail: str, promise: int | None, sums: Counter) -> None:
    pairs = [
        (sums[promise, is_now, "met"], sums[promise, is_now, "breached"])
        for is_now in (True, False)
    ]
    shares = [(rules.attainment(met, late), met + late) for met, late in pairs]
    ask.told.put(f"attainment{tail}", "percent", *shares)
    ask.told.put(f"missed{tail}", "tickets", *((late, met + late) for met, late in pairs))


def _first_contact(ask: _Ask) -> None:
    """First-contact resolution of both periods; one query."""
    rows = ask.both("first_resolved").annotate(verdict=facts.verdict(ask.told.at))
    counts: dict[bool, dict[str, int]] = {True: {}, False: {}}
    for is_now, name, number in rows.values_list("is_now", "verdict").annotate(rows=Count("*")):
        counts[is_now][name] = number
    now, before = rules.first_contact(counts[True]), rules.first_contact(counts[False])
    ask.told.put("fcr", "percent", (now.share, now.n), (before.share, before.n))
    for name in ("waiting", "onsite"):
        values = [(getattr(judged, name), getattr(judged, name)) for judged in (now, before)]
        ask.told.put(f"fcr_{name}", "tickets", *values)


def _satisfaction(ask: _Ask) -> None:
    """CSAT, NPS and response rate; typed-in answers apart; three queries."""
    surveyed = ask.both("surveyed")
    scores: dict[tuple[bool, bool, str], list[int]] = {}
    rows = (
        Answer.objects.filter(
            question__in=(OVERALL, RECOMMEND), value__isnull=False, invitation__in=surveyed
        )
        .annotate(is_now=_yes_where(invitation__answered_at__gte=ask.period.first))
        .order_by()
        .values_list("invitation__answered_by_staff", "question", "value", "is_now")
    )
    for by_staff, question, value, is_now, number in rows.annotate(number=Count("*")):
        scores.setdefault((is_now, by_staff, question), []).extend([value] * number)
    _put_scores(ask, scores)
    answered = _yes_where(answered_at__isnull=False)
    asked = ask.both("asked").annotate(answered=answered)
    asked = asked.values_list("is_now", "answered_by_staff", "answered")
    counts: Counter = Counter()
    for is_now, by_staff, done, number in asked.annotate(number=Count("*")):
        counts[is_now, "asked"] += number
        counts[is_now, "answered"] += number if done and not by_staff else 0
    rates = [
        (
            rules.percent(counts[is_now, "answered"], counts[is_now, "asked"]),
            counts[is_now, "asked"],
        )
        for is_now in (True, False)
    ]
    ask.told.put("csat_rate", "percent", *rates)


def _put_scores(ask: _Ask, scores: dict[tuple[bool, bool, str], Iterable[int]]) -> None:
    for by_staff, tail in ((False, ""), (True, "_typed")):
        now, before = (csat(scores.get((now, by_staff, OVERALL), ())) for now in (True, False))
        ask.told.put(f"csat_mean{tail}", "score", (now.mean, now.n), (before.mean, before.n))
        ask.told.put(f"csat_top2{tail}", "percent", (now.top2, now.n), (before.top2, before.n))
    now, before = (nps(scores.get((now, False, RECOMMEND), ())) for now in (True, False))
    ask.told.put("nps", "points", (now.score, now.n), (before.score, before.n), error=now.error)


def _yes_where(**condition) -> Case:
    """True or False, as a column to group by."""
    return Case(
        When(**condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
