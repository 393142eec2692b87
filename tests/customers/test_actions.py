from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from customers import actions
from customers.models import ContactPoint, Customer, Unit
from foundation.accounts.actors import SYSTEM, CaseHolder


def test_an_agent_records_a_customer(cast, now):
    customer = actions.record_customer(
        name=" 王小明 ", phone="138-1234-5678", email="Wang@Example.com", by=cast.anna, at=now
    )
    assert (customer.name, customer.created_at, customer.version) == ("王小明", now, 1)
    assert {p.normalised: p.tail4 for p in customer.contact_points.all()} == {
        "+8613812345678": "5678",
        "wang@example.com": "",
    }
    assert customer.preferred_channel == "email"
    assert (customer.phone, customer.email) == ("138-1234-5678", "Wang@Example.com")


def test_who_has_only_a_phone_is_called(now, db):
    customer = actions.record_customer(name="李", phone="95105", by=SYSTEM, at=now)
    assert customer.preferred_channel == "phone"


@pytest.mark.parametrize("name", ["tang", "qian", "an", "wu", "deng"])
def test_others_may_not_write_customers(cast, wang, name):
    by = getattr(cast, name)
    with pytest.raises(PermissionDenied):
        actions.record_customer(name="李", by=by)
    with pytest.raises(PermissionDenied):
        actions.change_customer(wang, name="李", by=by)
    with pytest.raises(PermissionDenied):
        actions.add_contact_point(wang, kind="phone", value="13900000000", by=by)
    with pytest.raises(PermissionDenied):
        actions.give_consent(wang, purpose="care", text_version="1", channel="phone", by=by)
    with pytest.raises(PermissionDenied):
        actions.withdraw_consent(wang, purpose="care", by=by)
    assert Customer.objects.get().version == 1


def test_a_customer_behind_a_link_may_not_write_customers(wang):
    with pytest.raises(PermissionDenied):
        actions.change_customer(wang, name="李", by=CaseHolder(1))


@pytest.mark.parametrize(
    ("field", "value"), [("email", "wang"), ("phone", "call me"), ("phone", "1" * 40)]
)
def test_what_cannot_be_reached_is_refused_by_field(db, field, value):
    with pytest.raises(ValidationError) as refusal:
        actions.record_customer(name="王", by=SYSTEM, **{field: value})
    assert list(refusal.value.message_dict) == [field]
    assert not Customer.objects.exists()


def test_the_second_to_save_learns_who_was_first(cast, wang, later):
    actions.change_customer(wang, version=1, city="宁波市", by=cast.anna, at=later(minutes=5))
    with pytest.raises(ValidationError, match=r"Anna saved changes here at .* 10:05") as refusal:
        actions.change_customer(wang, version=1, city="温州市", by=cast.sun)
    assert refusal.value.code == "stale"
    wang.refresh_from_db()
    assert (wang.city, wang.version, wang.changed_by) == ("宁波市", 2, cast.anna)


def test_only_known_fields_change(wang):
    with pytest.raises(TypeError):
        actions.change_customer(wang, version=1, created_at=None, by=SYSTEM)


def test_the_same_number_is_one_contact_point(wang):
    again = actions.add_contact_point(wang, kind="phone", value="+86 138 1234 5678", by=SYSTEM)
    assert again == ContactPoint.objects.get(kind="phone")


def test_one_number_is_preferred(wang):
    first = wang.contact_points.get(kind="phone")
    actions.change_contact_point(
        first, kind="phone", value=first.value, is_preferred=True, by=SYSTEM
    )
    actions.add_contact_point(wang, kind="phone", value="13900000000", is_preferred=True, by=SYSTEM)
    assert [p.value for p in wang.contact_points.filter(is_preferred=True)] == ["13900000000"]


def test_an_address_whose_mail_comes_back_is_not_chosen_until_corrected(wang):
    assert actions.mark_bounced(email="WANG@example.com", by=SYSTEM) == 1
    assert Customer.objects.get().email == ""
    point = wang.contact_points.get(kind="email")
    actions.change_contact_point(
        point, kind="email", value="wang@example.org", is_preferred=False, by=SYSTEM
    )
    assert Customer.objects.get().email == "wang@example.org"


def test_a_consent_is_recorded_and_withdrawn_but_never_lost(cast, wang, now, later):
    given = actions.give_consent(
        wang, purpose="care", text_version="2026-01", channel="phone", by=cast.anna, at=now
    )
    assert given == actions.give_consent(
        wang, purpose="care", text_version="2026-01", channel="web", by=cast.sun
    )
    ended = actions.withdraw_consent(wang, purpose="care", by=cast.sun, at=later(days=1))
    assert (ended.pk, ended.withdrawn_at, ended.withdrawn_by, ended.recorded_by) == (
        given.pk,
        later(days=1),
        cast.sun,
        cast.anna,
    )
    assert actions.withdraw_consent(wang, purpose="care", by=cast.sun) is None


def test_newer_words_end_the_older_agreement(wang, now, later):
    for version, at in (("1", now), ("2", later(days=1))):
        actions.give_consent(
            wang, purpose="care", text_version=version, channel="web", by=SYSTEM, at=at
        )
    assert list(wang.consents.values_list("text_version", "withdrawn_at")) == [
        ("2", None),
        ("1", later(days=1)),
    ]


def test_a_unit_exists_once_per_serial(cast, shelf):
    with pytest.raises(ValidationError, match="already recorded"):
        actions.record_unit(product=shelf.washer, serial="xqg 0001", by=cast.anna)
    with pytest.raises(PermissionDenied):
        actions.record_unit(product=shelf.washer, serial="xqg 0002", by=cast.tang)
    assert Unit.objects.count() == 1


def test_goods_without_serial_have_an_order_line(shelf):
    unit = actions.record_unit(product=shelf.washer, order_line="JD-1/2", variant="白色", by=SYSTEM)
    assert str(unit) == "JD-1/2 白色"
    with pytest.raises(ValidationError):
        actions.record_unit(product=shelf.washer, serial=" -- ", by=SYSTEM)


def test_dates_and_batches_are_checked(shelf):
    other = actions.record_product(
        code="B",
        category=shelf.washer.category,
        name_zh="乙",
        name_en="B",
        by=SYSTEM,
    )
    batch = actions.record_batch(product=other, code="2026-01", by=SYSTEM)
    with pytest.raises(ValidationError, match="another product"):
        actions.change_unit(shelf.unit, batch=batch, by=SYSTEM)
    with pytest.raises(ValidationError, match="before"):
        actions.change_unit(
            shelf.unit, bought_on=date(2026, 2, 1), installed_on=date(2026, 1, 1), by=SYSTEM
        )


def test_a_unit_moves_to_another_owner_and_tells_the_second_editor(cast, shelf, later):
    other = actions.record_customer(name="李", by=SYSTEM)
    moved = actions.change_unit(shelf.unit, version=1, customer=other, by=cast.anna)
    assert (moved.customer, moved.version) == (other, 2)
    with pytest.raises(ValidationError) as refusal:
        actions.change_unit(shelf.unit, version=1, customer=None, by=cast.sun)
    assert refusal.value.code == "stale"


def test_products_belong_to_who_may_edit_them(cast, washer):
    with pytest.raises(PermissionDenied):
        actions.record_batch(product=washer, code="1", by=cast.anna)
    assert actions.record_batch(product=washer, code="1", by=cast.root).product == washer
