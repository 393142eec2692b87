"""What each moment meets and opens: rounds, dates, and promises that appear later."""

from datetime import timedelta

import pytest

from foundation.accounts.actors import CaseHolder
from tests import stories
from tickets import actions
from tickets.actions.promises import drop, moment
from tickets.choices import Moment

pytestmark = pytest.mark.django_db


def rounds(ticket, key) -> list[tuple]:
    rows = ticket.deadlines.filter(key=key, cycle=ticket.cycle).order_by("round")
    return list(rows.values_list("round", "state", "due_at"))


def test_every_news_ends_a_round_and_begins_the_next(cast, now, later):
    ticket = stories.in_progress(now, cast.tang, contact=cast.anna)
    assert rounds(ticket, "progress") == [(1, "running", later(hours=8, minutes=10))]
    ticket = actions.message(ticket, by=cast.anna, at=later(hours=2), body="配件明天到")
    assert rounds(ticket, "progress")[1:] == [(2, "running", later(hours=10))]
    # The round that began at 12:00 was missed at 20:00, and news came at 21:00.
    ticket = actions.message(ticket, by=cast.anna, at=later(hours=11), body="已到货")
    assert [state for _, state, _ in rounds(ticket, "progress")] == ["met", "breached", "running"]
    assert ticket.deadlines.get(key="progress", round=2).breached_at == later(hours=10)
    assert ticket.deadlines.get(key="progress", round=2).ended_at == later(hours=11)


def test_notes_and_the_customers_own_words_are_no_news(cast, now, later):
    ticket = stories.in_progress(now, cast.tang, contact=cast.anna)
    actions.note(ticket, by=cast.anna, at=later(hours=1), body="等配件")
    actions.message(ticket, by=CaseHolder(ticket.pk), at=later(hours=2), body="好了吗")
    assert len(rounds(ticket, "progress")) == 1


def test_the_rhythm_ends_with_the_run_and_begins_again_when_it_is_reopened(cast, now, later):
    ticket = stories.resolved(now, cast.tang)
    assert [state for _, state, _ in rounds(ticket, "progress")] == ["met"]
    ticket = actions.message(ticket, by=cast.anna, at=later(hours=3), body="请试用")
    assert len(rounds(ticket, "progress")) == 1
    ticket = actions.reopen(ticket, by=CaseHolder(ticket.pk), at=later(hours=4), reason="不行")
    assert rounds(ticket, "progress") == [(1, "running", later(hours=12))]
    ticket = actions.cancel(ticket, by=cast.sun, at=later(hours=5), reason="withdrawn")
    assert [state for _, state, _ in rounds(ticket, "progress")] == ["cancelled"]


def test_the_inspection_appears_with_the_visit_and_counts_from_the_priority(cast, now, later):
    ticket = stories.assigned(now, cast.tang)
    assert rounds(ticket, "inspected") == []
    finish = later(days=3)
    ticket = actions.plan(
        ticket, by=cast.sun, at=later(hours=1), methods=["onsite"], finish_at=finish
    )
    assert rounds(ticket, "inspected") == [(1, "running", later(days=2, minutes=10))]
    ticket = actions.inspect(ticket, by=cast.tang, at=later(hours=5), body="排水泵坏")
    assert [state for _, state, _ in rounds(ticket, "inspected")] == ["met"]
    assert ticket.cycles.get().inspected_at == later(hours=5)
    assert ticket.messages.get(audience="internal", body="排水泵坏").author == cast.tang
    with pytest.raises(actions.Refused, match="recorded already"):
        actions.inspect(ticket, by=cast.tang, at=later(hours=6))


def test_a_pick_up_promises_no_inspection_on_site(cast, now, later):
    ticket = stories.assigned(now, cast.tang)
    ticket = actions.plan(
        ticket, by=cast.sun, at=later(hours=1), methods=["pickup"], finish_at=later(days=3)
    )
    assert rounds(ticket, "inspected") == []


def test_the_hold_before_the_visit_was_planned_counts_for_the_inspection(cast, now, later):
    ticket = stories.assigned(now, cast.tang)
    actions.hold(ticket, by=cast.anna, at=later(hours=1), reason="later")
    actions.resume(ticket, by=cast.anna, at=later(hours=25))
    ticket = actions.plan(
        ticket, by=cast.sun, at=later(hours=26), methods=["onsite"], finish_at=later(days=5)
    )
    assert rounds(ticket, "inspected") == [(1, "running", later(days=3, minutes=10))]


def test_a_changed_plan_changes_the_date_and_says_so(cast, now, later):
    ticket = stories.assigned(now, cast.tang)
    first, second = later(days=1), later(days=2)
    for hours, finish in ((1, first), (2, second)):
        ticket = actions.plan(
            ticket, by=cast.sun, at=later(hours=hours), methods=["remote"], finish_at=finish,
            change_reason="parts",
        )  # fmt: skip
    assert rounds(ticket, "planned-finish") == [(1, "running", second)]
    note = ticket.deadlines.get(key="planned-finish").history.get(kind="recomputed")
    assert note.data == {"why": "plan", "before": first.isoformat()}


def test_a_finish_that_was_missed_stays_missed(cast, now, later):
    ticket = stories.assigned(now, cast.tang)
    for hours, finish in ((1, later(hours=3)), (4, later(days=2))):
        ticket = actions.plan(
            ticket, by=cast.sun, at=later(hours=hours), methods=["remote"], finish_at=finish,
            change_reason="parts",
        )  # fmt: skip
    assert rounds(ticket, "planned-finish") == [(1, "breached", later(hours=3))]


def test_the_planned_finish_waits_for_the_customer(cast, now, later):
    ticket = stories.assigned(now, cast.tang)
    ticket = actions.plan(
        ticket, by=cast.sun, at=later(hours=1), methods=["remote"], finish_at=later(days=1)
    )
    actions.hold(ticket, by=cast.anna, at=later(hours=2), reason="customer")
    actions.resume(ticket, by=cast.anna, at=later(hours=5))
    assert rounds(ticket, "planned-finish") == [(1, "running", later(hours=27))]


def test_a_mailed_result_is_reported_and_one_without_address_waits_for_a_word(cast, now, later):
    mailed = stories.resolved(now, cast.tang)
    assert [state for _, state, _ in rounds(mailed, "result-reported")] == ["met"]
    ticket = stories.resolved(now, cast.tang, requester_email="", requester_phone="13812345678")
    assert rounds(ticket, "result-reported") == [(1, "running", later(hours=3))]
    ticket = actions.message(
        ticket, by=cast.anna, at=later(hours=2, minutes=20), body="已告知", channel="phone"
    )
    assert [state for _, state, _ in rounds(ticket, "result-reported")] == ["met"]
    assert ticket.cycles.get().reported_at == later(hours=2, minutes=20)


def test_each_question_and_each_task_has_a_deadline_of_its_own(cast, now, later):
    ticket = stories.in_progress(now, cast.tang)
    (first,) = moment(ticket, Moment.ASKED, later(hours=1))
    (second,) = moment(ticket, Moment.ASKED, later(hours=1, minutes=10))
    assert (first.round, second.round) == (1, 2)
    moment(ticket, Moment.ADVISED, later(hours=1, minutes=20), round=second.round)
    drop(ticket, Moment.ASKED, first.round, later(hours=1, minutes=30))
    assert [state for _, state, _ in rounds(ticket, "expert-answer")] == ["cancelled", "met"]
    (task,) = moment(ticket, Moment.TASK_GIVEN, later(hours=2), due=later(hours=6))
    assert (task.key, task.due_at) == ("task", later(hours=6))
    assert moment(ticket, Moment.TASK_GIVEN, later(hours=2)) == []


def test_moments_that_come_twice_change_nothing(cast, now, later):
    ticket = stories.in_progress(now, cast.tang)
    actions.breach_due(later(hours=3))
    before = list(ticket.deadlines.order_by("pk").values_list("pk", "state", "ended_at"))
    moment(ticket, Moment.STARTED, later(hours=3))
    moment(ticket, Moment.CLASSIFIED, later(hours=3))
    assert list(ticket.deadlines.order_by("pk").values_list("pk", "state", "ended_at")) == before


def test_a_late_answer_is_recorded_and_hides_no_breach(cast, now, later):
    ticket = stories.received(now)
    ticket = actions.message(ticket, by=cast.anna, at=later(minutes=40), body="您好")
    row = ticket.deadlines.get(key="first-response")
    assert (row.state, row.breached_at, row.ended_at) == (
        "breached", later(minutes=30), later(minutes=40),
    )  # fmt: skip
    assert row.ended_at - row.breached_at == timedelta(minutes=10)
