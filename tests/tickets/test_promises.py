"""Starts and ends of promises, where a verb has more than one thing to weigh."""

import pytest
from django.core.exceptions import ValidationError

from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.messaging.models import OutgoingMessage
from tests import stories
from tickets import actions
from tickets.models import Promise, Ticket
from tickets.queries import home, safety_words

pytestmark = pytest.mark.django_db


def urgent(ticket) -> bool:
    return ticket.deadlines.filter(key="urgent-person", ended_at=None).exists()


def states(ticket) -> dict[str, str]:
    return dict(ticket.deadlines.filter(cycle=ticket.cycle).values_list("key", "state"))


# --- danger --------------------------------------------------------------------------------------


def test_danger_ticked_by_hand_calls_a_person(cast, now, later):
    ticket = stories.received(now)
    assert not urgent(ticket)
    ticket = actions.amend(ticket, by=cast.anna, at=later(minutes=3), facts={"is_safety": True})
    assert urgent(ticket) and ticket.proposed_priority == "P1"
    assert ticket.events.filter(key="ticket.safety_flagged").count() == 1


def test_the_urgent_mark_of_an_agent_calls_a_person(cast, now, later):
    ticket = stories.received(now)
    ticket = actions.amend(ticket, by=cast.anna, at=later(minutes=3), facts={"urgency": "high"})
    assert urgent(ticket) and not ticket.is_safety


def test_a_person_may_take_the_flag_back_and_new_words_raise_it_again(cast, now, later):
    ticket = stories.received(now, symptom="没有冒烟，只是不脱水")
    assert ticket.is_safety
    ticket = actions.amend(ticket, by=cast.anna, at=later(minutes=3), facts={"is_safety": False})
    assert not ticket.is_safety and ticket.proposed_priority == "P2"
    facts = {"symptom": "没有冒烟，只是不脱水，今天开始"}
    ticket = actions.amend(ticket, by=cast.anna, at=later(minutes=4), facts=facts)
    assert not ticket.is_safety
    facts = {"symptom": "没有冒烟，但是漏电"}
    assert safety_words(facts["symptom"])
    ticket = actions.amend(ticket, by=cast.anna, at=later(minutes=5), facts=facts)
    assert ticket.is_safety and ticket.proposed_priority == "P1"


def test_danger_found_after_the_resolution_opens_no_promise(cast, now, later):
    ticket = stories.resolved(now, cast.tang)
    facts = {"is_safety": True, "urgency": "high"}
    ticket = actions.amend(ticket, by=cast.anna, at=later(hours=3), facts=facts)
    assert ticket.is_safety and not urgent(ticket)


# --- ends ----------------------------------------------------------------------------------------


def test_a_promise_met_by_resolving_is_met(cast, now):
    Promise.objects.create(
        key="finished", name_zh="完成", name_en="Finished", starts_on="assigned",
        ends_on="resolved", length_p1="600m", length_p2="600m", length_p3="600m",
    )  # fmt: skip
    ticket = stories.resolved(now, cast.tang)
    assert states(ticket)["finished"] == "met"
    assert states(ticket)["satisfaction"] == "running"
    assert states(ticket)["planned"] == "cancelled"


def test_what_became_late_while_cancelled_is_told_after_the_restoring(cast, now, later):
    ticket = stories.cancelled(now)
    assert states(ticket)["first-response"] == "cancelled"
    ticket = actions.restore(ticket, by=cast.sun, at=later(hours=1))
    assert states(ticket)["first-response"] == "running"
    actions.breach_due(later(hours=1, minutes=1))
    assert states(ticket)["first-response"] == "breached"
    assert ticket.deadlines.get(key="first-response").breached_at == later(minutes=30)
    told = ticket.events.filter(key="deadline.breached")
    assert [event.data["promise"] for event in told] == ["first-response"]


# --- versions ------------------------------------------------------------------------------------


def test_the_end_of_a_hold_is_told_to_whom_it_overtook(cast, now, later):
    ticket = stories.in_progress(now, cast.tang)
    held = actions.hold(ticket, by=cast.tang, at=later(hours=1), reason="parts")
    seen = held.version
    actions.resume(held, by=cast.tang, at=later(hours=2))
    with pytest.raises(actions.Stale, match=r"Hold ended: waiting for parts \(Tang"):
        actions.hold(held, by=cast.sun, at=later(hours=3), reason="approval", version=seen)


# --- silence -------------------------------------------------------------------------------------


def test_who_wrote_is_not_silent(cast, now, later):
    ticket = stories.resolved(now, cast.tang)
    holder = CaseHolder(ticket.pk)
    actions.message(ticket, by=holder, at=later(days=5), body="还是不行吗？")
    assert actions.confirm_silent(later(days=8)) == 0
    actions.message(ticket, by=cast.anna, at=later(days=8), body="我们看看。")
    assert actions.confirm_silent(later(days=9)) == 0
    assert actions.confirm_silent(later(days=13)) == 1
    assert Ticket.objects.get(pk=ticket.pk).status == "confirmed"


def test_a_word_after_the_confirmation_waits_for_its_contact(cast, now, later):
    ticket = stories.resolved(now, cast.tang, contact=cast.anna)
    holder = CaseHolder(ticket.pk)
    actions.message(ticket, by=holder, at=later(hours=3), body="谢谢")
    ticket = actions.confirm(ticket, by=holder, at=later(hours=4))
    assert not Ticket.objects.worked_by(cast.anna).exists()
    actions.message(ticket, by=holder, at=later(days=1), body="又不转了")
    assert Ticket.objects.worked_by(cast.anna).get() == ticket
    found = {row["queue"]: row["count"] for row in home.waiting(cast.anna, later(days=1))}
    assert (found["mywork"], found["unanswered"]) == (0, 1)
    actions.message(ticket, by=cast.anna, at=later(days=1, hours=1), body="我们来看")
    assert not Ticket.objects.worked_by(cast.anna).exists()


# --- letters -------------------------------------------------------------------------------------


def test_the_department_is_told_in_the_houses_own_language(cast, now):
    department = stories.category().owner
    type(department).objects.filter(pk=department.pk).update(email="tech@example.com")
    ticket = stories.registered(now, language="en")
    category = stories.category()
    actions.classify(
        ticket, by=SYSTEM, at=now, category=category, priority="P2", reason="as a test"
    )
    letter = OutgoingMessage.objects.get(to_address="tech@example.com")
    assert letter.language == "zh-hans"
    assert "滚筒洗衣机" in letter.body and "Washing" not in letter.body


# --- files ---------------------------------------------------------------------------------------


def test_a_verb_that_fails_leaves_no_file_on_disk(cast, now, settings):
    ticket = stories.received(now)
    good, bad = ("a.txt", b"one"), ("b.pdf", b"not a pdf \x00")
    with pytest.raises(ValidationError):
        actions.note(ticket, by=cast.anna, at=now, body="见附件", files=[good, bad])
    facts = {"kind": "fault", "symptom": "不转"}
    with pytest.raises(ValidationError):
        actions.receive(by=cast.anna, channel="phone", facts=facts, files=[good, bad], at=now)
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []
    actions.note(ticket, by=cast.anna, at=now, body="见附件", files=[good])
    assert ticket.attachments.count() == 1
