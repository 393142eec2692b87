"""Plans: what they must say, who approves, what the customer answers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.accounts.models import Department, Organisation, Role, User
from foundation.messaging.models import OutgoingMessage
from foundation.notices.models import Notice
from foundation.notices.queries import lines
from tests import stories
from tickets import actions, queries
from tickets.actions import links
from tickets.choices import Method, Payer
from tickets.models import ServicePlan, Ticket
from tickets.queries.plans import to_approve
from tickets.rules import plans as rules

AMOUNTS = st.decimals(0, 10_000, places=2)


# --- the rules ------------------------------------------------------------------------------------


@given(st.sampled_from(["P1", "P2", "P3"]), AMOUNTS, AMOUNTS, st.booleans())
def test_why_a_plan_needs_approval(priority, compensation, limit, is_change):
    reasons = rules.approval_reasons(priority, compensation, limit, is_change)
    assert ("urgent" in reasons) == (priority == "P1")
    assert ("compensation" in reasons) == (compensation > limit)
    assert ("changed" in reasons) == is_change
    assert set(reasons) <= {"urgent", "compensation", "changed"}
    # A higher limit never asks for more.
    higher = rules.approval_reasons(priority, compensation, limit + 1, is_change)
    assert set(higher) <= set(reasons)


@given(st.sampled_from(Payer.values), AMOUNTS, st.sets(st.sampled_from(Method.values)))
def test_when_the_customer_has_to_agree(payer, cost, methods):
    needed = rules.needs_acceptance(payer, cost, methods)
    pays = payer == "customer" or cost > 0
    assert needed == (pays or bool(methods & {"exchange", "refund", "compensation"}))
    assert rules.needs_acceptance(payer, cost, methods, "a loaner")
    assert rules.needs_acceptance(payer, cost, methods, "  ") == needed


ANSWERS = ["not_needed", "asked", "yes", "no"]


@given(st.sampled_from(ANSWERS), st.sampled_from(ANSWERS), st.sampled_from(["P1", "P2", "P3"]))
def test_what_runs_stands_in_nobodys_way(approval, acceptance, priority):
    def stops(verb):
        return rules.plan_refusal(verb, priority=priority, approval=approval, acceptance=acceptance)

    assert (stops("resolve") is None) == rules.runs(approval, acceptance)
    assert (stops("start") is None) == (priority != "P1" or approval not in ("asked", "no"))
    assert (stops("approve_plan") is None) == (approval == "asked")
    assert (stops("decline_plan") is None) == (acceptance == "asked")
    assert stops("hold") is None


# --- making a plan --------------------------------------------------------------------------------


@pytest.fixture
def at():
    return timezone.now() - timedelta(hours=6)


def planned(ticket, by, at, **facts):
    facts = {"methods": ["onsite"], "finish_at": at + timedelta(days=2), **facts}
    return actions.plan(ticket, by=by, at=at, **facts)


def latest(ticket) -> ServicePlan:
    return ticket.plans.first()


def urgent(cast, at) -> Ticket:
    return stories.assigned(at, cast.tang, contact=cast.anna, priority="P1", symptom="漏电")


def ordinary(cast, at) -> Ticket:
    return stories.assigned(at, cast.tang, contact=cast.anna)


def codes(error) -> str:
    return error.value.code


@pytest.mark.django_db
def test_a_plan_keeps_all_that_was_said(cast, at):
    said = {
        "diagnosis": "排水泵堵塞", "found_how": "电话询问", "methods": ["onsite", "warranty"],
        "summary": "上门清理", "work_minutes": 45, "parts": "排水泵", "tools": "万用表",
        "payer": "customer", "cost": Decimal("120.50"), "compensation": Decimal("30"),
    }  # fmt: skip
    ticket = planned(ordinary(cast, at), cast.tang, at, **said)
    plan = latest(ticket)
    assert {name: getattr(plan, name) for name in said} == said
    assert (plan.version, plan.made_by, plan.approval) == (1, cast.tang, "not_needed")
    assert plan.acceptance == "asked"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"methods": []}, "methods"),
        ({"methods": ["magic"]}, "methods"),
        ({"finish_at": timedelta(0)}, "finish_at"),
        ({"payer": "customer"}, "cost"),
        ({"payer": "nobody"}, "payer"),
        ({"cost": Decimal(5)}, "payer"),
        ({"cost": Decimal(-5)}, "cost"),
        ({"compensation": Decimal(-1)}, "compensation"),
    ],
)
@pytest.mark.django_db
def test_a_plan_that_contradicts_itself_is_refused(facts, field, cast, at):
    ticket = ordinary(cast, at)
    if "finish_at" in facts:
        facts = {"finish_at": at + facts["finish_at"]}
    with pytest.raises(ValidationError) as refused:
        planned(ticket, cast.sun, at, **facts)
    assert set(refused.value.message_dict) == {field}
    assert not ticket.plans.exists()


@pytest.mark.django_db
def test_a_change_needs_its_reason_and_the_head(cast, at):
    ticket = planned(ordinary(cast, at), cast.tang, at)
    with pytest.raises(ValidationError) as refused:
        planned(ticket, cast.tang, at)
    assert "change_reason" in refused.value.message_dict
    ticket = planned(ticket, cast.tang, at, change_reason="缺件", alternative="备用机")
    plan = latest(ticket)
    assert (plan.version, plan.approval, plan.approval_reasons) == (2, "asked", ["changed"])
    assert plan.acceptance == "not_needed"  # the head first, then the customer
    ticket = actions.approve_plan(ticket, by=cast.hu, at=at)
    assert latest(ticket).acceptance == "asked"


@pytest.mark.django_db
def test_a_plan_that_never_ran_is_no_change(cast, at):
    """After "no" the next version needs a reason, and approval only for what it says."""
    Organisation.objects.update_or_create(pk=1, defaults={"compensation_limit": 100})
    ticket = planned(ordinary(cast, at), cast.tang, at, compensation=Decimal(101))
    assert latest(ticket).approval_reasons == ["compensation"]
    ticket = actions.reject_plan(ticket, by=cast.hu, at=at, reason="太多")
    ticket = planned(ticket, cast.tang, at, compensation=Decimal(100), change_reason="减少")
    assert (latest(ticket).approval, latest(ticket).version) == ("not_needed", 2)


@pytest.mark.parametrize(("name", "approval"), [("hu", "yes"), ("ma", "yes"), ("sun", "asked")])
@pytest.mark.django_db
def test_who_decides_need_not_ask(name, approval, cast, at):
    by = getattr(cast, name)
    plan = latest(planned(urgent(cast, at), by, at))
    assert plan.approval == approval
    assert plan.decided_by == (by if approval == "yes" else None)


# --- approval -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_waiting_for_approval_is_a_hold_that_ends_with_the_decision(cast, at):
    ticket = planned(urgent(cast, at), cast.tang, at)
    held = ticket.holds.get(ended_at=None)
    assert (held.reason, ticket.is_on_hold) == ("approval", True)
    for reason in ("approval", ""):
        with pytest.raises(ValidationError):
            actions.resume(ticket, by=cast.sun, at=at, reason=reason)
    with pytest.raises(actions.Refused) as refused:
        actions.start(ticket, by=cast.tang, at=at)
    assert codes(refused) == "plan_not_approved"
    # What is not approved is not told as settled.
    assert not [one for one in queries.public_timeline(ticket) if "finished" in one.words]
    ticket = actions.approve_plan(ticket, by=cast.hu, at=at + timedelta(minutes=9))
    assert not ticket.is_on_hold and not ticket.holds.filter(ended_at=None).exists()
    assert [one for one in queries.public_timeline(ticket) if "finished" in one.words]
    assert (
        actions.start(ticket, by=cast.tang, at=at + timedelta(minutes=10)).status == "in_progress"
    )


@pytest.mark.django_db
def test_what_is_resumed_by_hand_leaves_the_approval_waiting(cast, at):
    ticket = planned(urgent(cast, at), cast.tang, at)
    ticket = actions.hold(ticket, by=cast.tang, at=at, reason="parts")
    ticket = actions.resume(ticket, by=cast.tang, at=at + timedelta(minutes=1))
    assert [hold.reason for hold in ticket.holds.filter(ended_at=None)] == ["approval"]


@pytest.mark.django_db
def test_resolve_waits_for_the_decision_and_goes_on_after_it(cast, at):
    ticket = actions.start(ordinary(cast, at), by=cast.tang, at=at)
    ticket = planned(ticket, cast.tang, at, compensation=Decimal(501))
    with pytest.raises(actions.Refused) as refused:
        actions.resolve(ticket, by=cast.tang, at=at, result="好了")
    assert codes(refused) == "plan_not_approved"
    ticket = actions.reject_plan(ticket, by=cast.ma, at=at, reason="不赔")
    with pytest.raises(actions.Refused) as refused:
        actions.resolve(ticket, by=cast.tang, at=at, result="好了")
    assert codes(refused) == "plan_sent_back"
    ticket = planned(ticket, cast.tang, at, change_reason="改为维修")
    assert actions.resolve(ticket, by=cast.tang, at=at, result="好了").status == "resolved"


@pytest.mark.django_db
def test_heads_are_told_and_the_maker_hears_of_a_no(cast, at):
    elsewhere = User.objects.create(
        username="he", department=Department.objects.get(key="logistics")
    )
    elsewhere.roles.add(Role.objects.get(key="head"))
    ticket = planned(urgent(cast, at), cast.tang, at)
    told = Notice.objects.get(kind="plan.to_approve")
    assert (told.user, told.data) == (cast.hu, {"number": ticket.number})
    assert lines([told])[0].words == f"{ticket.number}: a plan waits for your approval"
    with pytest.raises(ValidationError):
        actions.reject_plan(ticket, by=cast.hu, at=at, reason=" ")
    ticket = actions.reject_plan(ticket, by=cast.hu, at=at, reason="带上备用泵")
    assert Notice.objects.get(kind="plan.sent_back").user == cast.tang
    last = ticket.events.get(key="ticket.plan_rejected")
    assert last.message.body == "带上备用泵" and last.message.audience == "internal"
    with pytest.raises(PermissionDenied):
        actions.approve_plan(ticket, by=elsewhere, at=at)


@pytest.mark.django_db
def test_without_a_head_the_managers_are_told(cast, at):
    cast.hu.is_active = False
    cast.hu.save()
    planned(urgent(cast, at), cast.tang, at)
    told = set(Notice.objects.values_list("user__username", flat=True))
    assert told == {"ma", "root"}


@pytest.mark.django_db
def test_nobody_approves_their_own_plan_but_a_manager(cast, at):
    ticket = urgent(cast, at)
    service = Department.objects.get(key="service")
    ticket = actions.assign(ticket, by=cast.sun, at=at, handler=cast.hu)
    Ticket.objects.filter(pk=ticket.pk).update(department=service)
    ticket = planned(ticket, cast.hu, at)  # the head of another department, as handler
    assert latest(ticket).approval == "asked"
    Ticket.objects.filter(pk=ticket.pk).update(department=cast.hu.department)
    with pytest.raises(actions.Refused, match="your own plan"):
        actions.approve_plan(ticket, by=cast.hu, at=at)
    assert to_approve(cast.hu) == [] and len(to_approve(cast.ma)) == 1
    ServicePlan.objects.update(made_by=cast.ma)
    ticket = actions.approve_plan(ticket, by=cast.ma, at=at)
    assert latest(ticket).decided_by == cast.ma


@pytest.mark.parametrize("name", ["anna", "sun", "deng", "tang", "tian", "wu", "qian", "an"])
@pytest.mark.django_db
def test_only_heads_and_managers_decide(name, cast, at):
    ticket = planned(urgent(cast, at), cast.sun, at)
    for verb, facts in (("approve_plan", {}), ("reject_plan", {"reason": "x"})):
        with pytest.raises(PermissionDenied):
            actions.VERBS[verb](ticket, by=getattr(cast, name), at=at, **facts)
    assert to_approve(getattr(cast, name)) == []
    assert latest(ticket).approval == "asked"


@pytest.mark.parametrize("name", ["hu", "ma", "root"])
@pytest.mark.django_db
def test_heads_and_managers_decide_once(name, cast, at):
    by = getattr(cast, name)
    ticket = planned(urgent(cast, at), cast.sun, at)
    assert [plan.ticket for plan in to_approve(by)] == [ticket]
    actions.approve_plan(ticket, by=by, at=at, version=ticket.version)
    with pytest.raises(actions.Stale):
        actions.approve_plan(ticket, by=by, at=at, version=ticket.version)
    with pytest.raises(actions.Refused):
        actions.approve_plan(ticket, by=by, at=at)
    assert to_approve(by) == []


# --- acceptance -----------------------------------------------------------------------------------


def costly(cast, at) -> Ticket:
    return planned(
        ordinary(cast, at), cast.tang, at, payer="customer", cost=Decimal("1280"), summary="换泵"
    )


@pytest.mark.django_db
def test_the_customer_is_mailed_once_the_plan_is_approved(cast, at):
    ticket = planned(urgent(cast, at), cast.tang, at, payer="customer", cost=Decimal("1280"))
    assert not OutgoingMessage.objects.filter(template_key="ticket.plan").exists()
    actions.approve_plan(ticket, by=cast.hu, at=at)
    sent = OutgoingMessage.objects.get(template_key="ticket.plan")
    assert "1,280.00" in str(sent.body) and "/c/" in str(sent.body)


@pytest.mark.parametrize("name", ["deng", "tang", "tian", "wu", "qian", "an"])
@pytest.mark.django_db
def test_who_may_not_record_the_customers_answer(name, cast, at):
    ticket = costly(cast, at)
    for verb in ("accept_plan", "decline_plan"):
        with pytest.raises(PermissionDenied):
            actions.VERBS[verb](ticket, by=getattr(cast, name), at=at)
    with pytest.raises(PermissionDenied):
        actions.accept_plan(ticket, by=CaseHolder(ticket.pk + 1), at=at)
    assert latest(ticket).acceptance == "asked"


@pytest.mark.parametrize("name", ["anna", "sun", "hu", "ma", "root"])
@pytest.mark.django_db
def test_staff_record_what_was_said_on_the_phone(name, cast, at):
    ticket = actions.accept_plan(costly(cast, at), by=getattr(cast, name), at=at, how="phone")
    plan = latest(ticket)
    assert (plan.acceptance, plan.answered_how, plan.answered_at) == ("yes", "phone", at)
    with pytest.raises(ValidationError):
        actions.accept_plan(costly(cast, at), by=cast.sun, at=at, how="dream")


@pytest.mark.django_db
def test_resolve_waits_for_the_customer(cast, at):
    ticket = actions.start(costly(cast, at), by=cast.tang, at=at)
    with pytest.raises(actions.Refused) as refused:
        actions.resolve(ticket, by=cast.tang, at=at, result="好了")
    assert codes(refused) == "plan_not_accepted"
    ticket = actions.decline_plan(ticket, by=CaseHolder(ticket.pk), at=at, body="太贵了")
    with pytest.raises(actions.Refused) as refused:
        actions.resolve(ticket, by=cast.tang, at=at, result="好了")
    assert codes(refused) == "plan_declined"
    people = Notice.objects.filter(kind="plan.declined").values_list("user__username", flat=True)
    assert set(people) == {"tang", "anna"}
    ticket = planned(ticket, cast.tang, at, change_reason="免费")
    assert actions.resolve(ticket, by=cast.tang, at=at, result="好了").status == "resolved"


@pytest.mark.django_db
def test_a_replaced_plan_asks_nobody_any_more(cast, at):
    ticket = costly(cast, at)
    ticket = planned(ticket, cast.tang, at, change_reason="免费")
    assert latest(ticket).acceptance == "not_needed"
    assert [plan.acceptance for plan in ticket.plans.all()] == ["not_needed", "not_needed"]
    changed = OutgoingMessage.objects.get(template_key="ticket.plan_changed")
    assert "onsite" not in str(changed.body)


# --- the customer's page --------------------------------------------------------------------------


def page(ticket, name: str = "progress") -> str:
    return reverse(f"portal:{name}", args=[links.token_of(links.link_for(ticket))])


def form_of(client, ticket, prefix: str) -> dict:
    shown = client.get(page(ticket)).context[prefix.replace("-", "_")]
    return {f"{prefix}-{name}": shown[name].value() for name in ("once", "cycle", "plan")}


@pytest.mark.django_db
def test_the_customer_reads_the_plan_and_accepts_it_once(client, cast, at):
    ticket = costly(cast, at)
    client.cookies["django_language"] = "en"
    text = client.get(page(ticket)).content.decode()
    assert "1,280.00" in text and "换泵" in text
    sent = form_of(client, ticket, "accept-plan")
    for _again in range(2):
        assert client.post(page(ticket, "accept_plan"), sent).status_code == 302
    assert latest(ticket).acceptance == "yes" and latest(ticket).answered_how == "web"
    assert ticket.events.filter(key="ticket.plan_accepted").count() == 1
    assert "1,280.00" not in client.get(page(ticket)).content.decode()


@pytest.mark.django_db
def test_the_customer_declines_with_words(client, cast, at):
    ticket = costly(cast, at)
    sent = form_of(client, ticket, "decline-plan") | {"decline-plan-body": "太贵了"}
    assert client.post(page(ticket, "decline_plan"), sent).status_code == 302
    assert latest(ticket).acceptance == "no"
    assert ticket.messages.get(is_from_customer=True).body == "太贵了"


@pytest.mark.django_db
def test_an_old_page_accepts_no_newer_plan(client, cast, at):
    ticket = costly(cast, at)
    client.cookies["django_language"] = "en"
    old = form_of(client, ticket, "accept-plan")
    planned(
        ticket, SYSTEM, at, payer="customer", cost=Decimal("2000"), change_reason="主板也坏了"
    )  # fmt: skip
    answer = client.post(page(ticket, "accept_plan"), old, follow=True)
    assert "2,000.00" in answer.content.decode()
    assert "The plan has changed" in answer.content.decode()
    assert latest(ticket).acceptance == "asked"


@pytest.mark.django_db
def test_looking_answers_nothing(client, cast, at):
    ticket = costly(cast, at)
    for name in ("accept_plan", "decline_plan"):
        assert client.get(page(ticket, name)).status_code == 302
    assert latest(ticket).acceptance == "asked"


# --- the desk and the phone -----------------------------------------------------------------------


def desk(ticket, verb: str = "") -> str:
    address = reverse("admin:tickets_alltickets_change", args=[ticket.pk])
    return f"{address}verb/{verb}/" if verb else address


@pytest.mark.django_db
def test_a_plan_is_made_and_approved_at_the_desk(client, cast, at):
    ticket = urgent(cast, at)
    client.force_login(cast.sun)
    shown = client.get(desk(ticket, "plan")).content.decode()
    assert "Diagnosis" in shown and "Why the plan changes" not in shown
    typed = {
        "version": ticket.version, "once": "a", "methods": ["onsite", "part"], "payer": "us",
        "finish_at": f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "parts": "水泵", "work_minutes": "30",
    }  # fmt: skip
    for _again in range(2):
        client.post(desk(ticket, "plan"), typed)
    assert ticket.plans.count() == 1
    assert (latest(ticket).work_minutes, latest(ticket).approval) == (30, "asked")
    text = client.get(desk(ticket)).content.decode()
    assert "department head&#x27;s approval" in text or "department head's approval" in text
    client.force_login(cast.hu)
    assert ticket.number in client.get(reverse("admin:index")).content.decode()
    assert "the ticket is P1" in client.get(desk(ticket, "approve_plan")).content.decode()
    fresh = Ticket.objects.get(pk=ticket.pk)
    client.post(desk(ticket, "approve_plan"), {"version": fresh.version, "once": "b"})
    assert latest(ticket).approval == "yes"


@pytest.mark.django_db
def test_a_masked_role_reads_no_numbers_in_a_plan(client, cast, at):
    ticket = planned(ordinary(cast, at), cast.tang, at, summary="上门前拨打13812345678")
    for name, seen in (("sun", True), ("qian", False)):
        client.force_login(getattr(cast, name))
        assert ("13812345678" in client.get(desk(ticket)).content.decode()) == seen


@pytest.mark.django_db
def test_a_technician_plans_their_own_job_on_the_phone(client, cast, at):
    ticket = urgent(cast, at)
    typed = {
        "version": ticket.version, "once": "a", "methods": ["onsite"], "payer": "us",
        "finish_at": f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    address = reverse("mobile:verb", args=[ticket.number, "plan"])
    client.force_login(cast.tian)
    assert client.post(address, typed).status_code == 404
    client.force_login(cast.tang)
    assert client.get(address).status_code == 200
    assert client.post(address, typed).status_code == 302
    assert latest(ticket).approval == "asked"
    shown = client.get(reverse("mobile:job", args=[ticket.number])).content.decode()
    assert "Waits for the department head" in shown


@pytest.mark.django_db
def test_pages_ask_the_same_however_many_versions(client, cast, at, cold):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(cast.hu)
    counts = []
    ticket = ordinary(cast, at)
    for number in range(1, 4):
        ticket = planned(ticket, cast.hu, at, change_reason=f"第{number}次")
        client.get(desk(ticket))
        if number != 2:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                client.get(desk(ticket))
            counts.append(len(seen))
    assert counts[0] == counts[1]
