import pytest
from django.urls import reverse

from customers import actions
from customers.models import ContactPoint, Customer, Unit
from foundation.accounts.actors import SYSTEM
from foundation.accounts.models import Grant, Role

LIST = "admin:customers_customer_changelist"


@pytest.fixture
def quality_may_look(cast):
    """A role that sees personal data masked, let into the customers."""
    Grant.objects.create(role=Role.objects.get(key="quality"), verb="customers.view")
    return cast.qian


def page(customer):
    return reverse("admin:customers_customer_change", args=[customer.pk])


def typed(response, **changes):
    """The forms of a page as a browser would send them back, with some boxes changed."""
    form = response.context["adminform"].form
    forms = [form]
    data = {}
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for each in forms:
        for box in each:
            value = box.value()
            if value is not None and value is not False and not box.field.disabled:
                data[box.html_name] = value
    return data | changes


def test_an_agent_records_a_customer_with_a_number(client, cast):
    client.force_login(cast.anna)
    url = reverse("admin:customers_customer_add")
    data = typed(client.get(url), name="王小明", city="杭州市")
    data |= {
        "contact_points-TOTAL_FORMS": 1,
        "contact_points-0-kind": "phone",
        "contact_points-0-value": " 138 1234 5678",
    }
    response = client.post(url, data)
    assert response.status_code == 302, response.context["errors"]
    customer = Customer.objects.get()
    assert (customer.name, customer.phone, customer.city) == ("王小明", "138 1234 5678", "杭州市")
    assert ContactPoint.objects.get().normalised == "+8613812345678"


def test_boxes_say_what_is_wrong(client, cast, shelf):
    client.force_login(cast.anna)
    data = typed(client.get(page(shelf.wang)))
    data |= {
        "contact_points-TOTAL_FORMS": 3,
        "contact_points-2-kind": "email",
        "contact_points-2-value": "wang",
        "units-TOTAL_FORMS": 2,
        "units-1-product": shelf.washer.pk,
        "units-1-serial": "xqg0001",
    }
    response = client.post(page(shelf.wang), data)
    assert response.status_code == 200
    assert "This is not an e-mail address" in response.text
    assert "already recorded" in response.text


def test_a_unit_is_added_on_the_customers_page(client, cast, shelf):
    client.force_login(cast.anna)
    data = typed(client.get(page(shelf.wang)))
    data |= {
        "units-TOTAL_FORMS": 2,
        "units-1-product": shelf.washer.pk,
        "units-1-serial": "xqg 0002",
    }
    assert client.post(page(shelf.wang), data).status_code == 302
    unit = Unit.objects.get(serial_normalised="XQG0002")
    assert (unit.customer, unit.changed_by) == (shelf.wang, cast.anna)


def test_two_people_on_one_customer(client, cast, wang):
    client.force_login(cast.sun)
    data = typed(client.get(page(wang)), city="温州市", notes="先打电话")
    actions.change_customer(wang, city="宁波市", by=cast.anna)
    response = client.post(page(wang), data)
    assert "Anna saved changes here" in response.text
    assert "Stored now: 宁波市" in response.text
    assert "温州市" in response.text and "先打电话" in response.text
    assert Customer.objects.get().city == "宁波市"
    again = client.post(page(wang), typed(response))
    assert again.status_code == 302
    assert Customer.objects.get().city == "温州市"


def test_a_number_is_corrected_and_removed(client, cast, wang):
    client.force_login(cast.anna)
    data = typed(client.get(page(wang)))
    phone = wang.contact_points.get(kind="phone")
    rows = {data[f"contact_points-{n}-id"]: n for n in (0, 1)}
    data[f"contact_points-{rows[phone.pk]}-value"] = "13900001111"
    data[f"contact_points-{1 - rows[phone.pk]}-DELETE"] = "on"
    assert client.post(page(wang), data).status_code == 302
    assert [p.normalised for p in wang.contact_points.all()] == ["+8613900001111"]


def test_a_consent_is_given_and_withdrawn_on_the_page(client, cast, wang):
    client.force_login(cast.anna)
    data = typed(client.get(page(wang)))
    data |= {
        "consents-TOTAL_FORMS": 1,
        "consents-0-purpose": "care",
        "consents-0-text_version": "1",
        "consents-0-channel": "phone",
    }
    assert client.post(page(wang), data).status_code == 302
    data = typed(client.get(page(wang))) | {"consents-0-withdraw": "on", "consents-0-DELETE": "on"}
    assert client.post(page(wang), data).status_code == 302
    consent = wang.consents.get()
    assert consent.recorded_by == consent.withdrawn_by == cast.anna
    assert consent.withdrawn_at


def test_a_bounced_address_says_so_and_a_unit_can_be_opened(client, cast, shelf):
    client.force_login(cast.anna)
    assert "Mail comes back" not in client.get(page(shelf.wang)).text
    actions.mark_bounced(email="wang@example.com", by=SYSTEM)
    text = client.get(page(shelf.wang)).text
    assert "Mail comes back" in text
    assert reverse("admin:customers_unit_change", args=[shelf.unit.pk]) in text


def test_the_same_consent_twice_is_one(client, cast, wang):
    client.force_login(cast.anna)
    actions.give_consent(wang, purpose="care", text_version="1", channel="web", by=SYSTEM)
    data = typed(client.get(page(wang)))
    data |= {
        "consents-TOTAL_FORMS": 2,
        "consents-1-purpose": "care",
        "consents-1-text_version": "1",
        "consents-1-channel": "phone",
    }
    client.post(page(wang), data)
    assert wang.consents.count() == 1


def test_nobody_deletes_a_customer_or_a_unit(client, cast, shelf):
    client.force_login(cast.root)
    for name, row in (("customer", shelf.wang), ("unit", shelf.unit)):
        url = reverse(f"admin:customers_{name}_delete", args=[row.pk])
        assert client.post(url, {"post": "yes"}).status_code == 403
    assert Unit.objects.exists()


def test_agents_see_numbers_and_others_see_masks(client, cast, shelf, quality_may_look):
    client.force_login(cast.anna)
    shown = client.get(reverse(LIST)).text
    assert "王小明" in shown and "13812345678" in shown
    client.force_login(quality_may_look)
    secrets = ("王小明", "13812345678", "wang@example.com", "文三路", "门铃")
    for url in (
        reverse(LIST),
        page(shelf.wang),
        reverse("admin:customers_unit_changelist"),
        reverse("admin:customers_unit_change", args=[shelf.unit.pk]),
    ):
        text = client.get(url).text
        assert not [secret for secret in secrets if secret in text], url
    assert "138****5678" in client.get(reverse(LIST)).text
    assert "王**" in client.get(page(shelf.wang)).text


def test_masks_cannot_be_got_round(client, cast, wang, quality_may_look):
    client.force_login(quality_may_look)
    assert "王**" not in client.get(reverse(LIST), {"q": "王小明"}).text
    history = reverse("admin:customers_customer_history", args=[wang.pk])
    assert client.get(history).status_code == 403
    names = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "customers", "model_name": "unit", "field_name": "customer", "term": ""},
    )
    assert "王小明" not in names.text
    assert client.post(page(wang), {"name": "X", "version": 1}).status_code == 403
    assert Customer.objects.get().name == "王小明"


@pytest.mark.parametrize("name", ["an", "wu"])
def test_others_do_not_get_in(client, cast, wang, name):
    client.force_login(getattr(cast, name))
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(page(wang)).status_code == 403


@pytest.mark.parametrize(
    "typed_text", ["王小", "13812345678", "5678", "wang@example.com", "xqg0001"]
)
def test_the_list_is_searched_by_what_people_know(client, cast, shelf, typed_text):
    other = actions.record_customer(name="李雷", by=SYSTEM)
    client.force_login(cast.anna)
    found = [line["pk"] for line in client.get(reverse(LIST), {"q": typed_text}).context["lines"]]
    assert found == [shelf.wang.pk] != [other.pk]


def test_units_are_found_by_serial(client, cast, shelf):
    client.force_login(cast.anna)
    url = reverse("admin:customers_unit_changelist")
    for text, count in (("xqg", 1), ("XQG 0001", 1), ("zzz", 0), ("--", 0)):
        assert len(client.get(url, {"q": text}).context["lines"]) == count


def test_products_are_for_who_may_edit_them(client, cast, washer):
    url = reverse("admin:customers_product_change", args=[washer.pk])
    data = {"name_zh": "新名", "name_en": "New", "code": "N", "category": washer.category_id}
    client.force_login(cast.anna)
    assert client.get(url).status_code == 200
    assert client.post(url, data).status_code == 403
    client.force_login(cast.root)
    assert client.post(url, data).status_code == 302
    washer.refresh_from_db()
    assert washer.code == "N"


@pytest.mark.parametrize("model", ["customer", "unit", "product", "batch"])
def test_lists_ask_as_often_for_one_row_as_for_three(
    client, cast, shelf, model, django_assert_max_num_queries
):
    client.force_login(cast.anna)
    url = reverse(f"admin:customers_{model}_changelist")
    client.get(url)
    counts = []
    for number in range(3):
        customer = actions.record_customer(name=f"N{number}", phone="95105", by=SYSTEM)
        product = actions.record_product(
            code=f"P{number}",
            category=shelf.washer.category,
            name_zh="甲",
            name_en="A",
            by=SYSTEM,
        )
        actions.record_batch(product=product, code=f"B{number}", by=SYSTEM)
        actions.record_unit(product=product, serial=f"S{number}", customer=customer, by=SYSTEM)
        with django_assert_max_num_queries(14) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[-1]


def test_the_page_asks_as_often_for_one_unit_as_for_three(
    client, cast, shelf, django_assert_max_num_queries
):
    client.force_login(cast.anna)
    client.get(page(shelf.wang))
    counts = []
    for number in range(3):
        with django_assert_max_num_queries(25) as asked:
            client.get(page(shelf.wang))
        counts.append(len(asked))
        actions.record_unit(
            product=shelf.washer, serial=f"S{number}", customer=shelf.wang, by=SYSTEM
        )
        actions.add_contact_point(shelf.wang, kind="phone", value=f"1390000111{number}", by=SYSTEM)
    assert counts[0] == counts[-1]
