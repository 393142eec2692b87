"""Which policy a ticket gets, and what a change of its facts does to what is open."""

import pytest

from foundation.accounts.actors import CaseHolder
from foundation.accounts.models import Department
from foundation.calendars.actions import publish
from foundation.calendars.models import Calendar, ServiceHours
from tests import stories
from tickets import actions
from tickets.models import Policy, PolicyTerms, Promise
from tickets.queries.facts import TicketFacts
from tickets.queries.policies import looked_at
from tickets.queries.terms import book

pytestmark = pytest.mark.django_db


def policy(name: str, conditions: dict, key: str, length: str, **more) -> Policy:
    row = Policy.objects.create(name_en=name, name_zh=name, conditions=conditions, order=1)
    PolicyTerms.objects.create(
        policy=row,
        promise=Promise.objects.get(key=key),
        length_p1=length,
        length_p2=length,
        length_p3=length,
        **more,
    )
    return row


def row_of(ticket, key):
    return ticket.deadlines.get(key=key, cycle=ticket.cycle)


def test_a_vip_is_answered_sooner(cast, now, later):
    fast = policy("VIP", {"tier": ["vip"]}, "first-response", "10m")
    ticket = stories.received(now)
    assert row_of(ticket, "first-response").due_at == later(minutes=30)
    ticket = actions.link(
        ticket, by=cast.anna, at=later(minutes=2), customer=stories.customer(vip=True)
    )
    row = row_of(ticket, "first-response")
    assert (row.due_at, row.policy, row.started_at) == (later(minutes=10), fast, now)
    assert row.history.get(kind="recomputed").data["why"] == "customer"


def test_a_child_has_what_its_parent_was_given(cast, now, later):
    policy("Technical", {"category": ["technical"]}, "work-started", "30m")
    assert row_of(stories.classified(now), "work-started").due_at == later(minutes=40)
    other = stories.classified(now, key="logistics-late")
    assert row_of(other, "work-started").due_at == later(hours=8, minutes=10)


def test_the_first_policy_that_names_the_promise_decides(cast, now):
    first = policy("A", {"channel": ["web"]}, "first-response", "10m")
    policy("B", {"kind": ["fault"]}, "first-response", "20m")
    third = policy("C", {"kind": ["fault"]}, "registered", "20m")
    ticket = stories.received(now)
    assert row_of(ticket, "first-response").policy == first
    assert row_of(ticket, "registered").policy == third


def test_a_policy_out_of_force_decides_nothing(cast, now):
    row = policy("A", {}, "first-response", "10m")
    Policy.objects.get(pk=row.pk)
    row.is_active = False
    row.save()
    assert row_of(stories.received(now), "first-response").policy is None


def test_a_policy_may_take_a_promise_away(cast, now, later):
    policy("Spare", {"kind": ["consultation"]}, "registered", "10m", is_promised=False)
    ticket = stories.received(now, kind="consultation")
    assert not ticket.deadlines.filter(key="registered").exists()
    # With other facts it is promised after all, from its own start.
    ticket = actions.amend(ticket, by=cast.anna, at=later(minutes=9), facts={"kind": "fault"})
    row = row_of(ticket, "registered")
    assert (row.started_at, row.due_at) == (now, later(hours=2))


def test_a_return_has_the_legal_limit_and_nothing_else_has(cast, now, later):
    assert not stories.received(now).deadlines.filter(key="legal-remedy").exists()
    ticket = stories.received(now, kind="return")
    row = row_of(ticket, "legal-remedy")
    assert (row.length, row.policy.name_en) == ("15d", "Returns and exchanges")
    ticket = actions.amend(ticket, by=cast.anna, at=later(minutes=1), facts={"kind": "fault"})
    assert row_of(ticket, "legal-remedy").state == "cancelled"


def test_danger_found_later_answers_round_the_clock(cast, now, later):
    night = later(hours=9)  # 19:00 in China
    ticket = stories.received(night)
    assert row_of(ticket, "first-response").due_at == later(hours=23, minutes=30)
    ticket = actions.amend(
        ticket, by=cast.anna, at=later(hours=9, minutes=5), facts={"is_safety": True}
    )
    assert row_of(ticket, "first-response").due_at == later(hours=9, minutes=30)


def test_another_priority_counts_from_the_same_start_and_leaves_breaches(cast, now, later):
    ticket = stories.classified(now)
    ticket = actions.set_priority(ticket, by=cast.sun, at=later(hours=5), priority="P1", reason="x")
    row = row_of(ticket, "work-started")
    # Four hours from minute ten are over: computed anew, it is late since then.
    assert (row.state, row.due_at) == ("running", later(hours=4, minutes=10))
    actions.breach_due(later(hours=5))
    ticket = actions.set_priority(ticket, by=cast.sun, at=later(hours=6), priority="P3", reason="x")
    row = row_of(ticket, "work-started")
    assert (row.state, row.breached_at) == ("breached", later(hours=4, minutes=10))


def test_the_department_keeps_its_own_hours(cast, now, later):
    spec = {
        "timezone": "Asia/Shanghai",
        "week": {day: [["20:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
    night = Calendar.objects.create(key="night", name_en="Night", name_zh="夜班")
    publish(night, spec, reason="a test", by=cast.root, at=now)
    technical = Department.objects.get(key="technical")
    ServiceHours.objects.create(department=technical, calendar=night)
    ticket = stories.classified(now)
    assert row_of(ticket, "work-started").calendar == "24x7"
    ticket = stories.assigned(now, cast.tang)
    row = row_of(ticket, "planned")
    assert (row.calendar, row.calendar_version) == ("night", 1)
    assert row.due_at == later(hours=12)


def test_hours_that_never_open_stop_no_request(cast, now, later):
    office = Calendar.objects.get(key="office")
    publish(office, {"timezone": "Asia/Shanghai", "week": {}}, reason="x", by=cast.root, at=now)
    row = row_of(stories.received(now), "first-response")
    assert (row.calendar, row.calendar_version, row.due_at) == ("24x7", 0, later(minutes=30))


def test_a_changed_promise_holds_for_the_next_ticket_at_once(cast, now, later):
    first = stories.received(now)
    promise = Promise.objects.get(key="first-response")
    promise.length_p2 = "5m"
    promise.save()
    assert row_of(stories.received(now), "first-response").due_at == later(minutes=5)
    assert row_of(first, "first-response").due_at == later(minutes=30)


def test_which_policy_and_why(cast, now):
    gold = policy("Gold", {"tier": ["gold"]}, "first-response", "5m")
    web = policy("Web", {"channel": ["web"]}, "first-response", "10m")
    ticket = stories.received(now)
    looked = {
        one.promise.key: one
        for one in looked_at(book(), TicketFacts(ticket), priority="P2", department_id=None)
    }
    one = looked["first-response"]
    assert (one.length, one.chosen.policy, one.calendar) == ("10m", web, ("24x7", 1))
    told = {verdict.policy: verdict for verdict in one.verdicts}
    assert not told[gold].fits and told[gold].checks[0].wanted == ("gold",)
    assert told[web].decides and not told[gold].decides
    assert looked["legal-remedy"].chosen is None


def test_rules_cost_a_request_one_small_query(cast, now, django_assert_num_queries):
    policy("VIP", {"tier": ["vip"]}, "first-response", "10m")
    book()
    with django_assert_num_queries(1):
        book()


def test_the_customer_has_no_part_in_it(cast, now, later):
    ticket = stories.classified(now)
    before = dict(ticket.deadlines.values_list("pk", "due_at"))
    actions.message(ticket, by=CaseHolder(ticket.pk), at=later(minutes=12), body="P1!!!")
    assert dict(ticket.deadlines.values_list("pk", "due_at")) == before
