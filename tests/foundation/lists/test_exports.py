"""A list as a file: the rows and columns that the page shows, as the page shows them."""

import csv
import io
import zoneinfo
from datetime import datetime
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from foundation.accounts.actors import SYSTEM
from foundation.accounts.models import Grant
from foundation.clockwork import jobs
from foundation.clockwork.models import Job
from foundation.lists import exports, kinds, queries
from foundation.lists.kinds import Reader
from foundation.sheets import tables
from tests import stories
from tickets import actions

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
LIST = "tickets.alltickets"


@pytest.fixture
def asked(client, cast):
    """What a person gets who asks for a list as a file."""

    def post(name="sun", listed=LIST, query="", language="en", **more):
        client.force_login(getattr(cast, name), BACKEND)
        data = {"list": listed, "query": query, "kind": "csv", "columns": "shown", "once": "1"}
        return client.post(
            reverse("admin:sheets_export"), data | more, headers={"Accept-Language": language}
        )

    return post


@pytest.fixture
def table(asked, client):
    """The rows of the downloaded CSV, the head first."""

    def get(*args, **more) -> list[list[str]]:
        assert asked(*args, **more).status_code == 302
        job = jobs.run(Job.objects.latest("pk").pk)
        assert (job.state, job.error) == ("done", "")
        content = b"".join(client.get(reverse("admin:sheets_download", args=[job.pk])))
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))

    return get


@pytest.fixture
def some(cast, now, later):
    """Tickets of many kinds."""
    owner = stories.customer("王小明", vip=True)
    linked = stories.in_progress(now, cast.tang, contact=cast.sun, order_number="A-13812345678")
    actions.link(linked, by=SYSTEM, at=now, customer=owner, unit=stories.unit(owner))
    bare = stories.received(now, requester_name="=Emma Clark", serial_text="@SN")
    done = stories.resolved(now, cast.tang)
    actions.cancel(bare, by=cast.sun, at=later(hours=1), reason="duplicate")
    return [linked, bare, done, stories.received(now, symptom="请回电13812345678")]


def test_the_list_leads_to_its_export(client, cast, some):
    client.force_login(cast.sun, BACKEND)
    page = client.get(reverse("admin:tickets_alltickets_changelist"), {"status": "received"})
    address = f"{reverse('admin:sheets_export')}?{urlencode({'list': LIST})}"
    assert address in page.content.decode().replace("&amp;", "&")


@pytest.mark.parametrize("name", ["sun", "ma", "an", "root", "hu"])
def test_may(asked, name):
    assert asked(name).status_code == 302
    assert Job.objects.get().owner.username == name


@pytest.mark.parametrize("name", ["anna", "deng", "wu", "qian", "tang"])
def test_may_not(asked, name):
    assert asked(name).status_code in (302, 403)
    assert not Job.objects.exists()


def test_a_list_one_may_not_open_is_not_exported(asked):
    assert asked("an", listed="tickets.toassign").status_code == 403
    assert asked("an", listed="tickets.nothing").status_code == 404
    assert not Job.objects.exists()


def test_looking_asks_for_nothing_and_names_the_conditions(client, cast, some):
    client.force_login(cast.sun, BACKEND)
    query = {"list": LIST, "query": "state=received", "kind": "csv"}
    page = client.get(reverse("admin:sheets_export"), query, headers={"Accept-Language": "en"})
    assert page.status_code == 200 and "received" in page.content.decode()
    assert not Job.objects.exists()


def test_a_form_sent_twice_asks_once(asked):
    assert asked().url == asked().url
    assert Job.objects.count() == 1


@pytest.mark.parametrize("data", [{"kind": "pdf"}, {"columns": "some"}, {"kind": ""}])
def test_a_wrong_form_is_shown_again(asked, data):
    assert asked(**data).status_code == 200
    assert not Job.objects.exists()


def test_the_rows_are_those_of_the_page(table, some):
    rows = table()
    assert [row[0] for row in rows[1:]] == [ticket.number for ticket in some]
    assert rows[0][:5] == ["number", "state", "P", "next promise (Asia/Shanghai)", "customer"]
    assert table(query="status=cancelled", once="2")[1:] == [rows[2]]


def test_all_columns(table, some):
    listed = kinds.get(LIST)
    assert len(table(columns="all")[0]) == len(listed.columns)


def test_chosen_columns(table, some, cast):
    from foundation.lists.models import ListChoice

    ListChoice.objects.create(user=cast.sun, list_key=LIST, columns=["region", "kind"])
    assert table()[0] == ["number", "province or region", "kind of request"]


def test_in_the_language_and_zone_of_the_reader(table, cast, some):
    cast.sun.time_zone = "America/New_York"
    cast.sun.save()
    rows = table(language="zh-hans", columns="all")
    with override("zh-hans"):
        head = [f"{gettext('received at')} (America/New_York)", gettext("state")]
    assert set(head) <= set(rows[0])
    assert "2026-03-09 22:00" in rows[1]


def test_a_narrower_permission_narrows_the_rows(table, some, cast):
    Grant.objects.filter(role__key="supervisor", verb="reports.export").update(within="own")
    assert [row[0] for row in table()[1:]] == [some[0].number]


def test_who_may_not_read_names_gets_none(table, some):
    text = str(table("an", columns="all"))
    assert "王小明" not in text and "13812345678" not in text and "王**" in text
    text = str(table("sun", columns="all", once="2"))
    assert "王小明" in text and "13812345678" in text


@pytest.mark.parametrize("name", ["sun", "an"])
def test_quick_columns_say_what_the_page_says(cast, some, name):
    user, now = getattr(cast, name), timezone.now()
    listed = kinds.get(LIST)
    keys = [column.key for column in listed.columns if column.key != "since"]
    zone = zoneinfo.ZoneInfo("Asia/Shanghai")
    with timezone.override(zone):
        made = exports.open_list(user, {"list": LIST, "columns": keys}, now)
        assert isinstance(made, tables.Table), "a column of the list is missing in tickets.exports"
        (_last, columns) = next(made.chunks())
    reader = Reader(user, now)
    rows = queries.with_needs(listed.rows(user), list(listed.columns)).order_by("pk")
    for key, values in zip(keys, columns, strict=True):
        shown = [listed.column_map[key].value(row, reader) for row in rows]
        shown = [round(v.timestamp() * 1e6) if isinstance(v, datetime) else v for v in shown]
        assert [v if v is not None else "" for v in values] == [
            v if v is not None else "" for v in shown
        ], key


def test_a_list_without_quick_columns_is_read_row_by_row(cast, some, table, monkeypatch):
    quick = table(columns="all")
    monkeypatch.setattr(exports, "_quick", {})
    monkeypatch.setattr(exports, "CHUNK", 3)
    plain = table(columns="all", once="2")
    assert plain[0][-1] == "time zone" and plain[1][-1] == "Asia/Shanghai"
    since = [column.key for column in kinds.get(LIST).columns].index("since")
    for fast, slow in zip(quick[1:], plain[1:], strict=True):
        assert fast[:since] + fast[since + 1 :] == slow[:since] + slow[since + 1 : -1]


def test_a_condition_nobody_knows_any_more_ends_it_in_words(cast):
    query = {"list": LIST, "address": "handler=999999", "columns": []}
    facts = {"kind": "csv", "title": "E", "name": "e", "by": cast.sun}
    job = jobs.run(exports.exports.start(exports.SOURCE, query=query, **facts).pk)
    assert job.state == "failed" and "not there any more" in job.error


def test_as_many_queries_for_three_rows_as_for_one(cast, now):
    def measured(more: int) -> int:
        for _number in range(more):
            ticket = stories.in_progress(now, cast.tang)
            actions.link(ticket, by=SYSTEM, at=now, customer=stories.customer())
        made = exports.open_list(cast.sun, {"list": LIST, "columns": []}, now)
        with CaptureQueriesContext(connection) as seen:
            assert list(made.chunks())
        return len(seen)

    assert measured(1) == measured(2)
