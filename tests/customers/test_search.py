"""Customers and units are found by who may look at customers, by the person only where shown."""

import pytest
from django.utils import timezone

from customers import actions
from customers.models import Customer, Product, Unit
from foundation.accounts.actors import SYSTEM
from foundation.accounts.models import Grant, Role
from foundation.search import actions as search
from foundation.search.queries import find
from tests import stories


@pytest.fixture
def owner(cast):
    return actions.record_customer(
        name="王芳",
        phone="138 1234 5678",
        email="wang.fang@example.com",
        region="浙江省",
        city="杭州市",
        address="文三路1号",
        by=SYSTEM,
    )


@pytest.fixture
def unit(owner):
    return actions.record_unit(
        product=stories.product(), serial="SN-2026-0001", customer=owner, by=SYSTEM
    )


def found(kind, user, text) -> list[int]:
    return [hit.pk for hit in find(kind, user, text, loosely=False).hits]


PERSONAL = [
    "王芳", "王", "13812345678", "+86 138 1234 5678", "1381234", "5678", "wang.fang@example.com",
    "wang.fang@", "文三路",
]  # fmt: skip
OPEN = ["杭州", "浙江省", "SN-2026-0001", "sn20260001"]


@pytest.mark.parametrize("asked", [*PERSONAL, *OPEN, "杭州 王芳 5678"])
def test_an_agent_finds_a_customer(cast, owner, unit, asked):
    assert found("customers", cast.anna, asked) == [owner.pk]


@pytest.mark.parametrize("asked", ["SN-2026-0001", "sn2026", "WM-800", "滚筒洗衣机", "王芳"])
def test_an_agent_finds_a_unit(cast, unit, asked):
    assert found("units", cast.anna, asked) == [unit.pk]


def test_who_may_not_look_at_customers_finds_none(cast, owner, unit):
    for user in (cast.wu, cast.an, cast.qian, cast.tang):
        for asked in (*PERSONAL, *OPEN):
            assert found("customers", user, asked) == found("units", user, asked) == []


@pytest.mark.parametrize("role", ["analyst", "warehouse"])
def test_who_sees_them_masked_does_not_find_by_the_person(cast, owner, unit, role):
    Grant.objects.create(role=Role.objects.get(key=role), verb="customers.view")
    user = cast.an if role == "analyst" else cast.wu
    for asked in PERSONAL:
        assert found("customers", user, asked) == [], asked
    assert found("units", user, "王芳") == []
    for asked in OPEN:
        assert found("customers", user, asked) == [owner.pk]
    hits = find("customers", user, "杭州").hits + find("units", user, "sn2026").hits
    for secret in ("13812345678", "wang.fang@", *(["王芳", "文三路"] if role == "analyst" else [])):
        assert secret not in str(hits)


def test_a_number_reaches_before_a_name_that_holds_it(cast, owner):
    other = actions.record_customer(name="13812345678 同事", by=SYSTEM)
    assert found("customers", cast.anna, "13812345678") == [owner.pk, other.pk]


def test_verbs_keep_the_documents_right(cast, owner, unit):
    point = actions.add_contact_point(owner, kind="phone", value="0571-88881234", by=cast.anna)
    assert found("customers", cast.anna, "88881234") == [owner.pk]
    actions.change_contact_point(
        point, kind="phone", value="0571-77771234", is_preferred=False, by=cast.anna
    )
    assert found("customers", cast.anna, "057177771234") == [owner.pk]
    assert found("customers", cast.anna, "88881234") == []
    actions.remove_contact_point(point, by=cast.anna)
    assert found("customers", cast.anna, "77771234") == []
    actions.change_customer(owner, name="李雷", by=cast.anna)
    assert found("customers", cast.anna, "李雷") == [owner.pk]
    assert found("customers", cast.anna, "王芳") == []
    search.sweep(timezone.now())
    assert found("units", cast.anna, "李雷") == [unit.pk]


def test_a_unit_that_changes_hands_leads_to_its_new_owner(cast, owner, unit):
    other = actions.record_customer(name="韩梅", by=SYSTEM)
    actions.change_unit(unit, customer=other, serial="ZZ-77", by=cast.anna)
    assert found("customers", cast.anna, "zz77") == [other.pk]
    assert found("customers", cast.anna, "SN-2026-0001") == []
    assert found("units", cast.anna, "韩梅") == [unit.pk]


def test_a_renamed_product_follows(cast, unit):
    Product.objects.get().save()
    product = Product.objects.get()
    product.name_zh = "波轮机"
    product.save()
    search.sweep(timezone.now())
    search.sweep(timezone.now())
    assert found("units", cast.anna, "波轮机") == [unit.pk]


def test_a_dealer_is_found_by_the_latest_units(cast, owner, unit, monkeypatch):
    monkeypatch.setattr("customers.search.MOST_UNITS", 1)
    actions.record_unit(product=unit.product, serial="NEW-1", customer=owner, by=SYSTEM)
    assert found("customers", cast.anna, "NEW-1") == [owner.pk]
    assert found("customers", cast.anna, "SN-2026-0001") == []
    assert len(found("units", cast.anna, "王芳")) == 2


def test_gone_customers_are_not_found(cast, owner):
    Customer.objects.filter(pk=owner.pk).delete()
    assert found("customers", cast.anna, "王芳") == []
    assert Unit.objects.count() == 0
