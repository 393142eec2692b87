"""The board on the wall: per department, nothing personal, only what the viewer may see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import Department
from tests import stories
from tickets.models import Ticket
from tickets.queries import board

pytestmark = pytest.mark.django_db
URL = "/admin/tickets/board/"


@pytest.fixture
def start():
    return timezone.now()


def ticket(start, left, department="technical", **facts):
    row = stories.classified(start, **facts)
    Ticket.objects.filter(pk=row.pk).update(
        next_due_at=start + timedelta(minutes=left),
        next_promise="work-started",
        department=department and Department.objects.get(key=department),
    )
    return Ticket.objects.get(pk=row.pk)


def column(user, key, at):
    return next(
        (
            row
            for row in board.columns(user, at)
            if (row.department.key if row.department else None) == key
        ),
        None,
    )


def test_what_is_late_and_what_soon_the_most_urgent_first(cast, start):
    rows = [ticket(start, left) for left in (-30, 50, -90, 59, 300, -1, 61, 20)]
    found = column(cast.sun, "technical", start)
    assert (found.late, found.soon) == ("3", "3")
    shown = [line.ticket for line in found.urgent]
    assert shown == [rows[2], rows[0], rows[5], rows[7], rows[1]]
    assert {line.promise for line in found.urgent} == {"Work started"}
    assert column(cast.sun, "quality", start).urgent == []


def test_numbers_end_at_ninety_nine(cast, start):
    model = ticket(start, -5)
    fields = {f.attname: getattr(model, f.attname) for f in Ticket._meta.concrete_fields}
    Ticket.objects.bulk_create(
        Ticket(**fields | {"id": None, "number": f"T{n}"}) for n in range(98)
    )
    assert column(cast.sun, "technical", start).late == "99"
    Ticket.objects.create(**fields | {"id": None, "number": "T-last"})
    assert column(cast.sun, "technical", start).late == "99+"


def test_each_sees_what_they_may_see(cast, start):
    mine, theirs = ticket(start, -5), ticket(start, -5, "quality")
    unclassified = ticket(start, -5, None)
    Ticket.objects.filter(pk=theirs.pk).update(contact=cast.tang)
    everything = {mine.number, theirs.number, unclassified.number}
    expected = {
        "sun": everything, "ma": everything, "qian": everything, "an": everything,
        "root": everything, "hu": {mine.number}, "tang": {theirs.number}, "wu": set(),
    }  # fmt: skip
    for name, numbers in expected.items():
        columns = board.columns(getattr(cast, name), start)
        found = {line.ticket.number for row in columns for line in row.urgent}
        assert found == numbers, name
    # A head's board is the own department, also while it is calm.
    Ticket.objects.filter(pk=mine.pk).update(next_due_at=None)
    assert [row.department.key for row in board.columns(cast.hu, start)] == ["technical"]


def test_the_cost_does_not_grow_with_the_tickets(cast, start):
    ticket(start, -5)
    assert cast.sun.scopes  # read once for the whole page
    with CaptureQueriesContext(connection) as one:
        board.columns(cast.sun, start)
    for _ in range(2):
        ticket(start, -5)
        ticket(start, 5, "quality")
    with CaptureQueriesContext(connection) as five:
        board.columns(cast.sun, start)
    assert len(one) == len(five)


def test_the_page_says_nothing_personal(cast, client, start):
    row = ticket(start, -35, requester_name="王芳", symptom="王芳 13812345678 漏电")
    client.force_login(cast.sun)
    page = client.get(reverse("admin:tickets_board"))
    words = page.content.decode()
    assert page.status_code == 200
    assert row.number in words and "Work started" in words and "late 35 min" in words
    for secret in ("王芳", "13812345678", "wang@example.com", "漏电"):
        assert secret not in words


@pytest.mark.parametrize(
    ("name", "status"),
    [("anna", 200), ("sun", 200), ("hu", 200), ("ma", 200), ("deng", 200), ("qian", 200),
     ("an", 200), ("root", 200), ("wu", 200), ("tang", 302)],
)  # fmt: skip
def test_who_gets_in_and_finds_the_way(cast, client, name, status):
    client.force_login(getattr(cast, name))
    assert client.get(URL).status_code == status
    home = client.get(reverse("admin:index")).content.decode()
    assert (f'href="{URL}"' in home) == (status == 200)


def test_where_nothing_changed_nothing_is_sent(cast, client, start):
    row = ticket(start, 60 * 24 * 3)
    client.force_login(cast.sun)
    first = client.get(URL, {"part": "rows"})
    assert "<html" not in first.content.decode()
    again = client.get(URL, {"part": "rows"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Ticket.objects.filter(pk=row.pk).update(next_due_at=start - timedelta(hours=3))
    changed = client.get(URL, {"part": "rows"}, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and row.number in changed.content.decode()
