"""Orders: recorded, changed, found by number, phone or its last digits, and who sees whom."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from customers import actions, queries
from customers.models import Order, OrderLine
from foundation.accounts.actors import SYSTEM
from foundation.accounts.models import Grant, Role
from tests.customers.test_admin import typed

LIST = reverse("admin:customers_order_changelist")


@pytest.fixture
def order(shelf, now):
    return actions.record_order(
        number="JD-2026 0301",
        ordered_on=date(2026, 3, 1),
        customer=shelf.wang,
        sold_by="京东旗舰店",
        region="浙江省",
        phone="139 0000 4321",
        lines=[
            {"product": shelf.washer, "unit": shelf.unit, "price": Decimal("2999.00")},
            {"product": shelf.washer, "quantity": 2, "variant": "白色"},
        ],
        by=SYSTEM,
        at=now,
    )


@pytest.fixture
def quality(cast):
    """A role that sees personal data masked, let into the customers."""
    Grant.objects.create(role=Role.objects.get(key="quality"), verb="customers.view")
    return cast.qian


def page(row) -> str:
    return reverse(f"admin:customers_{row._meta.model_name}_change", args=[row.pk])


def listed(client, **asked) -> list[int]:
    return [line["pk"] for line in client.get(LIST, asked).context["lines"]]


def found(client, text) -> list[Order]:
    return [Order.objects.get(pk=pk) for pk in listed(client, q=text)]


def test_an_order_has_lines_in_their_order(order):
    lines = list(order.lines.all())
    assert [(str(line), line.quantity, line.price) for line in lines] == [
        ("JD-2026 0301-1", 1, Decimal("2999.00")),
        ("JD-2026 0301-2", 2, None),
    ]


@pytest.mark.parametrize("text", ["JD-2026 0301", "jd20260301", "13900004321", "4321"])
def test_it_is_found_however_it_is_typed(order, text):
    assert list(Order.objects.matching(text, personal=True)) == [order]


@pytest.mark.parametrize("text", ["", " ", "-", "JD2026", "0000", "321", "王小明"])
def test_nothing_else_finds_it(order, text):
    actions.record_order(number="X1", by=SYSTEM)  # without phone
    assert list(Order.objects.matching(text, personal=True)) == []


def test_a_number_is_taken_once_by_each_seller(order):
    actions.record_order(number="JD20260301", sold_by="城西家电商行", by=SYSTEM)
    with pytest.raises(ValidationError) as error:
        actions.record_order(number="jd 2026-0301", sold_by=" 京东旗舰店 ", by=SYSTEM)
    assert "already recorded" in error.value.message_dict["number"][0]
    assert Order.objects.numbered("JD20260301").count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"number": " - "}, "number"),
        ({"number": "A1", "phone": "ab"}, "phone"),
        ({"number": "A1", "lines": [{"quantity": 0}]}, "quantity"),
        ({"number": "A1", "lines": [{"price": Decimal("-1")}]}, "price"),
        ({"number": "A1", "lines": [{"price": Decimal("1.005")}]}, "price"),
        ({"number": "A1", "lines": [{}]}, "product"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(washer, facts, field):
    for line in facts.get("lines", ()):
        if line:
            line["product"] = washer
    with pytest.raises(ValidationError) as error:
        actions.record_order(**facts, by=SYSTEM)
    assert field in error.value.message_dict
    assert not Order.objects.exists()


def test_a_unit_on_a_line_is_of_the_lines_product(shelf):
    other = actions.record_product(
        code="KFR35", category=shelf.washer.category, name_zh="空调", name_en="AC", by=SYSTEM
    )
    with pytest.raises(ValidationError, match="another product"):
        actions.record_order(number="A1", lines=[{"product": other, "unit": shelf.unit}], by=SYSTEM)


def test_lines_are_added_changed_and_removed(order, shelf):
    line = actions.add_order_line(order, product=shelf.washer, by=SYSTEM)
    assert line.position == 3
    actions.change_order_line(line, quantity=4, by=SYSTEM)
    actions.remove_order_line(order.lines.get(position=2), by=SYSTEM)
    assert list(order.lines.values_list("position", "quantity")) == [(1, 1), (3, 4)]
    order.refresh_from_db()
    assert order.version == 4
    with pytest.raises(TypeError):
        actions.change_order_line(line, order=order, by=SYSTEM)


def test_verbs_are_refused_without_the_permission(cast, order, shelf):
    tries = [
        lambda: actions.record_order(number="A1", by=cast.an),
        lambda: actions.change_order(order, number="A1", by=cast.deng),
        lambda: actions.add_order_line(order, product=shelf.washer, by=cast.qian),
        lambda: actions.change_order_line(order.lines.first(), quantity=3, by=cast.wu),
        lambda: actions.remove_order_line(order.lines.first(), by=cast.tang),
    ]
    for attempt in tries:
        with pytest.raises(PermissionDenied):
            attempt()
    assert actions.change_order(order, number="A1", by=cast.anna).number_normalised == "A1"


def test_the_latest_orders_come_first_and_those_without_a_day_last(order, shelf, now):
    for number, day in (("B1", date(2026, 2, 1)), ("B2", None), ("B3", date(2026, 3, 9))):
        actions.record_order(number=number, ordered_on=day, customer=shelf.wang, by=SYSTEM)
    rows = queries.find_orders(
        "4321", among=Order.objects.all(), personal=True, customers=[shelf.wang]
    )
    assert [row.number for row in rows] == ["B3", "JD-2026 0301", "B1", "B2"]


# The desk's pages


def test_an_agent_records_an_order_with_lines(client, cast, shelf):
    client.force_login(cast.anna)
    url = reverse("admin:customers_order_add")
    data = typed(client.get(url), number="TM 1001", phone="13900001234", ordered_on="2026-03-02")
    data |= {
        "customer": shelf.wang.pk,
        "lines-TOTAL_FORMS": 2,
        "lines-0-product": shelf.washer.pk,
        "lines-0-quantity": 1,
        "lines-0-unit": shelf.unit.pk,
        "lines-1-product": shelf.washer.pk,
        "lines-1-quantity": 3,
        "lines-1-price": "19.90",
    }
    response = client.post(url, data)
    assert response.status_code == 302, response.context["errors"]
    order = Order.objects.get()
    assert (order.number_normalised, order.tail4, order.changed_by) == ("TM1001", "1234", cast.anna)
    assert [(line.position, line.quantity) for line in order.lines.all()] == [(1, 1), (2, 3)]


def test_a_line_is_changed_and_removed_on_the_page(client, cast, order):
    client.force_login(cast.anna)
    data = typed(client.get(page(order)))
    data |= {"lines-0-quantity": 5, "lines-1-DELETE": "on"}
    assert client.post(page(order), data).status_code == 302
    assert list(order.lines.values_list("position", "quantity")) == [(1, 5)]


def test_the_page_says_what_is_wrong(client, cast, order, shelf):
    client.force_login(cast.anna)
    data = typed(client.get(page(order)), number="-", phone="x") | {"lines-0-quantity": 0}
    text = client.post(page(order), data).text
    assert "This is not a phone number" in text or "Give the order number" in text
    assert "greater than or equal to 1" in text
    assert Order.objects.get().number == "JD-2026 0301"


def test_two_people_on_one_order(client, cast, order):
    client.force_login(cast.sun)
    data = typed(client.get(page(order)), region="江苏省")
    actions.change_order(order, region="上海市", by=cast.anna)
    text = client.post(page(order), data).text
    assert "Anna saved changes here" in text and "Stored now: 上海市" in text
    assert Order.objects.get().region == "上海市"


def test_nobody_deletes_an_order(client, cast, order):
    client.force_login(cast.root)
    url = reverse("admin:customers_order_delete", args=[order.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert Order.objects.exists()


@pytest.mark.parametrize("text", ["jd 20260301", "13900004321", "4321"])
def test_the_list_is_searched_by_what_people_know(client, cast, order, text):
    client.force_login(cast.anna)
    actions.record_order(number="X9", by=SYSTEM)
    assert found(client, text) == [order]


def test_the_orders_of_one_customer(client, cast, order, shelf):
    client.force_login(cast.anna)
    actions.record_order(number="X9", by=SYSTEM)
    assert listed(client, customer=shelf.wang.pk) == [order.pk]
    assert client.get(LIST, {"customer": "x' OR 1"}).status_code == 200


def test_masked_roles_see_masks_and_find_nobody(client, cast, order, shelf, quality):
    client.force_login(quality)
    secrets = ("王小明", "139 0000 4321", "13900004321")
    for url in (LIST, page(order), page(shelf.wang), page(shelf.unit)):
        text = client.get(url).text
        assert not [secret for secret in secrets if secret in text], url
    assert "139****4321" in client.get(page(order)).text
    assert found(client, "jd20260301") == [order]
    assert found(client, "13900004321") == found(client, "4321") == []
    assert client.post(page(order), {"number": "X", "version": 1}).status_code == 403
    assert "JD-2026 0301" in client.get(page(order)).text
    tried = [listed(client, phone__startswith=digits) for digits in ("139", "138")]
    assert tried == [[order.pk], [order.pk]]
    assert Order.objects.get().number == "JD-2026 0301"


@pytest.mark.parametrize("name", ["an", "wu"])
def test_others_do_not_get_in(client, cast, order, name):
    client.force_login(getattr(cast, name))
    assert client.get(LIST).status_code == 403
    assert client.get(page(order)).status_code == 403


def test_a_dispatcher_looks_and_changes_nothing(client, cast, order):
    client.force_login(cast.deng)
    assert client.get(page(order)).status_code == 200
    assert client.post(page(order), {"number": "X"}).status_code == 403
    assert Order.objects.get().number == "JD-2026 0301"


def test_customers_and_units_lead_to_their_orders(client, cast, order, shelf):
    client.force_login(cast.anna)
    for row in (shelf.wang, shelf.unit):
        assert page(order) in client.get(page(row)).text
    assert "All orders" not in client.get(page(shelf.wang)).text
    for number in range(20):
        actions.record_order(number=f"N{number}", customer=shelf.wang, by=SYSTEM)
    assert f"{LIST}?customer={shelf.wang.pk}" in client.get(page(shelf.wang)).text


def test_pages_ask_as_often_for_one_row_as_for_three(
    client, cast, order, shelf, django_assert_max_num_queries
):
    client.force_login(cast.anna)
    urls = [LIST, page(order), page(shelf.wang), page(shelf.unit)]
    for url in urls:
        client.get(url)
    counts = []
    for number in range(3):
        asked = []
        for url in urls:
            with django_assert_max_num_queries(25) as queries_made:
                client.get(url)
            asked.append(len(queries_made))
        counts.append(asked)
        customer = actions.record_customer(name=f"N{number}", by=SYSTEM)
        actions.record_order(number=f"N{number}", customer=customer, by=SYSTEM)
        actions.record_order(number=f"M{number}", customer=shelf.wang, by=SYSTEM)
        unit = actions.record_unit(product=shelf.washer, serial=f"S{number}", by=SYSTEM)
        actions.add_order_line(order, product=shelf.washer, unit=unit, by=SYSTEM)
    assert counts[1] == counts[2]
    assert OrderLine.objects.count() == 5
