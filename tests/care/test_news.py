"""Progress news for customers who prefer the phone: a call, and what was said."""

import pytest
from django.urls import reverse

from care import actions
from care.models import Callback
from tests import stories
from tickets import actions as tickets
from tickets.queries import public_timeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(now, cast):
    return stories.in_progress(now, cast.tang, contact=cast.anna, requester_phone="13812345678")


@pytest.fixture
def call(ticket, cast, later) -> Callback:
    tickets.news(ticket, by=cast.anna, at=later(hours=3), body="在等配件", how="call")
    return Callback.objects.get(kind="progress")


def rounds(ticket) -> list[str]:
    rows = ticket.deadlines.filter(key="progress").order_by("round")
    return list(rows.values_list("state", flat=True))


def test_the_call_waits_for_the_contact_until_the_news_are_due(call, ticket, cast, later):
    assert (call.state, call.assigned_to, call.note) == ("open", cast.anna, "在等配件")
    assert call.due_at == later(hours=8, minutes=10)
    # Nobody has heard anything yet.
    assert rounds(ticket) == ["running"] and public_timeline(ticket)[-1].body == ""


def test_asked_again_the_waiting_call_gets_the_new_text(call, ticket, cast, later):
    tickets.news(ticket, by=cast.anna, at=later(hours=4), body="配件到了", how="call")
    call.refresh_from_db()
    assert (Callback.objects.count(), call.note) == (1, "配件到了")


def test_the_customer_who_was_reached_reads_what_was_said(client, call, ticket, cast, later):
    client.force_login(cast.anna)
    address = reverse("admin:care_callback_change", args=[call.pk])
    form = client.get(address).context["form"]
    assert [value for value, _ in form.fields["outcome"].choices] == [
        "reached_told", "not_reached", "wrong_number",
    ]  # fmt: skip
    assert form["note"].value() == "在等配件"
    data = {"outcome": "reached_told", "note": "在等配件，周五上门", "tries": 0}
    assert client.post(address, data).status_code == 302
    call.refresh_from_db()
    assert (call.state, call.done_by) == ("done", cast.anna)
    assert public_timeline(ticket)[-1].body == "在等配件，周五上门"
    assert ticket.deadlines.filter(key="progress", state="running", round=2).exists()


def test_each_round_has_a_call_of_its_own(call, ticket, cast, later):
    actions.record_try(call, outcome="reached_told", by=cast.anna, note="好", at=later(hours=4))
    tickets.news(ticket, by=cast.anna, at=later(hours=6), body="明天上门", how="call")
    rows = Callback.objects.order_by("round")
    assert [(row.round, row.state) for row in rows] == [(1, "done"), (2, "open")]


def test_not_reached_leaves_the_promise_open(call, ticket, cast, later):
    done = actions.record_try(
        call, outcome="not_reached", by=cast.anna, note="在等配件", at=later(hours=4)
    )
    assert (done.state, done.note, rounds(ticket)) == ("open", "在等配件", ["running"])


@pytest.mark.parametrize("verb", ["message", "news", "resolve", "cancel"])
def test_nobody_is_called_with_old_news(call, ticket, cast, later, verb):
    facts = {
        "message": {"body": "配件到了"}, "news": {"body": "配件到了", "how": "mail"},
        "resolve": {"result": "修好了"}, "cancel": {"reason": "withdrawn"},
    }[verb]  # fmt: skip
    getattr(tickets, verb)(ticket, by=cast.root, at=later(hours=5), **facts)
    call.refresh_from_db()
    assert call.state == "cancelled"


def test_how_such_a_call_went_is_not_satisfaction(call, cast, later):
    for outcome in ("reached_satisfied", "reached_not_solved"):
        with pytest.raises(actions.ValidationError):
            actions.record_try(call, outcome=outcome, by=cast.anna, note="好", at=later(hours=4))
    with pytest.raises(actions.PermissionDenied):
        actions.record_try(call, outcome="reached_told", by=cast.tang, note="好", at=later(hours=4))
