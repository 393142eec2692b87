"""The ticket report: who may take it, what stands in it, in whose words and zone."""

import csv
import io
import uuid
import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from python_calamine import load_workbook

from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.accounts.models import Grant, User
from foundation.clockwork import jobs
from foundation.clockwork.models import Job
from foundation.sheets import tables, writers
from foundation.sheets.exports import start
from reports import exports
from surveys import actions as surveys
from surveys.models import Invitation
from tests import stories
from tickets import actions

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db
LATE = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def page():
    return reverse("admin:reports_export")


@pytest.fixture
def opened(client, cast, page):
    """The page as this person sees it: `opened("sun", department=…)`."""

    def get(name: str, language: str = "en", **query):
        client.force_login(getattr(cast, name), BACKEND)
        return client.get(page, query, headers={"Accept-Language": language})

    return get


@pytest.fixture
def asked(client, cast, page):
    """The answer to asking for the file: `asked("sun", department=…)`."""

    def post(name: str, language: str = "en", file: str = "csv", **query):
        client.force_login(getattr(cast, name), BACKEND)
        return client.post(page, query | {"file": file}, headers={"Accept-Language": language})

    return post


@pytest.fixture
def exported(asked, client):
    """The bytes of the file that a person asks for and downloads."""

    def get(name: str, language: str = "en", file: str = "csv", **query) -> bytes:
        answer = asked(name, language, file, **query)
        assert answer.status_code == 302, answer.content.decode()
        job = jobs.run(Job.objects.latest("pk").pk)
        assert (job.state, job.error) == ("done", "")
        assert answer.url == reverse("admin:clockwork_job_change", args=[job.pk])
        return b"".join(client.get(reverse("admin:sheets_download", args=[job.pk])))

    return get


@pytest.fixture
def table(exported):
    """The downloaded rows as dictionaries."""
    return lambda *args, **query: rows_of(exported(*args, **query))


def rows_of(content: bytes) -> list[dict]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def cells(user, tmp_path, kind="csv") -> list[dict]:
    """The rows as `user` reads them, in English and Chinese time, at the end of March."""
    path = tmp_path / f"{uuid.uuid4()}.{kind}"
    zone = zoneinfo.ZoneInfo("Asia/Shanghai")
    with override("en"), timezone.override(zone):
        made = exports.report(user, {}, LATE)
        pieces = writers.pieces(kind, path, made.heads(), zone=zone)
        for _last, columns in made.chunks():
            pieces.write(columns)
        pieces.finish("E")
    if kind == "csv":
        return rows_of(path.read_bytes())
    head, *rows = load_workbook(str(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", ["sun", "hu", "ma", "an", "root"])
def test_may_export(opened, name):
    assert opened(name).status_code == 200


@pytest.mark.parametrize("name", ["anna", "deng", "wu", "qian"])
def test_may_not_export(opened, asked, name):
    assert opened(name).status_code == 403
    assert asked(name).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize("name", ["tang", "tian"])
def test_technicians_do_not_come_to_the_desk(asked, name):
    assert asked(name).status_code in (302, 403)
    assert not Job.objects.exists()


def test_nobody_without_a_login(client, page):
    assert client.post(page, {"file": "csv"}).status_code == 302
    assert not Job.objects.exists()


def test_looking_asks_for_nothing(opened):
    assert opened("sun", file="csv").status_code == 200
    assert not Job.objects.exists()


def test_counting_asks_for_nothing(client, cast, page):
    client.force_login(cast.sun, BACKEND)
    answer = client.post(page, {"priority": "P2", "status": ""})
    assert (answer.status_code, answer.url) == (302, "?priority=P2")
    assert not Job.objects.exists()


def test_a_form_sent_twice_asks_once(asked):
    first, second = asked("sun", once="abc"), asked("sun", once="abc")
    assert first.url == second.url and Job.objects.count() == 1
    assert asked("sun", file="xlsx", once="abc").url != first.url


def test_a_head_takes_out_what_the_head_sees(table, cast, now):
    mine = stories.classified(now)
    stories.classified(now, key="logistics-late")
    assert [row["Number"] for row in table("hu")] == [mine.number]


def test_a_narrower_permission_narrows_the_list(table, cast, now):
    stories.classified(now)
    own = stories.assigned(now, cast.tang, contact=cast.sun)
    Grant.objects.filter(role__key="supervisor", verb="reports.export").update(within="own")
    assert [row["Number"] for row in table("sun")] == [own.number]


def test_every_time_of_the_cycle_and_the_minutes_between(cast, now, later, tmp_path):
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
    (row,) = cells(cast.sun, tmp_path)
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


def test_a_reopened_ticket_shows_its_present_cycle(cast, now, later, tmp_path):
    ticket = stories.resolved(now, cast.tang)
    actions.reopen(ticket, by=SYSTEM, at=later(hours=5), reason="又坏了")
    (row,) = cells(cast.sun, tmp_path)
    assert (row["Cycle"], row["Was reopened"], row["Resolved at"]) == ("2", "yes", "")
    assert (row["Received at"], row["Cycle began at"]) == ("2026-03-10 10:00", "2026-03-10 15:00")


def test_satisfaction_stands_in_the_row(cast, now, later, tmp_path):
    ticket = stories.resolved(now, cast.tang)
    answers = {"overall": 5, "timeliness": 4, "recommend": 9}
    surveys.finish(
        Invitation.objects.get(ticket=ticket),
        answers=answers,
        by=CaseHolder(ticket.pk),
        at=later(hours=4),
    )
    (row,) = cells(cast.sun, tmp_path)
    assert (row["Satisfaction overall"], row["Satisfaction with timeliness"]) == ("5", "4")
    assert (row["Would recommend"], row["Satisfaction with the effect"]) == ("9", "")
    assert (row["State"], row["Answers typed in by staff"]) == ("confirmed", "no")


def test_no_cell_is_a_formula(cast, now, tmp_path):
    stories.received(now, requester_name='=HYPERLINK("http://x.example")', serial_text="@SUM(A1)")
    (row,) = cells(cast.sun, tmp_path)
    assert row["Customer"] == '\'=HYPERLINK("http://x.example")'
    assert row["Serial number"] == "'@SUM(A1)"


def test_a_masked_name_is_safe_and_masked(cast, now, tmp_path):
    stories.received(now, requester_name="=王芳")
    assert cells(cast.an, tmp_path)[0]["Customer"] == "'=**"
    assert cells(cast.sun, tmp_path)[0]["Customer"] == "'=王芳"


def test_the_analyst_reads_no_names(table, cast, now):
    ticket = stories.received(now)
    stories.received(now, requester_name="Emma Clark")
    actions.link(ticket, by=SYSTEM, at=now, customer=stories.customer("王小明"))
    assert [row["Customer"] for row in table("an")] == ["王**", "E*** C***"]
    assert [row["Customer"] for row in table("ma")] == ["王小明", "Emma Clark"]


def test_headers_speak_the_readers_language(exported, cast, now):
    stories.received(now)
    first = exported("sun", "zh-hans").decode("utf-8-sig").splitlines()[0]
    with override("zh-hans"):
        assert first.split(",") == [str(column.label) for column in exports.COLUMNS]
        assert gettext("Number") in first


def test_a_workbook_holds_the_same_with_real_moments_and_numbers(cast, now, later, tmp_path):
    ticket = stories.resolved(now, cast.tang)
    surveys.finish(
        Invitation.objects.get(ticket=ticket),
        answers={"overall": 5, "recommend": 9},
        by=CaseHolder(ticket.pk),
        at=later(hours=4),
    )
    stories.received(now, requester_name="=王芳")
    texts, values = cells(cast.sun, tmp_path), cells(cast.sun, tmp_path, "xlsx")
    assert len(texts) == len(values) == 2
    for text, value in zip(texts, values, strict=True):
        assert list(text) == list(value)
        assert text == {name: shown(cell) for name, cell in value.items()} | {
            "Customer": text["Customer"]
        }
    assert values[0]["Received at"] == datetime(2026, 3, 10, 10, 0)
    assert values[0]["Satisfaction overall"] == 5.0
    assert (texts[1]["Customer"], values[1]["Customer"]) == ("'=王芳", "=王芳")


def shown(cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return str(int(cell)) if isinstance(cell, float) else str(cell)


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
def test_a_wrong_condition_asks_for_nothing(opened, asked, query):
    answer = asked("sun", **query)
    assert answer.status_code == 200
    assert "Correct the marked fields first." in answer.content.decode()
    assert "Correct the marked fields first." in opened("sun", **query).content.decode()
    assert not Job.objects.exists()


def test_the_page_tells_how_many(opened, now, monkeypatch):
    from reports.admin import exports as admin

    assert "No ticket fits" in opened("sun").content.decode()
    stories.received(now)
    assert "1 ticket fits." in opened("sun").content.decode()
    stories.received(now)
    assert "2 tickets fit." in opened("sun").content.decode()
    monkeypatch.setattr(admin, "MOST_COUNTED", 1)
    assert "More than 1 tickets fit" in opened("sun").content.decode()


def test_a_condition_that_is_gone_ends_it_in_words(cast, now):
    job = start("tickets.report", query={"filter": "department=999"}, kind="csv", title="E",
                name="e", by=cast.sun)  # fmt: skip
    job = jobs.run(job.pk)
    assert job.state == "failed" and "not there any more" in job.error


def test_as_many_queries_for_three_rows_as_for_one(cast, now, tmp_path):
    def measured(more: int) -> int:
        for _ in range(more):
            ticket = stories.resolved(now, cast.tang)
            actions.link(ticket, by=SYSTEM, at=now, customer=stories.customer())
        reader = User.objects.get(pk=cast.sun.pk)
        with CaptureQueriesContext(connection) as seen:
            assert cells(reader, tmp_path)
        return len(seen)

    assert measured(1) == measured(2)


def test_nothing_is_lost_between_chunks(cast, now, monkeypatch):
    monkeypatch.setattr(tables, "CHUNK", 2)
    made = [stories.received(now + timedelta(minutes=n)).number for n in range(5)]
    chunks = list(exports.report(cast.sun, {}, LATE).chunks())
    assert [len(columns[0]) for _last, columns in chunks] == [2, 2, 1]
    assert [number for _last, columns in chunks for number in columns[0]] == made


def test_far_numbers_are_asked_for_one_by_one():
    assert tables.among("ticket", [1, 2, 4]) == {"ticket__gte": 1, "ticket__lte": 4}
    assert tables.among("ticket", [1, 90]) == {"ticket__in": [1, 90]}
    assert tables.among("ticket", []) == {"ticket__in": []}
