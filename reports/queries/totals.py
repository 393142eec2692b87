"""The figures of a period, as docs/FIGURES.md defines them; eleven queries, whatever n."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import BooleanField, Case, Count, QuerySet, Value, When
from django.utils import timezone

from foundation.accounts.models import User
from foundation.calendars.rules import Hours
from reports import rules
from reports.queries import facts, scans
from reports.queries.facts import Cuts, countable
from reports.queries.scans import Scan, step_of
from reports.queries.sql import counting
from reports.queries.told import Figures
from surveys.rules import OVERALL, RECOMMEND, csat, nps
from tickets.choices import Priority
from tickets.models import Promise, Ticket
from tickets.queries.terms import DEPARTMENT, book

COUNTED = ("received", "resolved", "confirmed", "cancelled", "reopened")
BEFORE = -1


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
    resolved = scans.resolved(ask.scan, ask.told.at)
    _counts(ask, resolved)
    _backlog(ask)
    _response_times(ask)
    _resolved_times(ask, resolved)
    _first_contact(ask, resolved)
    _promises(ask)
    _satisfaction(ask)


class _Ask:
    """The tickets and what has been told so far; `scan` reads both periods at once, by column of
    the charts: 0 is the first, BEFORE all of the period before."""

    def __init__(self, tickets: QuerySet[Ticket], told: Figures):
        self.tickets, self.told, period = tickets, told, told.period
        edges = [begin for begin, end in told.columns]
        spans = [(period.before_first, period.before_end), (period.first, period.end)]
        self.scan = Scan(tickets, spans, lambda stamp: step_of(stamp, edges))
        self.rulebook = book()
        # Whether a department keeps hours of its own: else the tickets need not be read for it.
        self.own_hours = any(
            calendar
            for department, (calendar, _callbacks) in self.rulebook.service.items()
            if department
        )

    def hours(self, department: int | None) -> Hours:
        """The service hours that a department has now."""
        return self.rulebook.hours(*self.rulebook.calendar(DEPARTMENT, department))

    def spread(self, found: dict[int, list], value: Callable) -> list:
        """The value of each column; None where there is nothing."""
        return [
            value(found[step]) if step in found else None for step in range(len(self.told.columns))
        ]


def _counts(ask: _Ask, resolved: list[scans.Resolved]) -> None:
    """How often each thing happened, by step and in both periods; three queries."""
    steps: dict[str, Counter] = {key: Counter() for key in COUNTED}
    for step, number, rows in ask.scan.rows("opened", "number"):
        steps["received" if number == 1 else "reopened"][step] += rows
    for group in resolved:
        steps["resolved"][group.by] += len(group.lengths)
    for fact in ("confirmed", "cancelled"):
        steps[fact] = scans.counted(ask.scan, fact)
    for key in COUNTED:
        before = steps[key].pop(BEFORE, 0)
        ask.told.count(key, steps[key].total(), before)
        ask.told.series[key] = [steps[key][step] for step in range(len(ask.told.columns))]


def _backlog(ask: _Ask) -> None:
    """What was open at the end, free and on hold, by age; and at the end of each step; one query.

    The steps follow backwards from the end: what was opened since goes, what was ended comes back.
    """
    told, end = ask.told, ask.told.period.end
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


def _put_times(ask: _Ask, name: str, now: list[float], before: list[float], part: str = "") -> None:
    """Mean, median and P90 of both periods."""
    values, earlier = rules.measured(now), rules.measured(before)
    for measure in rules.MEASURES:
        key = f"{name}_{measure}{part}"
        ask.told.put(key, "seconds", (values[measure], len(now)), (earlier[measure], len(before)))


def _times(ask: _Ask, name: str, lengths: Iterable[tuple[int, list[float]]]) -> dict[int, list]:
    """The times of both periods and the median of each step, from {step: lengths}."""
    steps, now = dict(lengths), []
    before = steps.pop(BEFORE, [])
    ask.told.series[f"{name}_median"] = ask.spread(steps, lambda some: rules.percentile(some, 0.5))
    for some in steps.values():
        now += some
    _put_times(ask, name, now, before)


def _response_times(ask: _Ask) -> None:
    """First response by the wall and in working time; one query."""
    steps: dict[int, list[float]] = defaultdict(list)
    working: tuple[list, list] = ([], [])
    for step, department, begins, ends in scans.answered_between(ask.scan, ask.own_hours):
        steps[step] += scans.seconds_of(begins, ends)
        working[step == BEFORE].extend(rules.working(ask.hours(department), begins, ends))
    _times(ask, "response", steps.items())
    _put_times(ask, "response_working", *working)


def _resolved_times(ask: _Ask, resolved: list[scans.Resolved]) -> None:
    steps: dict[int, list[float]] = defaultdict(list)
    net: tuple[list, list] = ([], [])
    working: tuple[list, list] = ([], [])
    by_priority: dict[str, tuple[list, list]] = {key: ([], []) for key in Priority.values}
    for group in resolved:
        is_before = group.by == BEFORE
        steps[group.by] += group.lengths
        net[is_before].extend(group.net)
        hours = ask.hours(group.department)
        working[is_before].extend(rules.working(hours, group.begins, group.ends))
        by_priority[group.priority][is_before].extend(group.lengths)
    _times(ask, "resolve", steps.items())
    _put_times(ask, "net", *net)
    _put_times(ask, "resolve_working", *working)
    for priority, lengths in by_priority.items():
        _put_times(ask, "resolve", *lengths, part=f".{priority}")


def _first_contact(ask: _Ask, resolved: list[scans.Resolved]) -> None:
    counts: tuple[Counter, Counter] = (Counter(), Counter())
    for group in resolved:
        counts[group.by == BEFORE][group.verdict] += len(group.lengths)
    now, before = map(rules.first_contact, counts)
    ask.told.put("fcr", "percent", (now.share, now.n), (before.share, before.n))
    for name in ("waiting", "onsite"):
        ask.told.count(f"fcr_{name}", getattr(now, name), getattr(before, name))


def _promises(ask: _Ask) -> None:
    """Promises kept, all and each, in both periods and by step; four queries."""
    told = ask.told
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    steps: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for (step, promise), pair in scans.promises(ask.scan).items():
        for tally in (sums[step == BEFORE, promise], sums[step == BEFORE, None], steps[step]):
            for index, number in enumerate(pair):
                tally[index] += number
    told.series["attainment"] = ask.spread(steps, lambda pair: rules.attainment(*pair))
    _put_attainment(ask, "", sums[False, None], sums[True, None])
    known = {promise for is_before, promise in sums} - {None}
    for promise in Promise.objects.filter(pk__in=known):
        told.promises[promise.key] = promise.name
        both = (sums[is_before, promise.pk] for is_before in (False, True))
        _put_attainment(ask, f".{promise.key}", *both)


def _put_attainment(ask: _Ask, tail: str, *pairs: list[int]) -> None:
    """`pairs` are [kept, missed] now and before."""
    shares = [(rules.attainment(*pair), sum(pair)) for pair in pairs]
    ask.told.put(f"attainment{tail}", "percent", *shares)
    ask.told.put(f"missed{tail}", "tickets", *((missed, kept + missed) for kept, missed in pairs))


def _satisfaction(ask: _Ask) -> None:
    """CSAT, NPS and response rate; typed-in answers apart; two queries."""
    scores: dict[tuple[bool, bool, str], list[int]] = defaultdict(list)
    for (step, by_staff, question), given in scans.scores(ask.scan).items():
        scores[step == BEFORE, by_staff, question] += given
    told = ask.told
    for by_staff, tail in ((False, ""), (True, "_typed")):
        now, before = (csat(scores[is_before, by_staff, OVERALL]) for is_before in (False, True))
        told.put(f"csat_mean{tail}", "score", (now.mean, now.n), (before.mean, before.n))
        told.put(f"csat_top2{tail}", "percent", (now.top2, now.n), (before.top2, before.n))
    now, before = (nps(scores[is_before, False, RECOMMEND]) for is_before in (False, True))
    told.put("nps", "points", (now.score, now.n), (before.score, before.n), error=now.error)
    asked, answered = Counter(), Counter()
    is_done = _yes_where(answered_at__isnull=False)
    rows = facts.happened(ask.tickets, "asked", ask.scan.spans).annotate(is_done=is_done)
    for step, by_staff, done, number in ask.scan.grouped(
        rows, "created_at", "answered_by_staff", "is_done"
    ):
        asked[step == BEFORE] += number
        answered[step == BEFORE] += number if done and not by_staff else 0
    rates = [(rules.percent(answered[one], asked[one]), asked[one]) for one in (False, True)]
    told.put("csat_rate", "percent", *rates)


def _yes_where(**condition) -> Case:
    """True or False, as a column to group by."""
    return Case(
        When(**condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
