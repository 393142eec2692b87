"""The list of calls: what it opens with, by what it is narrowed, what a file of it holds."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from care import actions
from care.lists import CALLS
from care.models import Callback
from foundation.accounts.models import Grant, Role, User
from foundation.lists import exports
from foundation.lists.actions import choose
from foundation.lists.queries import selection
from tests import stories
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
LIST = "admin:care_callback_changelist"


@pytest.fixture
def calls(cast, now, later):
    """A late call of Anna's, one of nobody's in time, one that was made, one that is not needed."""
    rows = {}
    for name, hours, contact in (
        ("late", 30, cast.anna), ("free", 1, None), ("made", 20, cast.anna), ("gone", 5, None),
    ):  # fmt: skip
        ticket = stories.resolved(
            now, cast.tang, contact=contact, requester_name="王芳", requester_phone="13812345678"
        )
        Ticket.objects.filter(pk=ticket.pk).update(title="王芳家的洗衣机 13812345678")
        rows[name] = actions.open_callback(
            ticket,
            kind="follow_up" if name == "gone" else "satisfaction",
            due_at=later(days=1, hours=-hours),
            at=later(hours=1),
            assigned_to=contact,
        )
    actions.record_try(rows["made"], outcome="reached_satisfied", by=cast.anna, at=later(hours=9))
    Callback.objects.filter(pk=rows["gone"].pk).update(state="cancelled")
    return rows


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "late made gone free"),
        ("view=mine", "late free"),
        ("calls=open", "late free"),
        ("view=done", "made"),
        ("calls=done", "made"),
        ("order=done", "made"),
        ("kind=follow_up", "gone"),
        ("outcome=reached_satisfied", "made"),
        ("outcome=wrong_number", ""),
        ("due=..2026-03-10", "late made"),
        ("done=2026-03-10..", "made"),
        ("calls=nonsense", "late made gone free"),
    ],
)
def test_each_filter_narrows(query, names, calls, cast):
    Grant.objects.create(role=Role.objects.get(key="agent"), verb="care.follow_up")
    found = selection(CALLS.key, query, User.objects.get(username="anna")).rows
    assert list(found) == [calls[name] for name in names.split()]


def test_it_opens_with_what_waits_for_me_until_one_chooses(client, cast, calls):
    client.force_login(cast.anna)
    answer = client.get(reverse(LIST))
    assert (answer.status_code, answer.url) == (302, "?view=mine")
    form = client.get(reverse("admin:lists_columns", args=[CALLS.key])).context["form"]
    assert form["opens_with"].value() == "mine"
    assert form.fields["opens_with"].choices[0][0] == "all"
    choose(CALLS, opens_with="all", by=cast.anna)
    assert client.get(reverse(LIST)).url == "?view=all"
    form = client.get(reverse("admin:lists_columns", args=[CALLS.key])).context["form"]
    assert form["opens_with"].value() == "all"


def test_what_is_empty_by_a_filter_says_so(client, cast):
    client.force_login(cast.anna)
    assert "Nobody waits for your call" in client.get(reverse(LIST), {"view": "mine"}).text
    assert "Nothing fits these filters" in client.get(reverse(LIST), {"kind": "follow_up"}).text


def rows_of(user, at) -> list[tuple]:
    made = exports.open_list(user, {"list": CALLS.key, "columns": []}, at)
    return [row for _last, columns in made.chunks() for row in zip(*columns, strict=True)]


def test_a_file_says_what_the_reader_may_read(cast, calls):
    at = timezone.now()
    assert "13812345678" in str(rows_of(cast.sun, at)) and "王芳" in str(rows_of(cast.sun, at))
    for verb in ("care.callback", "reports.export"):
        Grant.objects.create(role=Role.objects.get(key="quality"), verb=verb)
    rows = rows_of(cast.qian, at)
    assert len(rows) == 3
    assert "138****5678" in str(rows) and "13812345678" not in str(rows) and "王芳" not in str(rows)


def test_a_file_holds_what_one_may_take_out(cast, calls):
    assert len(rows_of(cast.sun, timezone.now())) == 4
    Grant.objects.filter(role__key="supervisor", verb="reports.export").update(within="own")
    assert rows_of(User.objects.get(username="sun"), timezone.now()) == []


def test_as_many_queries_for_three_rows_as_for_one(cast, calls, django_assert_max_num_queries):
    for ticket in Ticket.objects.all():
        Ticket.objects.filter(pk=ticket.pk).update(customer=stories.customer())
    rows_of(cast.sun, timezone.now())
    with django_assert_max_num_queries(10) as many:
        rows_of(cast.sun, timezone.now())
    Callback.objects.exclude(pk=calls["late"].pk).delete()
    with django_assert_max_num_queries(10) as one:
        rows_of(cast.sun, timezone.now())
    assert len(one) == len(many)


@pytest.mark.parametrize("name", ["deng", "wu", "qian", "an"])
def test_others_have_no_calls(cast, calls, name):
    assert not CALLS.may(getattr(cast, name))
    assert not CALLS.rows(getattr(cast, name)).exists()


def test_late_calls_are_told_in_words(client, cast, calls):
    client.force_login(cast.anna)
    Callback.objects.filter(pk=calls["late"].pk).update(
        due_at=timezone.now() - timedelta(hours=5, seconds=5)
    )
    assert "late by 5 h" in client.get(reverse(LIST), {"view": "mine"}).text
