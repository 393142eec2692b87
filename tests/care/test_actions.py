import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from care import actions, queries
from care.models import Callback
from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.accounts.models import Organisation
from foundation.clockwork import sweeps
from tests import stories
from tickets import actions as tickets
from tickets.queries import timeline

pytestmark = pytest.mark.django_db


def spoken(ticket) -> list[str]:
    return [entry.body or entry.words for entry in timeline(ticket)]


def test_an_important_ticket_without_an_answer_goes_on_the_list(solved, cast, later):
    assert actions.open_satisfaction_calls(later(hours=9, minutes=59)) == 0
    assert actions.open_satisfaction_calls(later(hours=10)) == 1
    call = Callback.objects.get()
    assert (call.kind, call.state, call.assigned_to) == ("satisfaction", "open", cast.anna)
    assert call.due_at == later(hours=2 + 24)
    assert any(line.startswith("Call to make, satisfaction call") for line in spoken(solved))


def test_the_sweep_asks_once(call, later):
    assert actions.open_satisfaction_calls(later(hours=12)) == 0
    sweeps.tick(later(hours=13))
    assert Callback.objects.count() == 1


def test_only_as_far_back_as_silence_has_not_confirmed(solved, later):
    assert queries.unanswered(later(days=6)) == [solved.pk]
    assert queries.unanswered(later(days=8)) == []


def test_nobody_is_called_about_a_small_matter_or_after_an_answer(now, cast, later):
    stories.resolved(now, cast.tang, priority="P3")
    stories.confirmed(now, cast.tang)
    assert actions.open_satisfaction_calls(later(hours=11)) == 0


def test_the_waiting_time_is_a_setting(solved, later):
    Organisation.objects.create(pk=1, callback_after_hours=1)
    assert actions.open_satisfaction_calls(later(hours=3)) == 1


def test_a_contact_who_makes_no_calls_leaves_it_to_whoever_does(now, cast, later):
    stories.resolved(now, cast.tang, contact=cast.deng)
    actions.open_satisfaction_calls(later(hours=11))
    assert Callback.objects.get().assigned_to is None


def test_each_cycle_has_its_own_call(call, solved, cast, later):
    ticket = tickets.reopen(solved, by=CaseHolder(solved.pk), at=later(hours=12), reason="又漏水")
    call.refresh_from_db()
    assert call.state == "cancelled"
    ticket = tickets.start(ticket, by=cast.tang, at=later(hours=13))
    tickets.resolve(ticket, by=cast.tang, at=later(hours=14), result="再次修好")
    assert actions.open_satisfaction_calls(later(hours=23)) == 1
    assert [(c.cycle, c.state) for c in Callback.objects.order_by("cycle")] == [
        (1, "cancelled"),
        (2, "open"),
    ]


def test_reached_and_satisfied_confirms_and_meets_the_promise(call, solved, cast, later):
    at = later(hours=12)
    done = actions.record_try(call, outcome="reached_satisfied", by=cast.anna, at=at, note="很满意")
    solved.refresh_from_db()
    assert solved.status == "confirmed"
    assert solved.deadlines.get(key="satisfaction").state == "met"
    assert (done.state, done.done_at, done.done_by, done.tries) == ("done", at, cast.anna, 1)
    assert spoken(solved)[-3:] == [
        "Call, satisfaction call: reached: satisfied",
        "很满意",
        "Confirmed",
    ]
    assert solved.events.get(key="ticket.confirmed").data == {"how": "staff"}


def test_reached_and_not_solved_reopens_with_the_reason(call, solved, cast, later):
    with pytest.raises(ValidationError) as error:
        actions.record_try(call, outcome="reached_not_solved", by=cast.anna)
    assert "note" in error.value.message_dict
    at = later(hours=12)
    actions.record_try(call, outcome="reached_not_solved", by=cast.anna, at=at, note="还是不脱水")
    solved.refresh_from_db()
    call.refresh_from_db()
    assert (solved.status, solved.cycle, call.state) == ("in_progress", 2, "done")
    assert "还是不脱水" in spoken(solved)


def test_not_reached_counts_and_stays(call, solved, cast, later):
    due = call.due_at
    actions.record_try(call, outcome="not_reached", by=cast.anna, at=later(hours=12), tries=0)
    with pytest.raises(ValidationError) as error:  # the second click
        actions.record_try(call, outcome="not_reached", by=cast.anna, at=later(hours=12), tries=0)
    assert error.value.code == "stale"
    call.refresh_from_db()
    assert (call.state, call.tries, call.due_at) == ("open", 1, due)
    assert solved.events.filter(key="care.callback_tried").count() == 1
    solved.refresh_from_db()
    assert solved.status == "resolved"


def test_a_wrong_number_ends_the_call_and_nothing_else(call, solved, cast):
    actions.record_try(call, outcome="wrong_number", by=cast.anna)
    call.refresh_from_db()
    solved.refresh_from_db()
    assert (call.state, solved.status) == ("done", "resolved")


def test_what_was_said_is_in_no_event(call, solved, cast):
    actions.record_try(call, outcome="not_reached", by=cast.anna, note="王先生出差")
    assert all("王先生" not in str(event.data) for event in solved.events.all())
    assert not solved.events.filter(is_public=True, key__startswith="care.").exists()


@pytest.mark.parametrize("move", ["confirm", "cancel"])
def test_what_the_customer_settled_leaves_the_list(call, solved, cast, later, move):
    if move == "confirm":
        tickets.confirm(solved, by=CaseHolder(solved.pk), at=later(hours=12))
    else:
        again = tickets.reopen(solved, by=SYSTEM, at=later(hours=12), reason="-")
        tickets.cancel(again, by=SYSTEM, at=later(hours=13), reason="withdrawn")
    call.refresh_from_db()
    assert call.state == "cancelled"
    with pytest.raises(ValidationError) as error:
        actions.record_try(call, outcome="not_reached", by=cast.anna)
    assert error.value.code == "settled"


def test_a_colleague_who_confirms_has_made_the_call(call, solved, cast, later):
    tickets.confirm(solved, by=cast.sun, at=later(hours=12), how="staff")
    call.refresh_from_db()
    assert (call.state, call.done_by, call.outcome) == ("done", cast.sun, "reached_satisfied")


def test_a_follow_up_is_the_supervisors_and_outlives_the_ticket(follow_up, solved, cast, later):
    tickets.confirm(solved, by=SYSTEM, at=later(hours=3))
    with pytest.raises(PermissionDenied):
        actions.record_try(follow_up, outcome="reached_satisfied", by=cast.anna)
    done = actions.record_try(follow_up, outcome="reached_satisfied", by=cast.sun, note="已致歉")
    assert done.state == "done"


def test_a_follow_up_too_late_to_reopen_keeps_what_was_said(follow_up, solved, cast, later):
    tickets.confirm(solved, by=SYSTEM, at=later(hours=3))
    at = later(days=9)
    actions.record_try(follow_up, outcome="reached_not_solved", by=cast.sun, at=at, note="又坏了")
    solved.refresh_from_db()
    assert solved.status == "confirmed"
    assert "又坏了" in spoken(solved)


@pytest.mark.parametrize("name", ["tang", "deng", "wu", "qian", "an"])
def test_who_makes_no_calls_records_none(call, cast, name):
    assert not queries.may_call(getattr(cast, name))
    with pytest.raises(PermissionDenied):
        actions.record_try(call, outcome="reached_satisfied", by=getattr(cast, name))
    call.refresh_from_db()
    assert call.tries == 0


def test_an_agent_makes_no_calls_about_others_tickets(call, solved, cast, later):
    tickets.reopen(solved, by=SYSTEM, at=later(hours=12), reason="-")
    ticket = stories.resolved(later(days=1), cast.tang, contact=cast.sun)
    actions.open_satisfaction_calls(later(days=1, hours=11))
    other = Callback.objects.get(ticket=ticket)
    with pytest.raises(PermissionDenied):
        actions.record_try(other, outcome="reached_satisfied", by=cast.anna)


def test_a_call_asked_for_twice_is_one(follow_up, solved, later):
    again = actions.open_callback(solved, kind="follow_up", due_at=later(days=5))
    assert (again.pk, again.due_at) == (follow_up.pk, follow_up.due_at)
    assert solved.events.filter(key="care.callback_opened").count() == 1
