"""Why a deadline is due when it is: what decided, the arithmetic, the waits, the history."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.calendars import strip, words
from foundation.calendars.models import Calendar
from foundation.calendars.rules import (
    ROUND_THE_CLOCK,
    Explanation,
    Hours,
    Length,
    OutOfRange,
    explain,
    merged_pauses,
)
from foundation.desk.words import clock, listed, said
from tickets.choices import HoldReason
from tickets.models import Deadline, DeadlineEvent, Policy
from tickets.models.promises import pauses_of
from tickets.queries import policies
from tickets.queries.facts import TicketFacts
from tickets.queries.terms import Book, book
from tickets.rules import clocks, lengths

KINDS = {
    "started": gettext_lazy("Began; due %(due)s"),
    "paused": gettext_lazy("Paused: %(reasons)s"),
    "resumed": gettext_lazy("Runs on; due %(due)s"),
    "recomputed": gettext_lazy("Computed anew (%(why)s): due %(due)s, before %(before)s"),
    "warned": gettext_lazy("Warned; due %(due)s"),
    "breached": gettext_lazy("Missed: its time was over"),
    "met": gettext_lazy("Kept"),
    "late": gettext_lazy("Done, but late"),
    "cancelled": gettext_lazy("No longer needed"),
    "restored": gettext_lazy("Waited for again; due %(due)s"),
}
REASONS = {
    "priority": gettext_lazy("the priority changed"),
    "category": gettext_lazy("the category changed"),
    "customer": gettext_lazy("the customer changed"),
    "facts": gettext_lazy("facts were corrected"),
    "calendar": gettext_lazy("the calendar changed"),
    "plan": gettext_lazy("the plan changed"),
}


@dataclass(frozen=True)
class Wait:
    """A hold that stopped the clock; `until` None: it still does."""

    reason: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Told:
    """One line of the history."""

    at: datetime
    kind: str
    words: str
    due_at: datetime


@dataclass(frozen=True)
class Why:
    """`decided` says in words whose terms hold, `others` why no policy before them does.

    `told` is the arithmetic (None: a date that somebody named, whose steps are `steps`); `is_kept`
    says whether it comes to the due time that the ledger keeps.
    """

    deadline: Deadline
    begins: str
    ends: str
    length: str
    calendar: str
    decided: str
    others: list[str]
    told: Explanation | None
    steps: list[str]
    waits: list[Wait]
    history: list[Told]
    is_kept: bool

    @property
    def strip(self) -> dict | None:
        return strip.of(self.told) if self.told else None


def why(deadline: Deadline) -> Why:
    """Everything about one deadline (with `promise`, `policy` and `ticket`); a constant number of
    queries."""
    rules, promise = book(), deadline.promise
    told, steps, due = _arithmetic(deadline, _hours(rules, deadline))
    decided, others = _decision(rules, deadline)
    return Why(
        deadline=deadline,
        begins=said(promise, "starts_on"),
        ends=said(promise, "ends_on"),
        length=policies.length_words(deadline.length),
        calendar=_calendar(deadline),
        decided=decided,
        others=others,
        told=told,
        steps=steps,
        waits=_waits(deadline),
        history=[_line(event) for event in deadline.history.all()],
        is_kept=due is None or due == deadline.due_at,
    )


def _hours(rules: Book, deadline: Deadline) -> Hours:
    """The hours it was computed with; round the clock is told in the organisation's zone."""
    hours = rules.hours(deadline.calendar, deadline.calendar_version)
    if hours is ROUND_THE_CLOCK and deadline.length.endswith("m"):
        return replace(hours, zone=timezone.get_default_timezone(), _table=None)
    return hours


def _arithmetic(
    deadline: Deadline, hours: Hours
) -> tuple[Explanation | None, list[str], datetime | None]:
    """(steps on the calendar, steps in words, due) from what the ledger keeps."""
    parsed, pauses = lengths.parse(deadline.length), pauses_of(deadline)
    try:
        if parsed:
            told = explain(hours, deadline.started_at, Length(*parsed), pauses)
            return told, [], told.due
        steps = [_("The date named: %(when)s") % {"when": _on(hours, deadline.fixed_at)}]
        spans = merged_pauses(pauses, deadline.started_at)
        for move in clocks.moves(hours, deadline.fixed_at, spans):
            steps.append(_step(hours, move))
        due = clocks.due(hours, deadline.started_at, deadline.length, pauses, deadline.fixed_at)
    except OutOfRange:
        return None, [_("The hours are not open long enough.")], None
    return None, steps, due


def _on(hours: Hours, moment: datetime) -> str:
    return words.moment(moment.astimezone(hours.zone))


def _step(hours: Hours, move: clocks.Move) -> str:
    facts = {"begin": _on(hours, move.begin)}
    if move.until is None:
        return _("Pause since %(begin)s, not over yet") % facts
    begin, until = (each.astimezone(hours.zone) for each in (move.begin, move.until))
    same_day = begin.date() == until.date()
    facts |= {
        "end": f"{until:%H:%M}" if same_day else words.moment(until),
        "length": words.length(move.lost),
        "due": _on(hours, move.end),
    }
    if not move.lost:
        return _("Pause %(begin)s – %(end)s: outside working hours, adds nothing") % facts
    return _("Pause %(begin)s – %(end)s: the date moves by %(length)s, to %(due)s") % facts


def _calendar(deadline: Deadline) -> str:
    row = Calendar.objects.filter(key=deadline.calendar).first()
    facts = {"calendar": row or deadline.calendar, "version": deadline.calendar_version}
    if not deadline.calendar_version:
        return str(facts["calendar"])
    return _("%(calendar)s, version %(version)s") % facts


def _decision(rules: Book, deadline: Deadline) -> tuple[str, list[str]]:
    """Whose terms it was computed with; why the policies before do not fit, while it is so."""
    ticket, policy = deadline.ticket, deadline.policy
    looked = next(
        iter(
            policies.looked_at(
                replace(rules, promises={deadline.promise_id: rules.promises[deadline.promise_id]}),
                TicketFacts(ticket),
                priority=ticket.priority or ticket.proposed_priority,
                department_id=ticket.department_id,
            )
        ),
        None,
    )
    verdicts = [one for one in looked.verdicts if one.names] if looked else []
    asked = {fact for one in verdicts for fact in one.policy.conditions}
    asked |= set(policy.conditions) if policy else set()
    known = policies.labels(asked)
    decided = _decided(policy, known)
    if looked is None or looked.chosen is None or looked.chosen.policy != policy:
        return decided, [_("The rules or the ticket have changed since.")]
    others = []
    for one in verdicts:
        if one.decides:
            break
        reasons = listed(policies.reasons(one, known))
        others.append(
            _("The policy “%(policy)s” does not fit: %(why)s")
            % {"policy": one.policy, "why": reasons}
        )
    return decided, others


def _decided(policy: Policy | None, known: dict) -> str:
    if policy is None:
        return _("The promise's own terms: no policy for this ticket says otherwise")
    asks = policies.condition_words(policy.conditions, known)
    return _("The policy “%(policy)s” (%(asks)s)") % {"policy": policy, "asks": asks}


def _waits(deadline: Deadline) -> list[Wait]:
    """The holds that the pauses came from."""
    if not deadline.pauses:
        return []
    found = []
    for hold in deadline.ticket.holds.filter(reason__in=deadline.paused_by):
        for begin, end in pauses_of(deadline):
            since, until = max(begin, hold.started_at), _earlier(end, hold.ended_at)
            if until is None or since < until:
                found.append(Wait(said(hold, "reason"), since, until))
    return sorted(found, key=lambda wait: wait.since)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)


def _line(event: DeadlineEvent) -> Told:
    data = event.data
    kind = "late" if event.kind == "met" and data.get("late") else event.kind
    facts = {
        "due": clock(event.due_at),
        "reasons": listed(
            HoldReason(reason).label if reason in HoldReason.values else reason
            for reason in data.get("reasons", ())
        ),
        "why": REASONS.get(data.get("why", ""), data.get("why", "")),
        "before": clock(datetime.fromisoformat(data["before"])) if "before" in data else "–",
    }
    said_words = str(KINDS.get(kind, kind)) % facts
    if event.kind == "recomputed" and data.get("version"):
        said_words += " · " + _("calendar version %(n)s") % {"n": data["version"]}
    return Told(event.at, event.kind, said_words, event.due_at)
