"""The person's own day: their promises in order, with the working time that is left."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import stories
from tickets import actions
from tickets.queries.day import day, left
from tickets.queries.terms import book

pytestmark = pytest.mark.django_db


def keys(user, at) -> list[str]:
    return [due.deadline.key for due in day(user, at)[0]]


def test_what_is_due_today_in_order_on_ones_own_tickets(cast, now, later):
    stories.assigned(now, cast.tang, contact=cast.anna)
    # Planned by 12:15, news by 18:10 and started by 18:10; the law and tomorrow are not for today.
    expected = ["first-response", "planned", "work-started", "progress"]
    assert sorted(keys(cast.tang, later(minutes=20))) == sorted(expected)
    assert keys(cast.tang, later(minutes=20))[:2] == expected[:2]
    assert keys(cast.anna, later(minutes=20)) == keys(cast.tang, later(minutes=20))
    assert keys(cast.tian, later(minutes=20)) == keys(cast.sun, later(minutes=20)) == []


def test_what_is_late_comes_first_and_what_is_paused_is_not_for_today(cast, now, later):
    ticket = stories.assigned(now, cast.tang)
    actions.hold(ticket, by=cast.tang, at=later(minutes=20), reason="customer")
    assert keys(cast.tang, later(hours=1)) == ["first-response", "progress"]
    rows, has_more = day(cast.tang, later(hours=1), limit=1)
    assert [due.left for due in rows] == [""] and has_more


def test_the_time_left_is_working_time(cast, now):
    # 17:30 in China; 120 minutes of office hours end at 10:30 the next morning.
    ticket = stories.received(now + timedelta(hours=7, minutes=30))
    row = ticket.deadlines.get(key="registered")
    assert left(row, book(), now + timedelta(hours=8)) == "1 h 30 min"
    assert left(row, book(), now + timedelta(hours=12)) == "1 h 30 min"
    assert left(row, book(), now + timedelta(days=2)) == ""


def test_the_home_page_leads_to_the_ticket_and_to_the_prepared_text(client, cast):
    ticket = stories.in_progress(timezone.now() - timedelta(days=1), cast.tang, contact=cast.anna)
    client.force_login(cast.anna)
    page = client.get(reverse("admin:index")).content.decode()
    assert "Your day" in page and "late by" in page
    assert reverse("admin:tickets_alltickets_verb", args=[ticket.pk, "news"]) in page
    client.force_login(cast.sun)
    assert "Your day" not in client.get(reverse("admin:index")).content.decode()


def test_a_row_of_the_list_says_that_all_its_promises_are_paused(client, cast):
    ticket = stories.received(timezone.now())
    type(ticket).objects.filter(pk=ticket.pk).update(
        next_due_at=None, next_promise="", is_on_hold=True
    )
    client.force_login(cast.anna)
    assert "paused" in client.get(reverse("admin:tickets_intake_changelist")).content.decode()


def test_as_many_queries_for_one_ticket_as_for_three(cold, cast, now):
    at, counts = now, []
    for many in (1, 2):
        for _ in range(many):
            stories.assigned(at, cast.tang)
        with CaptureQueriesContext(connection) as taken:
            day(cast.tang, at + timedelta(minutes=20))
        counts.append(len(taken))
    assert counts[0] == counts[1]
