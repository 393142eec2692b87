"""The sweeps: each breach and each warning once, at its own time, whoever runs them and when."""

from datetime import timedelta

import pytest
from django.db import connection

from tests import stories
from tests.tickets.test_races import together
from tickets import actions
from tickets.actions.promises import sweep
from tickets.models import Deadline, DeadlineEvent, Ticket, TicketEvent
from tickets.signals import deadlines_breached, deadlines_warned


@pytest.fixture
def told():
    """What listeners hear: (signal, ticket, promise)."""
    heard = []

    def breached(rows, at, **kwargs):
        heard.extend(("breached", row.ticket.pk, row.key) for row in rows)

    def warned(rows, at, **kwargs):
        heard.extend(("warned", row.ticket.pk, row.key) for row in rows)

    deadlines_breached.connect(breached)
    deadlines_warned.connect(warned)
    yield heard
    deadlines_breached.disconnect(breached)
    deadlines_warned.disconnect(warned)


@pytest.mark.django_db
def test_a_breach_is_a_fact_of_its_own_time(now, later, told):
    ticket = stories.received(now)
    assert actions.breach_due(later(minutes=30)) == 0  # exactly in time is in time
    # The worker slept for two days.
    assert actions.breach_due(later(days=2)) == 2
    row = ticket.deadlines.get(key="first-response")
    assert (row.state, row.breached_at) == ("breached", later(minutes=30))
    assert row.history.get(kind="breached").at == later(minutes=30)
    event = ticket.events.get(key="deadline.breached", data__promise="first-response")
    assert (event.at, event.actor_kind, event.is_public) == (later(minutes=30), "system", False)
    assert sorted(told) == [
        ("breached", ticket.pk, "first-response"), ("breached", ticket.pk, "registered"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_moved_clock_doubles_nothing(now, later, told):
    ticket = stories.received(now)
    for hours in (3, 1, 3, 5):
        actions.warn_due(later(hours=hours))
        actions.breach_due(later(hours=hours))
    assert ticket.events.filter(key="deadline.breached").count() == 2
    assert DeadlineEvent.objects.filter(kind="breached").count() == 2


@pytest.mark.django_db
def test_a_warning_comes_once_before_the_end_and_never_after(now, later, told):
    ticket = stories.received(now)
    assert actions.warn_due(later(minutes=22)) == 0
    assert actions.warn_due(later(minutes=23)) == 1
    assert actions.warn_due(later(minutes=24)) == 0
    assert told == [("warned", ticket.pk, "first-response")]
    row = ticket.deadlines.get(key="first-response")
    assert row.warned_at == later(minutes=23) and row.state == "running"
    # After an outage nobody is warned of what is late already.
    assert actions.warn_due(later(hours=3)) == 0


@pytest.mark.django_db
def test_who_was_warned_is_warned_again_of_a_later_date(cast, now, later, told):
    ticket = stories.classified(now)
    actions.warn_due(later(hours=6, minutes=20))
    assert ("warned", ticket.pk, "work-started") in told
    actions.set_priority(
        ticket, by=cast.sun, at=later(hours=6, minutes=20), priority="P3", reason="x"
    )
    row = ticket.deadlines.get(key="work-started")
    assert row.warned_at is None and row.warn_at > later(hours=6, minutes=20)


@pytest.mark.django_db
def test_one_row_that_fails_keeps_no_other_waiting(now, later):
    bad, good = stories.received(now), stories.received(now)

    def refuse(rows, at, **kwargs):
        if any(row.ticket_id == bad.pk for row in rows):
            raise RuntimeError("a listener's fault")

    deadlines_breached.connect(refuse)
    try:
        assert actions.breach_due(later(hours=1)) == 1
    finally:
        deadlines_breached.disconnect(refuse)
    assert good.events.filter(key="deadline.breached").exists()
    assert not bad.events.filter(key="deadline.breached").exists()
    assert actions.breach_due(later(hours=1)) == 1


@pytest.mark.django_db
def test_a_worker_killed_in_the_middle_leaves_its_batch_to_the_next(now, later, monkeypatch):
    tickets = [stories.received(now) for _ in range(3)]
    monkeypatch.setattr(sweep, "BATCH", 2)

    def killed(rows, at, **kwargs):
        if any(row.ticket_id == tickets[2].pk for row in rows):
            raise SystemExit  # not an Exception: nothing in the process lives on

    deadlines_breached.connect(killed)
    try:
        with pytest.raises(SystemExit):
            actions.breach_due(later(hours=1))
    finally:
        deadlines_breached.disconnect(killed)
    assert Deadline.objects.filter(state="breached").count() == 2
    assert actions.breach_due(later(hours=1)) == 1
    for ticket in tickets:
        assert ticket.events.filter(key="deadline.breached").count() == 1


@pytest.mark.django_db
def test_the_cost_is_by_batch_and_not_by_row(now, later, django_assert_num_queries):
    for _ in range(3):
        stories.received(now)
    # Look, lock (in a savepoint), look again, three writes, one for who climbs.
    with django_assert_num_queries(10):
        assert actions.breach_due(later(hours=1)) == 3


@pytest.mark.django_db
def test_the_next_promise_is_the_earliest_that_is_waited_for(cast, now, later):
    ticket = stories.received(now)
    actions.breach_due(later(hours=1))
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.next_promise, ticket.next_due_at) == ("first-response", later(minutes=30))
    Ticket.objects.update(next_due_at=None, next_promise="")
    actions.show_next_promises([ticket.pk])
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.next_promise, ticket.next_due_at) == ("first-response", later(minutes=30))


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")
def test_two_workers_at_once_tell_each_breach_once(cast, now, later, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 3)
    tickets = [stories.received(now) for _ in range(8)]
    at = later(hours=1)
    answers = together(*[lambda: actions.breach_due(at)] * 3)
    assert sum(answers) + actions.breach_due(at + timedelta(minutes=1)) == 8
    told = TicketEvent.objects.filter(key="deadline.breached")
    assert sorted(told.values_list("ticket", flat=True)) == sorted(row.pk for row in tickets)
