"""Why a promise is due then: each line against a calculation by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.actors import SYSTEM
from tests import stories
from tests.programs import program
from tickets import actions
from tickets.models import Deadline, Policy, PolicyTerms, Promise
from tickets.queries.why import why

pytestmark = pytest.mark.django_db
# Friday, 13 February 2026, 17:50 in China; the 14th is a make-up working day.
FRIDAY = datetime(2026, 2, 13, 9, 50, tzinfo=UTC)


def told(ticket, key):
    return why(ticket.deadlines.select_related("promise", "policy", "ticket").get(key=key))


def steps(ticket, key) -> list[str]:
    return [row["text"] for row in told(ticket, key).strip["rows"]]


def page_of(client, deadline, **headers) -> str:
    return client.get(reverse("admin:tickets_why", args=[deadline.pk]), **headers).content.decode()


def test_ten_minutes_of_friday_and_twenty_of_the_make_up_day(cast):
    found = told(stories.received(FRIDAY), "first-response")
    assert found.deadline.due_at == datetime(2026, 2, 14, 1, 20, tzinfo=UTC)
    strip = found.strip
    assert strip["asked"] == "30 min of working time from Fri 13 Feb 17:50"
    first, second = (row["text"] for row in strip["rows"])
    assert first == "Fri 13 Feb 17:50–18:00: 10 min"
    assert second.startswith("Sat 14 Feb, make-up working day")
    assert second.endswith("09:00–09:20: 20 min")
    assert strip["result"] == "Due Sat 14 Feb 09:20"
    assert (found.begins, found.ends, found.length) == ("received", "first human answer", "30 min")
    assert found.calendar == "Office hours, version 1"
    assert found.decided == "The promise's own terms: no policy for this ticket says otherwise"
    assert found.is_kept and [line.kind for line in found.history] == ["started"]


def test_a_wait_is_named_and_not_counted(cast, now, later):
    ticket = stories.received(now)
    actions.hold(ticket, by=cast.anna, at=later(minutes=30), reason="customer")
    held = told(ticket, "registered")
    assert (held.strip["result"], held.is_kept) == ("Not due while the pause lasts", True)
    assert [(wait.reason, wait.until) for wait in held.waits] == [
        ("waiting for the customer", None)
    ]
    actions.resume(ticket, by=cast.anna, at=later(minutes=75))
    assert steps(ticket, "registered") == [
        "Tue 10 Mar 10:00–10:30, 11:15–12:45: 2 h",
        "Pause Tue 10 Mar 10:30 – 11:15: 45 min not counted",
    ]
    found = told(ticket, "registered")
    assert found.strip["result"] == "Due Tue 10 Mar 12:45"
    assert found.deadline.due_at == later(hours=2, minutes=45) and found.is_kept
    (wait,) = found.waits
    assert (wait.since, wait.until) == (later(minutes=30), later(minutes=75))
    assert [line.kind for line in found.history] == ["started", "paused", "resumed"]
    assert found.history[1].words == "Paused: waiting for the customer"


def test_two_waits_at_once_are_one_pause_and_two_reasons(cast, now, later):
    Promise.objects.filter(key="registered").update(paused_by=["customer", "parts"])
    Promise.objects.get(key="registered").save()  # so that everybody reads it anew
    ticket = stories.received(now)
    for minutes, reason in [(10, "customer"), (20, "parts")]:
        actions.hold(ticket, by=cast.anna, at=later(minutes=minutes), reason=reason)
    for minutes, reason in [(30, "customer"), (40, "parts")]:
        actions.resume(ticket, by=cast.anna, at=later(minutes=minutes), reason=reason)
    found = told(ticket, "registered")
    assert [(wait.reason, wait.since, wait.until) for wait in found.waits] == [
        ("waiting for the customer", later(minutes=10), later(minutes=30)),
        ("waiting for parts", later(minutes=20), later(minutes=40)),
    ]
    assert found.told.paused == 30 * 60 and found.is_kept


def test_a_date_that_somebody_named_moves_by_its_waits(cast, now, later):
    ticket = stories.in_progress(now, cast.tang)
    ticket = actions.plan(
        ticket, by=cast.sun, at=later(hours=1), finish_at=later(hours=6), methods=["remote"],
        diagnosis="泵", summary="换泵",
    )  # fmt: skip
    actions.hold(ticket, by=cast.anna, at=later(hours=2), reason="customer")
    assert told(ticket, "planned-finish").steps == [
        "The date named: Tue 10 Mar 16:00",
        "Pause since Tue 10 Mar 12:00, not over yet",
    ]
    actions.resume(ticket, by=cast.anna, at=later(hours=3))
    found = told(ticket, "planned-finish")
    assert found.steps == [
        "The date named: Tue 10 Mar 16:00",
        "Pause Tue 10 Mar 12:00 – 13:00: the date moves by 1 h, to Tue 10 Mar 17:00",
    ]
    assert found.deadline.due_at == later(hours=7) and found.is_kept and found.strip is None


def policy(name: str, order: int, length: str, **conditions) -> Policy:
    row = Policy.objects.create(name_zh=name, name_en=name, order=order, conditions=conditions)
    promise = Promise.objects.get(key="registered")
    days = {f"length_{level}": length for level in ("p1", "p2", "p3")}
    PolicyTerms.objects.create(policy=row, promise=promise, **days)
    return row


def test_which_policy_decided_and_why_not_the_one_before(cast, now):
    policy("By phone", 1, "10m", channel=["phone"])
    policy("Faults", 2, "45m", kind=["fault"])
    found = told(stories.received(now), "registered")
    assert found.decided == "The policy “Faults” (kind of request: fault report)"
    assert found.others == [
        "The policy “By phone” does not fit: channel is web form, asked is hotline"
    ]
    assert found.length == "45 min" and found.calendar == "Round the clock, version 1"


def test_rules_that_changed_since_are_not_taken_for_the_reason(cast, now):
    ticket = stories.received(now)
    policy("Faults", 2, "45m", kind=["fault"])
    found = told(ticket, "registered")
    assert found.decided.startswith("The promise's own terms")
    assert found.others == ["The rules or the ticket have changed since."]
    assert found.is_kept


def test_the_history_tells_what_was_computed_anew_and_what_was_missed(cast, now, later):
    ticket = stories.classified(now)
    actions.set_priority(ticket, by=cast.sun, at=later(minutes=30), priority="P1", reason="急")
    actions.breach_due(later(days=1))
    lines = told(ticket, "work-started").history
    assert [line.kind for line in lines] == ["started", "recomputed", "breached"]
    assert lines[1].words.startswith("Computed anew (the priority changed): due ")
    assert lines[2].at == later(hours=4, minutes=10)


def test_whoever_sees_the_ticket_may_ask_and_nobody_else(client, cast, now):
    ticket = stories.assigned(now, cast.tang, symptom="请打 13812345678 找王芳")
    row = ticket.deadlines.get(key="work-started")
    address = reverse("admin:tickets_why", args=[row.pk])
    for name, status in {"anna": 200, "an": 200, "wu": 404, "tian": 302}.items():
        client.force_login(getattr(cast, name))
        assert client.get(address).status_code == status, name
    client.force_login(cast.an)
    assert "13812345678" not in page_of(client, row) and "王芳" not in page_of(client, row)
    assert client.post(address).status_code == 405


def test_it_opens_from_the_ticket_in_a_dialog_and_as_a_page(client, cast, now):
    ticket = stories.received(now)
    row = ticket.deadlines.get(key="first-response")
    client.force_login(cast.anna)
    page = client.get(reverse("admin:tickets_alltickets_change", args=[ticket.pk]))
    assert reverse("admin:tickets_why", args=[row.pk]) in page.content.decode()
    assert "<html" in page_of(client, row)
    inside = page_of(client, row, headers={"HX-Request": "true"})
    assert "<html" not in inside and "30 min of working time" in inside


def test_programs_get_the_lines_where_their_person_sees_the_ticket(cast, now):
    ticket = stories.assigned(now, cast.tang)
    row = ticket.deadlines.get(key="first-response")
    address = f"/api/v1/tickets/{ticket.number}/promises/{row.pk}/why/"
    answer = program(cast.anna).get(address)
    assert answer.status_code == 200
    body = answer.json()
    assert datetime.fromisoformat(body["arithmetic"]["due"]) == row.due_at
    assert body["arithmetic"]["counted_seconds"] == 1800 and body["is_kept"]
    assert [line["kind"] for line in body["history"]] == ["started"]
    assert program(cast.wu).get(address).status_code == 404
    other = stories.received(now)
    theirs = f"/api/v1/tickets/{other.number}/promises/{row.pk}/why/"
    assert program(cast.anna).get(theirs).status_code == 404
    shown = program(cast.anna).get(f"/api/v1/tickets/{ticket.number}/").json()["promises"]
    assert row.pk in {one["id"] for one in shown}


def test_as_many_queries_with_one_wait_as_with_three(cold, client, cast):
    at = timezone.now() - timedelta(hours=1)
    ticket, counts = stories.received(at), []
    row = Deadline.objects.get(ticket=ticket, key="registered")
    client.force_login(cast.anna)
    page_of(client, row)
    for count in (1, 2):
        for _ in range(count):
            at += timedelta(minutes=2)
            actions.hold(ticket, by=SYSTEM, at=at, reason="customer")
            actions.resume(ticket, by=SYSTEM, at=at + timedelta(minutes=1))
        with CaptureQueriesContext(
            connection,
        ) as taken:
            page_of(client, row)
        counts.append(len(taken))
    assert counts[0] == counts[1]
