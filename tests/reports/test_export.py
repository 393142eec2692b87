"""The ticket list as CSV: who may take it, what stands in it, in whose words and zone."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.accounts.models import Grant, User
from reports import exports, queries
from surveys import actions as surveys
from surveys.models import Invitation
from tests import stories
from tickets import actions

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def page():
    return reverse("admin:reports_export")


@pytest.fixture
def opened(client, cast, page):
    """The page as this person sees it: `opened("sun", department=…)`."""

    def get(name: str, language: str = "en", **query):
        client.force_login(getattr(cast, name), "django.contrib.auth.backends.ModelBackend")
        return client.get(page, query, headers={"Accept-Language": language})

    return get


@pytest.fixture
def table(opened):
    """The downloaded rows as dictionaries."""

    def get(name: str, language: str = "en", **query) -> list[dict]:
        response = opened(name, language, download="1", **query)
        assert response.status_code == 200
        return rows_of(b"".join(response.streaming_content))

    return get


def rows_of(content: bytes) -> list[dict]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def cells(user, **changes) -> list[dict]:
    facts = {"user": user, "language": "en", "zone": "Asia/Shanghai", "at": LATE} | changes
    return rows_of(b"".join(exports.ticket_list(queries.exportable(user), **facts)))


@pytest.mark.parametrize("name", ["sun", "hu", "ma", "an", "root"])
def test_may_export(opened, name):
    assert opened(name).status_code == 200


@pytest.mark.parametrize("name", ["anna", "deng", "wu", "qian"])
def test_may_not_export(opened, name):
    assert opened(name).status_code == 403
    assert opened(name, download="1").status_code == 403


@pytest.mark.parametrize("name", ["tang", "tian"])
def test_technicians_do_not_come_to_the_desk(opened, name):
    assert opened(name, download="1").status_code in (302, 403)


def test_nobody_without_a_login(client, page):
    assert client.get(page, {"download": "1"}).status_code == 302


def test_nothing_is_posted_here(client, cast, page):
    client.force_login(cast.sun, "django.contrib.auth.backends.ModelBackend")
    assert client.post(page).status_code == 405


def test_a_head_takes_out_what_the_head_sees(table, cast, now):
    mine = stories.classified(now)
    stories.classified(now, key="logistics-late")
    assert [row["Number"] for row in table("hu")] == [mine.number]


def test_a_narrower_permission_narrows_the_list(table, cast, now):
    stories.classified(now)
    own = stories.assigned(now, cast.tang, contact=cast.sun)
    Grant.objects.filter(role__key="supervisor", verb="reports.export").update(within="own")
    assert [row["Number"] for row in table("sun")] == [own.number]


def test_every_time_of_the_cycle_and_the_minutes_between(cast, now, later):
    ticket = stories.in_progress(now, cast.tang, requester_name="")
    owner = stories.customer("王小明", vip=True)
    owner.region = "浙江"
    owner.save()
    actions.link(ticket, by=SYSTEM, at=now, customer=owner, unit=stories.unit(owner))
    actions.hold(ticket, by=SYSTEM, at=later(minutes=40), reason="parts")
    actions.hold(ticket, by=SYSTEM, at=later(minutes=50), reason="customer")
    actions.resolve(
        ticket, by=cast.tang, at=later(hours=2), result="好了", cause="泵坏", remedy="换泵"
    )
    actions.confirm(ticket, by=SYSTEM, at=later(hours=3))
    (row,) = cells(cast.sun)
    expected = {
        "Number": ticket.number,
        "State": "confirmed",
        "Priority": "P2 important",
        "Kind of request": "fault report",
        "Channel": "web form",
        "Category": "Technical fault",
        "Department": "Technical support",
        "Handler": "Tang",
        "Customer": "王小明",
        "Region": "浙江",
        "Product": "Washing machine WM-800",
        "Serial number": "SN-0001",
        "Cycle": "1",
        "Was reopened": "no",
        "Received at": "2026-03-10 10:00",
        "First response at": "2026-03-10 12:00",
        "Registered at": "2026-03-10 10:05",
        "Classified at": "2026-03-10 10:10",
        "Assigned at": "2026-03-10 10:15",
        "Accepted at": "2026-03-10 10:30",
        "Work started at": "2026-03-10 10:30",
        "Resolved at": "2026-03-10 12:00",
        "Confirmed at": "2026-03-10 13:00",
        "Cancelled at": "",
        "Time zone": "Asia/Shanghai",
        "Minutes to first response": "120",
        "Minutes to classify": "10",
        "Minutes to resolve": "120",
        "Minutes on hold": "80",
        "Cause": "泵坏",
        "Remedy": "换泵",
        "Test": "works after the repair",
        "Responsibility": "undecided",
    }
    assert {name: row[name] for name in expected} == expected
    assert int(row["Promises met"]) == ticket.deadlines.filter(state="met").count()
    assert int(row["Promises missed"]) == ticket.deadlines.filter(state="breached").count() > 0


def test_a_reopened_ticket_shows_its_present_cycle(cast, now, later):
    ticket = stories.resolved(now, cast.tang)
    actions.reopen(ticket, by=SYSTEM, at=later(hours=5), reason="又坏了")
    (row,) = cells(cast.sun)
    assert (row["Cycle"], row["Was reopened"], row["Resolved at"]) == ("2", "yes", "")
    assert (row["Received at"], row["Cycle began at"]) == ("2026-03-10 10:00", "2026-03-10 15:00")


def test_satisfaction_stands_in_the_row(cast, now, later):
    ticket = stories.resolved(now, cast.tang)
    answers = {"overall": 5, "timeliness": 4, "recommend": 9}
    surveys.finish(
        Invitation.objects.get(ticket=ticket),
        answers=answers,
        by=CaseHolder(ticket.pk),
        at=later(hours=4),
    )
    (row,) = cells(cast.sun)
    assert (row["Satisfaction overall"], row["Satisfaction with timeliness"]) == ("5", "4")
    assert (row["Would recommend"], row["Satisfaction with the effect"]) == ("9", "")
    assert (row["State"], row["Answers typed in by staff"]) == ("confirmed", "no")


def test_no_cell_is_a_formula(cast, now):
    stories.received(now, requester_name='=HYPERLINK("http://x.example")', serial_text="@SUM(A1)")
    (row,) = cells(cast.sun)
    assert row["Customer"] == '\'=HYPERLINK("http://x.example")'
    assert row["Serial number"] == "'@SUM(A1)"


def test_a_masked_name_is_safe_and_masked(cast, now):
    stories.received(now, requester_name="=王芳")
    assert cells(cast.an)[0]["Customer"] == "'=**"
    assert cells(cast.sun)[0]["Customer"] == "'=王芳"


def test_the_analyst_reads_no_names(table, cast, now):
    ticket = stories.received(now)
    stories.received(now, requester_name="Emma Clark")
    actions.link(ticket, by=SYSTEM, at=now, customer=stories.customer("王小明"))
    assert [row["Customer"] for row in table("an")] == ["王**", "E*** C***"]
    assert [row["Customer"] for row in table("ma")] == ["王小明", "Emma Clark"]


def test_headers_speak_the_readers_language(opened, cast, now):
    from django.utils.translation import gettext, override

    stories.received(now)
    head = opened("sun", "zh-hans", download="1")
    first = b"".join(head.streaming_content).decode("utf-8-sig").splitlines()[0]
    with override("zh-hans"):
        assert first.split(",") == [str(label) for label, _ in exports.COLUMNS]
        assert gettext("Number") in first


def test_times_stand_in_the_readers_zone(table, cast, now):
    cast.sun.time_zone = "America/New_York"
    cast.sun.save()
    stories.received(now)
    (row,) = table("sun")
    assert (row["Received at"], row["Time zone"]) == ("2026-03-09 22:00", "America/New_York")


def test_days_are_whole_days_of_the_reader(table, cast, now):
    stories.received(datetime(2026, 3, 9, 15, 59, tzinfo=UTC))  # 23:59 in China
    first = stories.received(datetime(2026, 3, 9, 16, 0, tzinfo=UTC))
    last = stories.received(datetime(2026, 3, 10, 15, 59, tzinfo=UTC))
    stories.received(datetime(2026, 3, 10, 16, 0, tzinfo=UTC))
    rows = table("sun", first="2026-03-10", last="2026-03-10")
    assert [row["Number"] for row in rows] == [first.number, last.number]


def test_conditions(table, cast, now):
    mine = stories.in_progress(now, cast.tang)
    stories.received(now)
    branch = mine.category.parent
    for query in (
        {"department": mine.department_id},
        {"category": mine.category_id},
        {"category": branch.pk},
        {"priority": "P2"},
        {"status": "in_progress"},
        {"handler": cast.tang.pk},
    ):
        assert [row["Number"] for row in table("sun", **query)] == [mine.number], query
    assert len(table("sun", channel="web")) == 2
    assert table("sun", channel="phone") == []


@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-03-10", "last": "2026-03-01"},
        {"first": "yesterday"},
        {"last": "9999-12-31"},
        {"first": "0001-01-01"},
        {"handler": "99999999999999999999"},
        {"status": "lost"},
    ],
)
def test_a_wrong_condition_downloads_nothing(opened, query):
    answer = opened("sun", download="1", **query)
    assert answer.status_code == 200 and not answer.streaming
    assert "Correct the marked fields first." in answer.content.decode()


def test_the_page_tells_how_many(opened, now, monkeypatch):
    from reports import admin

    assert "No ticket fits" in opened("sun").content.decode()
    stories.received(now)
    assert "1 ticket fits." in opened("sun").content.decode()
    stories.received(now)
    assert "2 tickets fit." in opened("sun").content.decode()
    monkeypatch.setattr(admin, "MOST_COUNTED", 1)
    assert "More than 1 tickets fit" in opened("sun").content.decode()


def test_the_download_is_a_file(opened, now):
    answer = opened("sun", download="1")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="tickets-')
    assert "no-store" in answer["Cache-Control"]


def test_as_many_queries_for_three_rows_as_for_one(cast, now):
    def measured(more: int) -> int:
        for _ in range(more):
            ticket = stories.resolved(now, cast.tang)
            actions.link(ticket, by=SYSTEM, at=now, customer=stories.customer())
        reader = User.objects.get(pk=cast.sun.pk)
        with CaptureQueriesContext(connection) as seen:
            assert cells(reader)
        return len(seen)

    assert measured(1) == measured(2)


def test_each_chunk_costs_the_same_and_nothing_is_lost(cast, now, monkeypatch):
    monkeypatch.setattr(queries, "CHUNK", 2)
    made = [stories.received(now + timedelta(minutes=n)).number for n in range(5)]
    chunks = list(queries.lines(queries.exportable(cast.sun), at=LATE))
    assert [len(chunk) for chunk in chunks] == [2, 2, 1]
    assert [line.ticket.number for chunk in chunks for line in chunk] == made
