"""What the clock and the customer make of a resolved ticket. Only the minute tick moves time."""

from datetime import timedelta

import pytest

from care.actions import record_try
from care.models import Callback
from foundation.accounts.actors import CaseHolder
from foundation.clockwork import sweeps
from foundation.messaging.models import OutgoingMessage
from surveys.actions import finish, say_not_solved
from surveys.models import Invitation
from tests import stories
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def resolved(now, cast) -> Ticket:
    ticket = stories.resolved(now, cast.tang, priority="P2")
    Ticket.objects.filter(pk=ticket.pk).update(contact=cast.anna)
    return Ticket.objects.get(pk=ticket.pk)


def pass_time(start, until, step=timedelta(hours=1)):
    at = start
    while at <= until:
        sweeps.tick(at)
        at += step


def fresh(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_silence_a_call_nobody_answers_and_then_confirmation(resolved, now, cast):
    done_at = resolved.cycles.get().resolved_at
    pass_time(done_at, done_at + timedelta(hours=7))
    assert not Callback.objects.exists()
    pass_time(done_at + timedelta(hours=8), done_at + timedelta(hours=9))
    call = Callback.objects.get()
    assert (call.kind, call.assigned_to) == ("satisfaction", cast.anna)
    assert call.due_at == done_at + timedelta(hours=24)
    record_try(call, outcome="not_reached", by=cast.anna, at=done_at + timedelta(hours=10))
    assert Callback.objects.get().state == "open"

    pass_time(done_at + timedelta(hours=24), done_at + timedelta(hours=26))
    promise = resolved.deadlines.get(key="satisfaction")
    assert promise.state == "breached"
    pass_time(done_at + timedelta(days=7), done_at + timedelta(days=7, hours=2))
    assert fresh(resolved).status == "confirmed"
    assert Callback.objects.get().state != "open"
    kinds = list(OutgoingMessage.objects.values_list("template_key", flat=True))
    assert sorted(kinds) == ["ticket.received", "ticket.resolved"]


def test_a_call_that_reaches_somebody_confirms(resolved, cast):
    done_at = resolved.cycles.get().resolved_at
    pass_time(done_at, done_at + timedelta(hours=9))
    at = done_at + timedelta(hours=12)
    record_try(Callback.objects.get(), outcome="reached_satisfied", by=cast.anna, at=at)
    assert fresh(resolved).status == "confirmed"
    assert resolved.deadlines.get(key="satisfaction").state == "met"


def test_a_call_that_hears_no_reopens(resolved, cast):
    done_at = resolved.cycles.get().resolved_at
    pass_time(done_at, done_at + timedelta(hours=9))
    at = done_at + timedelta(hours=12)
    record_try(
        Callback.objects.get(), outcome="reached_not_solved", by=cast.anna, note="还漏水", at=at
    )
    ticket = fresh(resolved)
    assert (ticket.status, ticket.cycle) == ("in_progress", 2)
    assert ticket.deadlines.get(key="taken-up").due_at == at + timedelta(minutes=240)


def test_a_good_answer_needs_no_call(resolved):
    done_at = resolved.cycles.get().resolved_at
    answers = {"timeliness": 5, "professionalism": 5, "effect": 5, "overall": 5, "recommend": 10}
    finish(
        Invitation.objects.get(),
        answers=answers,
        by=CaseHolder(resolved.pk),
        at=done_at + timedelta(hours=2),
    )
    pass_time(done_at + timedelta(hours=3), done_at + timedelta(hours=30))
    assert fresh(resolved).status == "confirmed"
    assert not Callback.objects.exists()


def test_a_bad_score_brings_a_supervisor(resolved):
    done_at = resolved.cycles.get().resolved_at
    answers = {"timeliness": 1, "professionalism": 2, "effect": 2, "overall": 1, "recommend": 2}
    at = done_at + timedelta(hours=2)
    finish(Invitation.objects.get(), answers=answers, by=CaseHolder(resolved.pk), at=at)
    call = Callback.objects.get()
    assert (call.kind, call.state, call.due_at) == ("follow_up", "open", at + timedelta(hours=24))


def test_not_solved_asks_again_after_the_second_resolution(resolved, cast):
    from tickets import actions

    done_at = resolved.cycles.get().resolved_at
    first = Invitation.objects.get()
    say_not_solved(
        first, what="还是不脱水", by=CaseHolder(resolved.pk), at=done_at + timedelta(hours=1)
    )
    at = done_at + timedelta(hours=3)
    ticket = actions.start(fresh(resolved), by=cast.tang, at=at)
    actions.resolve(ticket, by=cast.tang, at=at + timedelta(hours=1), result="再次修好")
    assert list(Invitation.objects.order_by("cycle").values_list("cycle", flat=True)) == [1, 2]
    assert OutgoingMessage.objects.filter(template_key="ticket.resolved").count() == 2


def test_a_week_of_rest_brings_no_storm(now, cast):
    for hours in range(0, 30, 3):
        stories.resolved(now + timedelta(hours=hours), cast.tang)
    mails = OutgoingMessage.objects.count()
    for minute in range(3):
        sweeps.tick(now + timedelta(days=9, minutes=minute))
    assert OutgoingMessage.objects.count() == mails
    assert set(Ticket.objects.values_list("status", flat=True)) == {"confirmed"}
