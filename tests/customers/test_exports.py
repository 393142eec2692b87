"""Customers, units and orders as a file: the quick columns say what the page says, masked alike."""

import zoneinfo
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers import actions
from foundation.accounts.actors import SYSTEM
from foundation.accounts.models import Grant, Role
from foundation.clockwork import jobs
from foundation.clockwork.models import Job
from foundation.lists import exports, kinds, queries
from foundation.lists.kinds import Reader
from foundation.sheets import tables

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
QUICK = ("customer", "unit", "order")
SECRETS = ("王小明", "13812345678", "wang@example.com", "文三路", "门铃", "139 0000 4321")


@pytest.fixture
def masked(cast):
    role = Role.objects.get(key="quality")
    Grant.objects.create(role=role, verb="customers.view")
    Grant.objects.create(role=role, verb="reports.export")
    return cast.qian


@pytest.fixture
def some(shelf, cast, now):
    """Rows with all that can be told, and rows with nothing."""
    actions.change_customer(shelf.wang, kind="dealer", by=cast.anna)
    actions.add_contact_point(
        shelf.wang, kind="phone", value="13900000000", is_preferred=True, by=SYSTEM
    )
    actions.record_customer(name="=cmd", email="b@example.com", by=SYSTEM, at=now)
    actions.mark_bounced(email="b@example.com", by=SYSTEM)
    batch = actions.record_batch(product=shelf.washer, code="B1", by=SYSTEM)
    actions.change_unit(shelf.unit, batch=batch, bought_on=date(2026, 2, 1), by=SYSTEM)
    actions.record_unit(product=shelf.washer, order_line="A-1", variant="白", by=SYSTEM)
    lines = [{"product": shelf.washer, "quantity": 2}, {"product": shelf.washer}]
    actions.record_order(
        number="JD1", customer=shelf.wang, phone="139 0000 4321", lines=lines, by=SYSTEM
    )
    actions.record_order(number="TM2", ordered_on=date(2026, 2, 1), by=SYSTEM)


def open_all(model: str, user, at):
    listed = kinds.get(f"customers.{model}")
    keys = [column.key for column in listed.columns]
    return listed, exports.open_list(user, {"list": listed.key, "columns": keys}, at)


@pytest.mark.parametrize("model", QUICK)
@pytest.mark.parametrize("name", ["sun", "qian"])
def test_quick_columns_say_what_the_page_says(model, name, some, cast, masked):
    user, now = getattr(cast, name), timezone.now()
    with timezone.override(zoneinfo.ZoneInfo("Asia/Shanghai")):
        listed, made = open_all(model, user, now)
        assert isinstance(made, tables.Table), "a column of the list is missing in exports"
        ((_last, columns),) = made.chunks()
    reader = Reader(user, now)
    rows = queries.with_needs(listed.rows(user), list(listed.columns)).order_by("pk")
    for column, values in zip(listed.columns, columns, strict=True):
        shown = [column.value(row, reader) for row in rows]
        shown = [round(v.timestamp() * 1e6) if isinstance(v, datetime) else v for v in shown]
        assert len(shown) > 1
        assert [v or "" for v in values] == [v or "" for v in shown], column.key


def content(client, user, model: str, kind: str = "csv") -> bytes:
    client.force_login(user, BACKEND)
    data = {"list": f"customers.{model}", "query": "", "kind": kind, "columns": "all", "once": "1"}
    assert client.post(reverse("admin:sheets_export"), data).status_code == 302
    job = jobs.run(Job.objects.latest("pk").pk)
    assert (job.state, job.error) == ("done", "")
    return b"".join(client.get(reverse("admin:sheets_download", args=[job.pk])))


@pytest.mark.parametrize("model", [*QUICK, "product", "batch"])
def test_a_file_is_masked_as_the_page_is(model, some, client, cast, masked):
    text = content(client, masked, model).decode("utf-8-sig")
    assert not [secret for secret in SECRETS if secret in text]
    if model in QUICK:
        assert "王**" in text
        assert "王小明" in content(client, cast.sun, model).decode("utf-8-sig")


def test_a_workbook_leaves_too(some, client, cast):
    assert content(client, cast.sun, "customer", "xlsx")[:2] == b"PK"


def test_without_the_verb_nothing_leaves(some, client, cast):
    client.force_login(cast.anna, BACKEND)
    data = {"list": "customers.customer", "query": "", "kind": "csv", "columns": "all", "once": "1"}
    assert client.post(reverse("admin:sheets_export"), data).status_code == 403
    client.force_login(cast.an, BACKEND)  # may export, but sees no customers
    assert client.post(reverse("admin:sheets_export"), data).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize("model", QUICK)
def test_as_many_queries_for_three_rows_as_for_one(model, some, shelf, cast):
    def measured() -> int:
        _listed, made = open_all(model, cast.sun, timezone.now())
        with CaptureQueriesContext(connection) as seen:
            assert list(made.chunks())
        return len(seen)

    before = measured()
    for number in range(2):
        customer = actions.record_customer(name=f"N{number}", phone="95105", by=SYSTEM)
        actions.record_unit(product=shelf.washer, serial=f"S{number}", customer=customer, by=SYSTEM)
        line = {"product": shelf.washer}
        actions.record_order(number=f"N{number}", customer=customer, lines=[line], by=SYSTEM)
    assert measured() == before
