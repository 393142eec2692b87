"""Holds pause exactly what their reasons pause; a ledger equals what a stopwatch would show."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.accounts.actors import SYSTEM, CaseHolder
from tests import stories
from tests.conftest import NOW
from tickets import actions
from tickets.models import Promise, Ticket

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")


def deadline(ticket, key):
    return ticket.deadlines.get(key=key, cycle=ticket.cycle)


def kinds(row) -> list[str]:
    return list(row.history.order_by("pk").values_list("kind", flat=True))


def test_waiting_for_the_customer_pauses_the_work_and_nothing_else(cast, now, later):
    ticket = stories.classified(now)
    ticket = actions.hold(ticket, by=cast.anna, at=later(minutes=20), reason="customer")
    assert dict(ticket.deadlines.filter(ended_at=None).values_list("key", "state")) == {
        "first-response": "running", "work-started": "paused", "progress": "running",
    }  # fmt: skip
    assert ticket.next_promise == "first-response"
    ticket = actions.resume(ticket, by=cast.anna, at=later(hours=2, minutes=20))
    row = deadline(ticket, "work-started")
    # 8 h from minute 10, and the two hours that it was paused.
    assert (row.state, row.due_at) == ("running", later(hours=10, minutes=10))
    assert kinds(row) == ["started", "paused", "resumed"]


def test_a_reason_that_pauses_nothing_pauses_nothing(cast, now, later):
    ticket = stories.classified(now)
    before = deadline(ticket, "work-started").due_at
    ticket = actions.hold(ticket, by=cast.anna, at=later(hours=1), reason="parts")
    ticket = actions.resume(ticket, by=cast.anna, at=later(hours=3))
    assert deadline(ticket, "work-started").due_at == before


def test_the_union_of_holds_counts_once(cast, now, later):
    row = Promise.objects.get(key="work-started")
    row.paused_by = ["customer", "parts"]
    row.save()
    ticket = stories.classified(now)
    for hours, reason in [(1, "customer"), (2, "parts")]:
        actions.hold(ticket, by=cast.anna, at=later(hours=hours), reason=reason)
    actions.resume(ticket, by=cast.anna, at=later(hours=3), reason="customer")
    assert deadline(ticket, "work-started").state == "paused"
    actions.resume(ticket, by=cast.anna, at=later(hours=4), reason="parts")
    assert deadline(ticket, "work-started").due_at == later(hours=11, minutes=10)


def test_the_customers_word_ends_the_wait_and_runs_the_clock_on(cast, now, later):
    ticket = stories.classified(now)
    actions.hold(ticket, by=cast.anna, at=later(hours=1), reason="customer")
    actions.message(ticket, by=CaseHolder(ticket.pk), at=later(hours=2), body="在的")
    row = deadline(ticket, "work-started")
    assert (row.state, row.due_at) == ("running", later(hours=9, minutes=10))


def test_words_of_the_customer_never_extend_anything(cast, now, later):
    ticket = stories.classified(now)
    before = dict(ticket.deadlines.values_list("pk", "due_at"))
    for minutes in (12, 15, 20):
        actions.message(ticket, by=CaseHolder(ticket.pk), at=later(minutes=minutes), body="喂？")
    assert dict(ticket.deadlines.values_list("pk", "due_at")) == before


def test_a_hold_outside_of_working_hours_adds_nothing(cast, now, later):
    ticket = stories.received(now + timedelta(hours=7, minutes=30))  # 17:30 in China
    row = deadline(ticket, "registered")
    assert row.due_at == later(days=1, minutes=30)
    actions.hold(ticket, by=cast.anna, at=later(hours=9), reason="customer")
    actions.resume(ticket, by=cast.anna, at=later(hours=22))
    assert deadline(ticket, "registered").due_at == row.due_at


def test_an_unanswered_customer_on_hold_is_still_to_be_answered(cast, now, later):
    ticket = stories.received(now)
    actions.hold(ticket, by=cast.anna, at=later(minutes=5), reason="customer")
    actions.breach_due(later(hours=1))
    row = deadline(ticket, "first-response")
    assert (row.state, row.breached_at) == ("breached", later(minutes=30))
    assert deadline(ticket, "registered").state == "paused"


def test_what_begins_during_a_hold_begins_paused(cast, now, later):
    ticket = stories.registered(now)
    actions.hold(ticket, by=cast.anna, at=later(minutes=6), reason="customer")
    ticket = actions.classify(
        ticket, by=cast.sun, at=later(minutes=10), category=stories.category(), priority="P2"
    )
    assert deadline(ticket, "work-started").state == "paused"
    actions.resume(ticket, by=cast.anna, at=later(minutes=40))
    assert deadline(ticket, "work-started").due_at == later(hours=8, minutes=40)


def test_holding_what_is_late_already_hides_no_breach(cast, now, later):
    ticket = stories.classified(now)
    # No sweep ran: the breach is told by the verb that finds it.
    actions.hold(ticket, by=cast.anna, at=later(hours=9), reason="customer")
    row = deadline(ticket, "work-started")
    assert (row.state, row.breached_at) == ("breached", later(hours=8, minutes=10))
    told = ticket.events.filter(key="deadline.breached", data__promise="work-started").get()
    assert told.at == row.breached_at
    actions.breach_due(later(hours=10))
    assert ticket.events.filter(key="deadline.breached").filter(pk=told.pk).count() == 1


# --- against a stopwatch -------------------------------------------------------------------------

BUDGET = {"P1": (240, False), "P2": (480, False), "P3": (600, True)}
STEPS = ["customer", "parts", "resume", "word", "P1", "P2", "P3", "sweep"]


def is_open(moment: datetime, in_office: bool) -> bool:
    local = moment.astimezone(CHINA)
    return not in_office or (local.weekday() < 5 and 9 <= local.hour < 18)


def stopwatch(start, held, priority, until=None):
    """The minute at which the budget is used up, stepped one by one; None before `until`."""
    left, in_office = BUDGET[priority]
    moment = start
    while until is None or moment < until:
        if is_open(moment, in_office) and not any(
            begin <= moment and (end is None or moment < end) for begin, end in held
        ):
            left -= 1
            if left == 0:
                return moment + timedelta(minutes=1)
        moment += timedelta(minutes=1)
    return None


def act(ticket: Ticket, step: str, at: datetime, holds: dict, priority: str) -> str:
    """One step through the verbs, where it is possible; returns the priority."""
    if step in ("customer", "parts") and not any(hold[1] is None for hold in holds[step]):
        actions.hold(ticket, by=SYSTEM, at=at, reason=step)
        holds[step].append([at, None])
    elif step == "resume" and any(hold[1] is None for both in holds.values() for hold in both):
        actions.resume(ticket, by=SYSTEM, at=at)
        for hold in [*holds["customer"], *holds["parts"]]:
            hold[1] = hold[1] or at
    elif step == "word":
        actions.message(ticket, by=CaseHolder(ticket.pk), at=at, body="?")
        for hold in holds["customer"]:
            hold[1] = hold[1] or at
    elif step in BUDGET and step != priority:
        actions.set_priority(ticket, by=SYSTEM, at=at, priority=step, reason="as a test")
        return step
    elif step == "sweep":
        actions.breach_due(at)
    return priority


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(1, 400), st.sampled_from(STEPS)), max_size=9))
def test_a_random_history_equals_a_stopwatch(cast, history):
    with transaction.atomic():
        terms = Promise.objects.get(key="work-started")
        terms.length_p3 = "600m"
        terms.save()
        ticket = stories.classified(NOW)
        start = at = NOW + timedelta(minutes=10)
        holds, priority, breached = {"customer": [], "parts": []}, "P2", None
        for minutes, step in history:
            at += timedelta(minutes=minutes)
            due = stopwatch(start, holds["customer"], priority, at)
            breached = breached or (due if due and due < at else None)
            priority = act(ticket, step, at, holds, priority)
        actions.breach_due(at)
        row = deadline(ticket, "work-started")
        due = stopwatch(start, holds["customer"], priority, at)
        if breached is None and due and due < at:
            breached = due
        assert row.breached_at == breached
        if breached is None:
            waits = any(end is None for _, end in holds["customer"])
            assert row.state == ("paused" if waits else "running")
            if not waits:
                assert row.due_at == stopwatch(start, holds["customer"], priority)
        transaction.set_rollback(True)
