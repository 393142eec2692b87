"""Customers, units, products and orders for programs: by the matrix, by scopes, in one shape."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import actions
from customers.models import ContactPoint, Customer, Unit
from foundation.accounts.actors import SYSTEM
from foundation.accounts.models import Grant, Role
from foundation.search.actions import rebuild
from tests import stories
from tests.programs import program

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"
CUSTOMERS, UNITS = f"{V1}customers/", f"{V1}units/"
SEE = {"anna", "sun", "hu", "ma", "deng", "root"}
EDIT = SEE - {"deng"}


@pytest.fixture
def owner(db) -> Customer:
    return stories.customer()


@pytest.fixture
def masked(cast):
    """A program whose role sees customers, and their personal data masked."""
    Grant.objects.create(role=Role.objects.get(key="quality"), verb="customers.edit")
    return program(cast.qian)


def test_who_reads_and_who_writes(cast, owner):
    for name, person in vars(cast).items():
        client = program(person)
        for address in (CUSTOMERS, UNITS, f"{V1}orders/", f"{CUSTOMERS}{owner.pk}/"):
            expected = 200 if name in SEE else 403
            assert client.get(address).status_code == expected, (name, address)
        assert client.get(f"{V1}products/").status_code == 200
        made = client.post(CUSTOMERS, {"name": name})
        assert made.status_code == (201 if name in EDIT else 403), (name, made.content)
    assert set(Customer.objects.values_list("name", flat=True)) == EDIT | {"王芳"}


@pytest.mark.parametrize(
    ("method", "address", "scope"),
    [
        ("get", "customers/", "customers:read"),
        ("post", "customers/", "customers:write"),
        ("get", "customers/{0}/", "customers:read"),
        ("patch", "customers/{0}/", "customers:write"),
        ("post", "customers/{0}/contact_points/", "customers:write"),
        ("put", "customers/{0}/contact_points/{1}/", "customers:write"),
        ("delete", "customers/{0}/contact_points/{1}/", "customers:write"),
        ("get", "customers/{0}/consents/", "customers:read"),
        ("get", "units/", "customers:read"),
        ("post", "units/", "customers:write"),
        ("get", "products/", "products:read"),
        ("get", "orders/", "orders:read"),
        ("get", "articles/", "articles:read"),
        ("get", "figures/", "figures:read"),
    ],
)
def test_each_address_needs_its_scope(cast, owner, method, address, scope):
    from foundation.accounts.choices import KeyScope

    address = V1 + address.format(owner.pk, owner.contact_points.first().pk)
    area = scope.partition(":")[0]
    others = [one for one in KeyScope.values if not one.startswith(area)]
    others += [f"{area}:read"] if scope.endswith("write") else []
    refused = getattr(program(cast.sun, *others), method)(address, {})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")
    assert getattr(program(cast.sun, scope), method)(address, {}).status_code in (200, 201, 400)


def test_a_customer_is_recorded_read_and_changed(cast):
    client = program(cast.anna)
    sent = {
        "name": "王小明", "phone": "138 1234 5678", "email": "w@example.com", "tier": "vip",
        "city": "杭州",
    }  # fmt: skip
    made = client.post(CUSTOMERS, sent, HTTP_IDEMPOTENCY_KEY="a")
    assert made.status_code == 201, made.content
    again = client.post(CUSTOMERS, sent, HTTP_IDEMPOTENCY_KEY="a")
    assert again.json() == made.json() and Customer.objects.count() == 1
    data = made.json()
    assert [point["value"] for point in data["contact_points"]] == [
        "138 1234 5678",
        "w@example.com",
    ]
    assert (data["tier"], made["ETag"]) == ("vip", '"1"')
    page = made["Location"]
    changed = client.patch(page, {"city": "宁波"}, HTTP_IF_MATCH='"1"')
    assert (changed.json()["city"], changed.json()["name"], changed["ETag"]) == (
        "宁波",
        "王小明",
        '"2"',
    )
    stale = client.patch(page, {"city": "绍兴"}, HTTP_IF_MATCH='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert Customer.objects.get().city == "宁波"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "x", "email": "nonsense"}, "email"),
        ({"name": "x", "phone": "1"}, "phone"),
        ({"name": "x", "tier": "gold-plated"}, "tier"),
        ({"name": "x", "kind": "robot"}, "kind"),
    ],
)
def test_what_is_wrong_with_a_customer_is_told_by_field(cast, sent, field):
    answer = program(cast.anna).post(CUSTOMERS, sent)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert not Customer.objects.exists()


def test_contact_points_are_added_corrected_and_forgotten(cast, owner):
    client, page = program(cast.anna), f"{CUSTOMERS}{owner.pk}/contact_points/"
    added = client.post(page, {"kind": "phone", "value": "0571-5550-0101", "is_preferred": True})
    assert added.status_code == 201 and added.json()["version"] == 2
    first = added.json()["contact_points"][0]
    assert (first["value"], first["is_preferred"]) == ("0571-5550-0101", True)
    client.put(f"{page}{first['id']}/", {"kind": "phone", "value": "0571-5550-0102"})
    assert ContactPoint.objects.get(pk=first["id"]).value == "0571-5550-0102"
    assert client.delete(f"{page}{first['id']}/").status_code == 200
    assert client.delete(f"{page}{first['id']}/").status_code == 404
    stranger = stories.customer("李四", "li@example.com").contact_points.first()
    assert client.delete(f"{page}{stranger.pk}/").status_code == 404


def test_consents_are_read(cast, owner, now):
    actions.give_consent(
        owner, purpose="care", text_version="2026-1", channel="web", by=SYSTEM, at=now
    )
    rows = program(cast.anna).get(f"{CUSTOMERS}{owner.pk}/consents/").json()
    assert [(row["purpose"], row["withdrawn_at"]) for row in rows] == [("care", None)]


def test_a_masked_role_reads_masks_and_finds_nothing_by_trying(masked, owner):
    unit = stories.unit(owner)
    rebuild("customers")
    rebuild("units")
    text = masked.get(f"{CUSTOMERS}{owner.pk}/").content.decode()
    text += masked.get(CUSTOMERS).content.decode() + masked.get(UNITS).content.decode()
    for secret in ("王芳", "13812345678", "wang@example.com"):
        assert secret not in text
    assert "王*" in text and "138****5678" in text
    for words in ("王芳", "5678", "13812345678", "wang@example.com"):
        assert masked.get(CUSTOMERS, {"q": words}).json()["results"] == [], words
        assert masked.get(CUSTOMERS, {"reachable_at": words}).json()["results"] == []
    assert [row["id"] for row in masked.get(UNITS, {"serial": "sn0001"}).json()["results"]] == [
        unit.pk
    ]


def test_a_masked_role_does_not_write_over_what_it_cannot_read(masked, owner):
    assert masked.patch(f"{CUSTOMERS}{owner.pk}/", {"name": "王**"}).status_code == 403
    assert masked.post(CUSTOMERS, {"name": "x"}).status_code == 403
    owner.refresh_from_db()
    assert owner.name == "王芳"


def test_customers_are_found(cast, owner):
    other = stories.customer("李四", "li@example.com")
    ContactPoint.objects.filter(customer=other, kind="phone").delete()
    rebuild("customers")
    client = program(cast.anna)

    def found(**query):
        answer = client.get(CUSTOMERS, query)
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in answer.json()["results"]]

    assert found() == [other.pk, owner.pk]
    assert found(q="5678") == found(q="王芳") == found(reachable_at="138-1234-5678") == [owner.pk]
    assert found(tier="regular", kind="person") == [other.pk, owner.pk]
    assert found(tier="vip") == found(q="nobody") == []


@pytest.mark.parametrize("query", ["name=x", "notes__contains=x", "kind=robot", "ordering=name"])
def test_other_filters_are_refused(cast, query):
    answer = program(cast.anna).get(f"{CUSTOMERS}?{query}")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [query.partition("=")[0]])


def test_pages_go_on_and_back(cast):
    made = [stories.customer(str(number), "").pk for number in range(5)]
    client = program(cast.anna)
    first = client.get(f"{CUSTOMERS}?page_size=2").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    pages = [[row["id"] for row in page["results"]] for page in (first, second, third)]
    assert pages == [[made[4], made[3]], [made[2], made[1]], [made[0]]]
    assert (first["previous"], third["next"]) == (None, None)
    assert client.get(third["previous"]).json()["results"] == second["results"]
    stories.customer("new", "")
    assert client.get(second["next"]).json()["results"] == third["results"]


@pytest.mark.parametrize("address", [CUSTOMERS, UNITS, f"{V1}orders/", f"{V1}products/"])
def test_as_many_queries_for_three_as_for_one(cast, address):
    client = program(cast.sun)
    client.get(address)
    counts = []
    for number in range(3):
        one = stories.customer(f"c{number}", f"c{number}@example.com")
        stories.unit(one, serial=f"S{number}")
        actions.record_order(
            number=f"O{number}", customer=one, by=SYSTEM, lines=[{"product": stories.product()}]
        )
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2] <= 10


def test_a_unit_is_recorded_read_and_changed(cast, owner):
    client, model = program(cast.anna), stories.product()
    sent = {
        "product": model.code,
        "serial": "sn 77",
        "customer": owner.pk,
        "bought_on": "2026-01-02",
    }
    made = client.post(UNITS, sent)
    assert made.status_code == 201, made.content
    data = made.json()
    assert (data["product"], data["customer"]["name"], data["version"]) == (model.code, "王芳", 1)
    twice = client.post(UNITS, sent)
    assert (twice.status_code, "serial" in twice.json()["fields"]) == (400, True)
    page = made["Location"]
    wrong = client.patch(page, {"delivered_on": "2025-01-01"})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["delivered_on"])
    moved = client.patch(page, {"customer": None}, HTTP_IF_MATCH=made["ETag"])
    assert (moved.json()["customer"], moved.json()["version"]) == (None, 2)
    batch = client.patch(page, {"batch": "nowhere"})
    assert (batch.status_code, list(batch.json()["fields"])) == (400, ["batch"])
    stories.unit(serial="other")
    known = client.patch(page, {"batch": "B2601"})
    assert known.json()["batch"] == "B2601"
    found = client.get(UNITS, {"serial": "SN-77"}).json()["results"]
    assert [row["id"] for row in found] == [data["id"]] == [Unit.objects.first().pk - 1]


def test_orders_come_with_their_lines(cast, owner):
    order = actions.record_order(
        number="D-1", customer=owner, phone="13812345678", by=SYSTEM,
        lines=[{"product": stories.product(), "quantity": 2}],
    )  # fmt: skip
    client = program(cast.anna)
    rows = client.get(f"{V1}orders/", {"number": "d1"}).json()["results"]
    assert [row["id"] for row in rows] == [order.pk]
    assert rows[0]["lines"][0]["quantity"] == 2
    assert client.get(f"{V1}orders/{order.pk}/").json() == rows[0]
    assert client.get(f"{V1}orders/{2**70}/").status_code == 404


@pytest.mark.parametrize("key", ["customer", "unit", "order"])
def test_numbers_no_row_can_have(cast, key):
    assert program(cast.anna).get(f"{V1}{key}s/{2**80}/").status_code == 404


def test_noise_breaks_nothing(cast, owner):
    client = program(cast.anna)
    names = ("name", "phone", "tier", "language", "notes", "customer", "serial", "batch", "value")
    one = f"{CUSTOMERS}{owner.pk}/"
    doors = (
        ("post", CUSTOMERS),
        ("patch", one),
        ("post", UNITS),
        ("post", f"{one}contact_points/"),
    )
    for value in (None, [], {}, -1, 1e308, "\x00", "x" * 9999, True, "\ud800", [[1]], {"a": 1}):
        sent = json.dumps(dict.fromkeys(names, value) | {"kind": "phone"})
        for method, address in doors:
            answer = getattr(client, method)(address, sent, content_type="application/json")
            assert answer.status_code in (200, 201, 400), (address, value, answer.content)
            answer.json()
    for words in ("\x00", "x" * 9999, "'\"\\", "!&|<->:*", "。", "~"):
        assert client.get(CUSTOMERS, {"q": words}).status_code in (200, 400), words
        assert client.get(UNITS, {"q": words, "serial": words}).status_code in (200, 400), words
