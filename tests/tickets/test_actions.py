"""The verbs, one story each: what they do, what they refuse."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.messaging.models import OutgoingMessage
from tests import stories
from tickets import actions, queries
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def keys(ticket) -> list[str]:
    return [event.key for event in ticket.events.all()]


def deadline(ticket, key):
    return ticket.deadlines.get(key=key, cycle=ticket.cycle)


def test_a_request_is_received_with_number_promises_and_acknowledgement(now):
    ticket = stories.received(now)
    assert ticket.number.startswith("2026-000001-")
    assert keys(ticket) == ["ticket.received"]
    assert {d.key: d.due_at - now for d in ticket.deadlines.all()} == {
        "first-response": timedelta(minutes=30),
        "registered": timedelta(minutes=120),
    }
    assert (ticket.next_promise, ticket.next_due_at) == (
        "first-response",
        now + timedelta(minutes=30),
    )
    mail = OutgoingMessage.objects.get()
    assert mail.to_address == "wang@example.com"
    assert ticket.number in mail.subject
    assert "/c/" in mail.body


def test_a_new_year_starts_a_new_sequence(now):
    stories.received(now)
    assert stories.received(now + timedelta(days=365)).number.startswith("2027-000001-")


def test_a_safety_word_raises_the_flag_and_proposes_p1(now):
    ticket = stories.received(now, symptom="热水器漏电，很害怕", impact="limited")
    assert (ticket.is_safety, ticket.proposed_priority) == (True, "P1")
    assert "ticket.safety_flagged" in keys(ticket)
    assert deadline(ticket, "urgent-person").due_at == now + timedelta(minutes=15)


def test_an_empty_request_is_refused(now):
    with pytest.raises(ValidationError):
        stories.received(now, symptom="  ")
    assert not Ticket.objects.exists()


def test_the_whole_chain(now, cast):
    at = now
    ticket = stories.received(at)
    ticket = actions.take(ticket, by=cast.anna, at=at + timedelta(minutes=4))
    ticket = actions.message(
        ticket, by=cast.anna, at=at + timedelta(minutes=5), body="您好，我们马上安排。"
    )
    ticket = actions.register(ticket, by=cast.anna, at=at + timedelta(minutes=10))
    ticket = actions.classify(
        ticket,
        by=cast.sun,
        at=at + timedelta(minutes=20),
        category=stories.category(),
        priority="P2",
    )
    ticket = actions.assign(ticket, by=cast.sun, at=at + timedelta(minutes=25), handler=cast.tang)
    ticket = actions.accept(ticket, by=cast.tang, at=at + timedelta(minutes=30))
    ticket = actions.plan(
        ticket,
        by=cast.sun,
        at=at + timedelta(minutes=40),
        methods=["onsite"],
        finish_at=at + timedelta(hours=6),
    )
    ticket = actions.start(ticket, by=cast.tang, at=at + timedelta(hours=2))
    ticket = actions.resolve(
        ticket, by=cast.tang, at=at + timedelta(hours=3), result="已修好", cause="泵", remedy="换泵"
    )
    ticket = actions.confirm(ticket, by=CaseHolder(ticket.pk), at=at + timedelta(hours=4))
    assert ticket.status == "confirmed"
    assert ticket.contact == cast.anna
    assert ticket.department.key == "technical"
    assert ticket.next_due_at is None
    assert keys(ticket) == [
        "ticket.received",
        "ticket.taken",
        "ticket.message",
        "ticket.registered",
        "ticket.classified",
        "ticket.assigned",
        "ticket.accepted",
        "ticket.planned",
        "ticket.started",
        "ticket.resolved",
        "ticket.confirmed",
    ]
    assert {d.key: d.state for d in ticket.deadlines.all()} == {
        "first-response": "met",
        "registered": "met",
        "classified": "met",
        "work-started": "met",
        "planned": "met",
        "inspected": "cancelled",
        "progress": "met",
        "planned-finish": "met",
        "result-reported": "met",
        "satisfaction": "met",
    }


def test_registration_names_what_is_missing(now, cast):
    ticket = stories.received(now, requester_email="", product=None)
    with pytest.raises(actions.Refused) as refused:
        actions.register(ticket, by=cast.anna)
    assert refused.value.code == "facts_missing"
    assert "how to reach the customer" in refused.value.message


def test_classifying_needs_registration_first(now, cast):
    with pytest.raises(actions.Refused) as refused:
        actions.classify(
            stories.received(now), by=cast.sun, category=stories.category(), priority="P2"
        )
    assert refused.value.code == "not_registered"


def test_another_priority_than_proposed_wants_a_reason(now, cast):
    ticket = stories.registered(now)
    with pytest.raises(ValidationError):
        actions.classify(ticket, by=cast.sun, category=stories.category(), priority="P1")
    ticket = actions.classify(
        ticket,
        by=cast.sun,
        at=now,
        category=stories.category(),
        priority="P1",
        reason="有婴儿",
    )
    assert deadline(ticket, "work-started").length == "240m"
    assert ticket.messages.get().body == "有婴儿"


def test_an_agent_classifies_only_questions(now, cast):
    fault = stories.registered(now)
    with pytest.raises(PermissionDenied):
        actions.classify(fault, by=cast.anna, category=stories.category(), priority="P2")
    question = stories.registered(now, kind="consultation", impact="limited")
    question = actions.classify(
        question, by=cast.anna, category=stories.category("consultation"), priority="P3"
    )
    assert question.status == "classified"


def test_answer_at_once_puts_every_step_on_the_timeline(now, cast):
    ticket = stories.received(now, kind="consultation", impact="limited")
    ticket = actions.answer(
        ticket,
        by=cast.anna,
        at=now + timedelta(minutes=3),
        body="请按住童锁键三秒。",
        category=stories.category("consultation-how-to-use"),
    )
    assert ticket.status == "resolved"
    assert keys(ticket) == [
        "ticket.received",
        "ticket.registered",
        "ticket.classified",
        "ticket.assigned",
        "ticket.started",
        "ticket.resolved",
    ]
    assert deadline(ticket, "first-response").state == "met"
    assert OutgoingMessage.objects.filter(template_key="ticket.resolved").count() == 1


def test_answering_a_fault_at_once_is_refused_and_leaves_nothing(now, cast):
    ticket = stories.received(now)
    with pytest.raises(ValidationError):
        actions.answer(ticket, by=cast.sun, body="x", category=stories.category())
    assert keys(ticket) == ["ticket.received"]


def test_work_goes_only_to_people_who_may_work(now, cast):
    with pytest.raises(ValidationError):
        actions.assign(stories.classified(now), by=cast.sun, handler=cast.an)


def test_refusing_a_job_brings_it_back_with_the_reason(now, cast):
    ticket = stories.assigned(now, cast.tang)
    ticket = actions.refuse(ticket, by=cast.tang, at=now, reason="没有高压证")
    assert (ticket.status, ticket.handler) == ("classified", None)
    assert ticket.messages.last().audience == "internal"


def test_a_reassigned_job_can_be_started_again(now, cast):
    ticket = stories.in_progress(now, cast.tang)
    ticket = actions.assign(ticket, by=cast.sun, handler=cast.tian, reason="病假")
    ticket = actions.start(ticket, by=cast.tian)
    assert ticket.status == "in_progress"
    with pytest.raises(PermissionDenied):
        actions.resolve(ticket, by=cast.tang, result="x")


def test_one_hold_per_reason_and_the_customer_ends_theirs(now, cast):
    ticket = stories.in_progress(now, cast.tang)
    ticket = actions.hold(ticket, by=cast.tang, at=now, reason="customer")
    ticket = actions.hold(ticket, by=cast.tang, at=now, reason="parts")
    with pytest.raises(ValidationError):
        actions.hold(ticket, by=cast.tang, at=now, reason="parts")
    ticket = actions.message(
        ticket, by=CaseHolder(ticket.pk), at=now + timedelta(hours=1), body="周六在家"
    )
    assert list(ticket.holds.filter(ended_at=None).values_list("reason", flat=True)) == ["parts"]
    assert ticket.is_on_hold
    ticket = actions.resume(ticket, by=cast.tang, at=now, reason="parts")
    assert not ticket.is_on_hold


def test_resolving_ends_holds_and_a_failed_test_is_no_resolution(now, cast):
    ticket = stories.in_progress(now, cast.tang)
    ticket = actions.hold(ticket, by=cast.tang, at=now, reason="parts")
    with pytest.raises(ValidationError):
        actions.resolve(ticket, by=cast.tang, result="试过了", test_result="failed")
    ticket = actions.resolve(ticket, by=cast.tang, at=now + timedelta(hours=1), result="好了")
    assert not ticket.holds.filter(ended_at=None).exists()
    assert not ticket.is_on_hold


def test_not_solved_starts_the_next_cycle(now, cast):
    ticket = stories.resolved(now, cast.tang)
    at = now + timedelta(hours=5)
    ticket = actions.reopen(ticket, by=CaseHolder(ticket.pk), at=at, reason="还是不脱水")
    assert (ticket.status, ticket.cycle, ticket.handler) == ("in_progress", 2, cast.tang)
    assert deadline(ticket, "taken-up").due_at == at + timedelta(minutes=240)
    with pytest.raises(actions.Refused) as refused:
        actions.resolve(ticket, by=cast.tang, result="x")
    assert refused.value.code == "not_taken_up"
    ticket = actions.start(ticket, by=cast.tang, at=at + timedelta(hours=1))
    assert deadline(ticket, "taken-up").state == "met"
    ticket = actions.resolve(ticket, by=cast.tang, at=at + timedelta(hours=2), result="再次修好")
    assert ticket.cycles.count() == 2


def test_a_confirmed_ticket_reopens_for_seven_days(now, cast):
    ticket = stories.confirmed(now, cast.tang)
    with pytest.raises(actions.Refused) as refused:
        actions.reopen(ticket, by=cast.sun, at=now + timedelta(days=8), reason="又坏了")
    assert refused.value.code == "too_late"
    assert (
        actions.reopen(ticket, by=cast.sun, at=now + timedelta(days=6), reason="又坏了").status
        == "in_progress"
    )


def test_cancel_and_restore_give_everything_back(now, cast):
    ticket = stories.classified(now)
    before = {d.key: (d.state, d.due_at) for d in ticket.deadlines.all()}
    at = now + timedelta(minutes=20)
    ticket = actions.cancel(ticket, by=cast.sun, at=at, reason="withdrawn")
    assert (ticket.status, ticket.next_due_at) == ("cancelled", None)
    ticket = actions.restore(ticket, by=cast.sun, at=at + timedelta(minutes=1))
    assert (ticket.status, ticket.cancel_reason) == ("classified", "")
    assert {d.key: (d.state, d.due_at) for d in ticket.deadlines.all()} == before
    assert ticket.next_due_at is not None


def test_a_customer_cancels_only_before_work_starts(now, cast):
    ticket = stories.assigned(now, cast.tang)
    holder = CaseHolder(ticket.pk)
    assert actions.cancel(ticket, by=holder, at=now).cancel_reason == "withdrawn"
    working = stories.in_progress(now, cast.tang)
    with pytest.raises(actions.Refused) as refused:
        actions.cancel(working, by=CaseHolder(working.pk), at=now)
    assert refused.value.code == "work_started"


def test_a_customer_touches_only_their_own_case(now):
    mine, other = stories.received(now), stories.received(now)
    with pytest.raises(PermissionDenied):
        actions.message(other, by=CaseHolder(mine.pk), body="hello")
    assert not Ticket.objects.visible_to(CaseHolder(mine.pk)).filter(pk=other.pk).exists()


def test_the_second_person_learns_who_did_what(now, cast):
    ticket = stories.registered(now)
    shown = ticket.version
    actions.classify(ticket, by=cast.sun, version=shown, category=stories.category(), priority="P2")
    with pytest.raises(actions.Stale) as stale:
        actions.classify(
            ticket,
            by=cast.ma,
            version=shown,
            category=stories.category("quality"),
            priority="P2",
        )
    assert "Sun" in stale.value.message and "Classified" in stale.value.message
    assert Ticket.objects.get().category == stories.category()


def test_a_note_does_not_make_others_stale(now, cast):
    ticket = stories.registered(now)
    shown = ticket.version
    actions.note(ticket, by=cast.anna, body="老客户")
    actions.classify(ticket, by=cast.sun, version=shown, category=stories.category(), priority="P2")


def test_a_changed_priority_recomputes_from_the_start(now, cast):
    ticket = stories.classified(now)
    started = deadline(ticket, "work-started").started_at
    ticket = actions.set_priority(
        ticket, by=cast.sun, at=now + timedelta(hours=1), priority="P1", reason="冒烟"
    )
    row = deadline(ticket, "work-started")
    assert row.due_at == started + timedelta(minutes=240)
    assert [h.kind for h in row.history.all()] == ["started", "recomputed"]


def test_breaches_are_recorded_once_and_a_late_answer_does_not_hide_them(now, cast):
    ticket = stories.received(now)
    late = now + timedelta(minutes=31)
    assert actions.breach_due(late) == 1
    assert actions.breach_due(late) == 0
    ticket = actions.message(ticket, by=cast.anna, at=late, body="抱歉久等，马上处理。")
    row = deadline(ticket, "first-response")
    assert (row.state, row.breached_at, row.ended_at) == ("breached", row.due_at, late)
    assert keys(ticket).count("deadline.breached") == 1


def test_a_late_answer_tells_the_breach_that_the_sweep_has_not_seen(now, cast):
    ticket = stories.received(now)
    late = now + timedelta(minutes=31)
    ticket = actions.message(ticket, by=cast.anna, at=late, body="马上处理。")
    assert keys(ticket)[-2:] == ["deadline.breached", "ticket.message"]
    assert [h.kind for h in deadline(ticket, "first-response").history.all()] == [
        "started",
        "breached",
        "met",
    ]
    assert actions.breach_due(late + timedelta(minutes=1)) == 0


def test_silence_confirms_after_seven_days(now, cast):
    ticket = stories.resolved(now, cast.tang)
    assert actions.confirm_silent(now + timedelta(days=6)) == 0
    assert actions.confirm_silent(now + timedelta(days=7, hours=3)) == 1
    assert actions.confirm_silent(now + timedelta(days=8)) == 0
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.status == "confirmed"
    assert ticket.events.last().data == {"how": "silence"}


def test_linking_fills_what_is_known(now, cast):
    owner = stories.customer()
    thing = stories.unit(owner)
    ticket = stories.received(now, product=None)
    ticket = actions.link(ticket, by=cast.anna, customer=owner, unit=thing)
    assert (ticket.customer, ticket.unit, ticket.product) == (owner, thing, thing.product)
    with pytest.raises(ValidationError):
        actions.link(
            ticket, by=cast.anna, customer=stories.customer("李四", "li@example.com"), unit=thing
        )


def test_links_open_one_case_until_they_are_withdrawn(now, cast):
    from tickets.actions import links

    ticket = stories.received(now)
    link = links.link_for(ticket, at=now)
    token = links.token_of(link)
    assert links.find(token) == link
    for forged in (
        token[:-1] + "x",
        "1",
        "1.",
        f"{link.pk + 1}.{token.split('.')[1]}",
        "²." + "0" * 32,
    ):
        assert links.find(forged) is None
    actions.send_link(ticket, by=cast.anna, at=now)
    assert links.find(token).revoked_at == now
    assert links.token_of(links.link_for(ticket, at=now)) != token


def test_a_link_outlives_a_change_of_the_secret_key(now, settings):
    from tickets.actions import links

    link = links.link_for(stories.received(now), at=now)
    token, former = links.token_of(link), settings.SECRET_KEY
    settings.SECRET_KEY = "n" * 50
    assert links.find(token) is None
    settings.SECRET_KEY_FALLBACKS = [former]
    assert links.find(token) == links.find(links.token_of(link)) == link


def test_a_code_works_once_and_tries_are_counted(now):
    from tickets.actions import links

    ticket = stories.received(now)
    links.send_code(ticket.number, at=now)
    mail = OutgoingMessage.objects.get(template_key="ticket.code")
    code = "".join(c for c in mail.subject if c.isdigit())
    wrong = "000000" if code != "000000" else "111111"
    assert links.redeem(ticket.number, wrong, at=now) is None
    assert links.redeem(ticket.number, code, at=now).ticket == ticket
    assert links.redeem(ticket.number, code, at=now) is None
    links.send_code(ticket.number, at=now + timedelta(minutes=1))
    for _ in range(5):
        links.redeem(ticket.number, wrong, at=now + timedelta(minutes=1))
    newest = OutgoingMessage.objects.filter(template_key="ticket.code").order_by("-pk").first()
    code = "".join(c for c in newest.subject if c.isdigit())
    assert links.redeem(ticket.number, code, at=now + timedelta(minutes=1)) is None


def test_reading_the_story_costs_the_same_for_long_ones(now, cast, django_assert_num_queries):
    short = stories.in_progress(now, cast.tang)
    for text in ("一", "二", "三"):
        actions.note(short, by=cast.sun, body=text)
    with django_assert_num_queries(4):
        entries = queries.timeline(short)
    assert [e.body for e in entries if e.is_talk][-3:] == ["一", "二", "三"]


def test_customers_read_no_internal_word(now, cast):
    ticket = stories.in_progress(now, cast.tang)
    actions.note(ticket, by=cast.sun, body="难缠的客户")
    actions.set_priority(ticket, by=cast.sun, priority="P1", reason="升级")
    told = " ".join(e.words + e.body + e.who for e in queries.public_timeline(ticket))
    assert "难缠" not in told and "P1" not in told and "as a test" not in told


def test_system_is_an_actor_too(now):
    ticket = actions.note(stories.received(now), by=SYSTEM, body="auto")
    assert ticket.events.last().actor_kind == "system"


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("J. R. Smith", "Dear J. R. Smith,"),
        ("Ann\n\nLee", "Dear Ann Lee,"),
        ("You won: http://evil.example/prize", "Dear customer,"),
        ("go to evil.example", "Dear customer,"),
    ],
)
def test_a_typed_name_is_no_way_to_send_strangers_a_link(now, name, greeting):
    stories.received(now, requester_name=name, language="en")
    assert OutgoingMessage.objects.get().body.splitlines()[0] == greeting
