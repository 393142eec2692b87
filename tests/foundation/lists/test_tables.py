"""Every other table of the desk as a file: what its page shows, to whom it shows it."""

import csv
import io
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from foundation.accounts import actions as accounts
from foundation.accounts.models import Department, Grant, Role, User
from foundation.clockwork import jobs
from foundation.clockwork.models import Job
from foundation.lists import tables
from foundation.messaging import actions as messaging
from foundation.messaging.models import Endpoint

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
NAMES = sorted(
    model._meta.label_lower
    for model in admin.site._registry
    if tables.door_of(model._meta.label_lower)
)


@pytest.fixture
def enter(client, cast):
    def go(name):
        client.force_login(getattr(cast, name), BACKEND)
        return client

    return go


def page(name) -> str:
    return reverse(f"admin:{name.replace('.', '_')}_changelist")


def take(client, name, query="", kind="csv", once="1"):
    data = {"table": name, "query": query, "kind": kind, "once": once}
    return client.post(reverse("admin:sheets_export"), data, headers={"Accept-Language": "en"})


def table(client, name, query="") -> list[list[str]]:
    assert take(client, name, query, once=f"{name}{query}").status_code == 302
    job = jobs.run(Job.objects.latest("pk").pk)
    assert (job.state, job.error) == ("done", "")
    content = b"".join(client.get(reverse("admin:sheets_download", args=[job.pk])))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_settings_are_tables_and_lists_and_forms_are_not():
    assert {"accounts.user", "accounts.role", "tickets.category", "tickets.promise"} <= set(NAMES)
    assert {"messaging.endpoint", "messaging.messagetemplate", "clockwork.job"} <= set(NAMES)
    for name in ("tickets.alltickets", "messaging.outgoingmessage", "accounts.organisation",
                 "lists.savedview", "sheets.import", "auth.group", "no.such"):  # fmt: skip
        assert tables.door_of(name) is None, name


@pytest.mark.parametrize("name", NAMES)
def test_each_page_leads_to_its_file_which_has_its_columns_and_rows(enter, name):
    client = enter("root")
    shown = client.get(page(name))
    assert f"?{urlencode({'table': name})}" in shown.text.replace("&amp;", "&")
    asked = client.get(reverse("admin:sheets_export"), {"table": name})
    assert asked.status_code == 200 and not Job.objects.exists()
    rows = table(client, name)
    changelist = shown.context["cl"]
    columns = [column for column in changelist.list_display if column != "action_checkbox"]
    assert len(rows[0]) == len(columns) + 1
    if name != "clockwork.job":  # its own export is a row of it
        assert len(rows) - 1 == changelist.queryset.count()


def test_the_words_are_those_of_the_page(enter, cast):
    cast.tang.is_active = False
    cast.tang.save()
    rows = {row[0]: row for row in table(enter("root"), "accounts.user")}
    assert rows["username"][1:5] == ["display name", "department", "roles", "active"]
    assert rows["anna"][1:5] == ["Anna", "Customer service", "Agent", "yes"]
    assert rows["tang"][4] == "no"
    assert rows["anna"][5] == "Asia/Shanghai"


def test_filters_and_words_of_the_page_narrow_the_file(enter, cast):
    client = enter("root")
    assert [row[0] for row in table(client, "accounts.user", "q=tian")[1:]] == ["tian"]
    technical = Department.objects.get(key="technical")
    query = f"department__id__exact={technical.pk}&p=2"
    assert {row[0] for row in table(client, "accounts.user", query)[1:]} == {"hu", "tang", "tian"}
    asked = client.get(reverse("admin:sheets_export"), {"table": "accounts.user", "query": query})
    assert "Technical support" in asked.text


def test_an_unknown_condition_is_refused_and_not_left_out(enter):
    assert take(enter("root"), "accounts.user", "password__startswith=p").status_code == 404
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("who", "name", "code"),
    [
        ("sun", "messaging.messagetemplate", 302),
        ("sun", "accounts.user", 403),
        ("ma", "messaging.endpoint", 302),
        ("sun", "messaging.endpoint", 403),
        ("anna", "customers.productcategory", 403),
        ("deng", "clockwork.job", 403),
        ("an", "clockwork.job", 302),
        ("root", "lists.savedview", 404),
        ("root", "tickets.alltickets", 404),
    ],
)
def test_who_may(enter, who, name, code):
    assert take(enter(who), name).status_code == code
    assert Job.objects.exists() is (code == 302)


def test_who_may_look_but_not_take_out_is_shown_no_way(enter):
    client = enter("sun")
    assert "?table=" in client.get(page("messaging.messagetemplate")).text
    Grant.objects.filter(verb="reports.export").delete()
    assert "?table=" not in client.get(page("messaging.messagetemplate")).text


def test_a_right_taken_away_takes_the_file_away(enter, cast):
    client = enter("root")
    take(client, "accounts.user")
    Role.objects.get(key="administrator").grants.filter(verb="people.edit").delete()
    job = jobs.run(Job.objects.get().pk)
    assert job.state == "failed" and "no longer" in job.error


def test_no_secret_is_in_a_file(enter, cast):
    _row, secret = messaging.record_endpoint(
        by=cast.root,
        name="Shop",
        url="https://shop.example/hook?key=geheim",
        events=["ticket.received"],
    )
    key, token = accounts.make_key(
        name="Till", scopes=["tickets:read"], user=cast.root, by=cast.root
    )
    User.objects.filter(pk=cast.anna.pk).update(password="pbkdf2_sha256$1$salt$hash")
    client = enter("root")
    said = str([table(client, name) for name in NAMES])
    assert "Shop" in said and "shop.example" in said and "Till" in said
    nonce = Endpoint.objects.get().nonce
    for hidden in (secret, nonce, "geheim", token, key.digest, "pbkdf2", "salt$hash"):
        assert hidden and hidden not in said


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (("success", "works"), "works"),
        (True, "yes"),
        (False, "no"),
        (None, ""),
        ("–", ""),
        (0, 0),
        (mark_safe('<a href="/x">A &amp; B</a>'), "A & B"),
        (mark_safe('<time datetime="2026-03-10T02:00:00+00:00" title="x">today</time>'),
         datetime(2026, 3, 10, 2, tzinfo=UTC)),
        (datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_value_is_told_without_its_look(value, shown):
    assert tables.plain(value) == shown


def test_as_many_queries_for_three_rows_as_for_one(cast, monkeypatch):
    def measured() -> int:
        made = tables.open_table(cast.root, {"table": "accounts.user"}, timezone.now())
        with CaptureQueriesContext(connection) as seen:
            assert sum(len(columns[0]) for _last, columns in made.chunks()) == len(rows)
        return len(seen)

    rows = list(User.objects.all())
    many = measured()
    User.objects.exclude(pk__in=[cast.root.pk]).delete()
    rows = [cast.root]
    assert measured() == many <= 12


def test_rows_are_read_in_chunks(enter, monkeypatch, cast):
    monkeypatch.setattr(tables, "CHUNK", 2)
    rows = table(enter("root"), "accounts.user")
    assert len({row[0] for row in rows[1:]}) == len(rows) - 1 == User.objects.count()
