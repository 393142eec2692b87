"""The lists of customers and goods through their pages: filters, words, many at once, masks."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from customers import actions, queries
from customers.models import Batch, Customer, Order, Product, ProductCategory, Tier, Unit
from foundation.accounts.actors import SYSTEM
from foundation.accounts.models import Grant, Role
from foundation.lists import kinds
from foundation.lists.kinds import RANGE, Reader
from foundation.lists.models import BulkRun
from foundation.lists.queries import selection
from tests import stories
from tickets import actions as tickets

pytestmark = pytest.mark.django_db

MODELS = ("customer", "unit", "order", "product", "batch")
SECRETS = ("王小明", "13812345678", "wang@example.com", "文三路", "门铃", "139 0000 4321")


def page(model: str) -> str:
    return reverse(f"admin:customers_{model}_changelist")


def found(model: str, query: str, user, **more) -> list[str]:
    listed = kinds.get(f"customers.{model}")
    return [listed.name(row) for row in selection(listed.key, query, user, **more).rows]


def lines(answer) -> list[str]:
    return [line["name"] for line in answer.context_data["lines"]]


@pytest.fixture
def masked(cast):
    """A role that sees personal data masked, let into the customers and the exports."""
    role = Role.objects.get(key="quality")
    Grant.objects.create(role=role, verb="customers.view")
    Grant.objects.create(role=role, verb="reports.export")
    return cast.qian


@pytest.fixture
def shop(shelf, now):
    """Wang with a washer bought in February; Li, a dealer, with nothing; two units more."""
    vip = Tier.objects.get(key="vip")
    li = actions.record_customer(
        name="李雷商行", kind="dealer", phone="057188881234", tier=vip, region="上海市",
        city="上海市", by=SYSTEM, at=datetime(2026, 1, 5, tzinfo=UTC),
    )  # fmt: skip
    kitchen = ProductCategory.objects.create(key="kitchen", name_zh="厨电", name_en="Kitchen")
    hood = actions.record_product(
        code="CXW200", category=kitchen, name_zh="油烟机", name_en="Hood", by=SYSTEM
    )
    batch = actions.record_batch(
        product=hood, code="B2601", manufactured_on=date(2026, 1, 2), by=SYSTEM
    )
    actions.change_unit(
        shelf.unit, bought_on=date(2026, 2, 1), installed_on=date(2026, 2, 3), by=SYSTEM
    )
    actions.record_unit(
        product=hood, batch=batch, serial="CXW-1", bought_on=date(2026, 3, 1), sold_by="城西店",
        by=SYSTEM,
    )  # fmt: skip
    lines = [{"product": shelf.washer, "unit": shelf.unit}, {"product": hood, "quantity": 2}]
    actions.record_order(
        number="JD1", ordered_on=date(2026, 2, 1), customer=shelf.wang, sold_by="京东旗舰店",
        region="浙江省", phone="139 0000 4321", lines=lines, by=SYSTEM,
    )  # fmt: skip
    actions.record_order(number="TM2", sold_by="天猫", by=SYSTEM)
    return li


# --- filters -------------------------------------------------------------------------------------

WANG, LI = "王**", "李***"
CASES = [
    ("customer", "", [WANG, LI]),
    ("customer", "order=oldest", [LI, WANG]),
    ("customer", "kind=dealer", [LI]),
    ("customer", "kind=dealer&kind=person", [WANG, LI]),
    ("customer", "tier=vip", [LI]),
    ("customer", "region=浙江省", [WANG]),
    ("customer", "city=上海市", [LI]),
    ("customer", "city=温州市", []),
    ("customer", "language=en", []),
    ("customer", "reach=email", [WANG]),
    ("customer", "reach=phone", [WANG, LI]),
    ("customer", "reach=bounced", []),
    ("customer", "since=..2026-01-31", [LI]),
    ("customer", "ticket=open", []),
    ("unit", "", ["CXW-1", "XQG-0001"]),
    ("unit", "product=XQG100", ["XQG-0001"]),
    ("unit", "category=kitchen", ["CXW-1"]),
    ("unit", "category=kitchen&category=washing-machine", ["CXW-1", "XQG-0001"]),
    ("unit", "batch=B2601", ["CXW-1"]),
    ("unit", "owner=known", ["XQG-0001"]),
    ("unit", "owner=unknown", ["CXW-1"]),
    ("unit", "sold_by=城西店", ["CXW-1"]),
    ("unit", "bought=2026-03-01..2026-03-01", ["CXW-1"]),
    ("unit", "bought=..2026-02-28", ["XQG-0001"]),
    ("unit", "bought=2026-01-01..2026-03-31", ["CXW-1", "XQG-0001"]),
    ("unit", "order=bought", ["CXW-1", "XQG-0001"]),
    ("unit", "installed=2026-02-03..", ["XQG-0001"]),
    ("unit", "order=installed", ["XQG-0001"]),
    ("order", "", ["TM2", "JD1"]),
    ("order", "sold_by=天猫", ["TM2"]),
    ("order", "region=浙江省", ["JD1"]),
    ("order", "linked=known", ["JD1"]),
    ("order", "linked=unknown", ["TM2"]),
    ("order", "ordered=2026-02-01..2026-02-28", ["JD1"]),
    ("order", "order=ordered", ["JD1"]),
    ("product", "", ["CXW200", "XQG100"]),
    ("product", "category=kitchen", ["CXW200"]),
    ("product", "offered=no", []),
    ("product", "q=烟机", ["CXW200"]),
    ("product", "q=hood cxw", ["CXW200"]),
    ("batch", "", ["B2601"]),
    ("batch", "product=XQG100", []),
    ("batch", "category=kitchen", ["B2601"]),
    ("batch", "manufactured=2026-01-02..2026-01-02", ["B2601"]),
    ("batch", "order=manufactured&q=cxw", ["B2601"]),
]


@pytest.mark.parametrize(("model", "query", "names"), CASES)
def test_each_filter_narrows(model, query, names, shop, cast):
    told = [name.partition(" #")[0] for name in found(model, query, cast.anna)]
    assert told == names


def test_all_filters_are_tried():
    for model in MODELS:
        own = {one.key for one in kinds.get(f"customers.{model}").filters} - {"customer"}
        tried = {query.partition("=")[0] for name, query, _names in CASES if name == model}
        assert own <= tried, model


def test_what_belongs_to_one_customer_is_reached_by_a_link(shop, shelf, cast):
    assert found("unit", f"customer={shelf.wang.pk}", cast.anna) == ["XQG-0001"]
    assert found("order", f"customer={shop.pk}", cast.anna) == []


def test_mail_that_comes_back(shop, cast):
    actions.mark_bounced(email="wang@example.com", by=SYSTEM)
    assert [name[0] for name in found("customer", "reach=bounced", cast.anna)] == ["王"]
    assert found("customer", "reach=email", cast.anna) == []


def test_who_has_an_open_ticket_that_the_reader_sees(shop, shelf, cast, now):
    ticket = stories.received(now)
    tickets.link(ticket, by=SYSTEM, customer=shelf.wang, unit=shelf.unit, at=now)
    assert [name[0] for name in found("customer", "ticket=open", cast.sun)] == ["王"]
    assert found("unit", "ticket=open", cast.sun) == ["XQG-0001"]
    Role.objects.filter(key="supervisor").update(sees="none")
    fresh = type(cast.sun).objects.get(pk=cast.sun.pk)
    assert found("customer", "ticket=open", fresh) == found("unit", "ticket=open", fresh) == []


def test_days_are_those_of_the_column_in_every_zone(shop, cast):
    for zone in ("Asia/Shanghai", "America/New_York"):
        with timezone.override(zone):
            assert found("unit", "bought=2026-02-01..2026-02-01", cast.anna) == ["XQG-0001"]


@pytest.mark.parametrize("model", MODELS)
def test_what_can_be_chosen_is_understood(model, shop, cast):
    """Every choice of the form is one that the list knows, and the page offers it."""
    listed, reader = kinds.get(f"customers.{model}"), Reader(cast.sun)
    for one in kinds.filters_of(listed).values():
        if one.options is None or one.look == RANGE:
            continue
        values = [value for value, _words in one.options(reader)]
        assert values and set(one.known(values, reader)) == set(values), one.key
        for value in values:
            list(one.apply(listed.rows(cast.sun), [value], reader))


@pytest.mark.parametrize("model", MODELS)
def test_the_dialogs_open(model, shop, client, cast):
    client.force_login(cast.sun)
    for name in ("lists_filters", "lists_columns", "lists_save"):
        assert client.get(reverse(f"admin:{name}", args=[f"customers.{model}"])).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["kind=alien", "tier=%00", "region=%00", "product=%00", "bought=soon", "customer=x", "zzz=1",
     "city=" + "x" * 300, "category=" + "9" * 40, "name__startswith=王", "o=1.2", "e=1"],
)  # fmt: skip
@pytest.mark.parametrize("model", MODELS)
def test_what_is_not_understood_is_told_and_left_out(model, query, shop, client, cast):
    client.force_login(cast.anna)
    answer = client.get(f"{page(model)}?{query}")
    assert answer.status_code == 200
    assert lines(answer) == lines(client.get(page(model)))
    assert "Left out" in answer.content.decode()


def test_a_range_of_days_is_in_the_order_of_those_days_until_another_is_chosen(
    shop, shelf, client, cast
):
    """Where the oldest days are asked for, no index of another order finds them."""
    Unit.objects.filter(serial="XQG-0001").update(bought_on=date(2026, 3, 5))
    client.force_login(cast.anna)
    by_days = client.get(page("unit"), {"bought": "2026-01-01.."})
    assert by_days.context["asked"].order.key == "bought"
    assert lines(by_days) == ["XQG-0001", "CXW-1"]
    newest = client.get(page("unit"), {"bought": "2026-01-01..", "order": "newest"})
    assert lines(newest) == ["CXW-1", "XQG-0001"]
    assert "order=newest" in newest.context["turns"]["first"]
    assert "order=" not in by_days.context["turns"]["first"]
    assert lines(client.get(page("unit"))) == ["CXW-1", "XQG-0001"]


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "text", "count"),
    [
        ("customer", "5678", 1),
        ("customer", "小明", 1),
        ("customer", "xqg0001", 1),
        ("unit", "xqg", 1),
        ("unit", "油烟机", 1),
        ("unit", "王小明", 1),
        ("order", "jd1", 1),
        ("order", "4321", 1),
        ("order", "滚筒", 1),
        ("order", "nothing", 0),
    ],
)
def test_words_find(model, text, count, shop, client, cast):
    client.force_login(cast.anna)
    assert len(lines(client.get(page(model), {"q": text}))) == count


def test_words_of_an_indexed_column_come_in_order_and_once(shop):
    for number in range(3):
        actions.record_customer(name=f"N{number}", city="杭州市", by=SYSTEM)
    assert queries.words_of(Customer, "city") == ["上海市", "杭州市"]
    assert queries.words_of(Customer, "city", 1) == ["上海市"]
    assert queries.words_of(Unit, "sold_by") == ["城西店"]
    Order.objects.all().delete()
    assert queries.words_of(Order, "sold_by") == []


# --- masks ---------------------------------------------------------------------------------------


def test_masked_in_every_column_of_every_list(shop, client, masked):
    client.force_login(masked)
    for model in MODELS:
        columns = [column.key for column in kinds.get(f"customers.{model}").columns]
        url = reverse("admin:lists_columns", args=[f"customers.{model}"])
        assert (
            client.post(url, {"columns": columns, "rows": 25, "opens_with": ""}).status_code < 400
        )
        text = client.get(page(model)).content.decode()
        assert not [secret for secret in SECRETS if secret in text], model
        assert "opens_with" not in text
    text = client.get(page("customer")).content.decode()
    assert "王**" in text and "138****5678" in text and "w***@example.com" in text


@pytest.mark.parametrize("model", ["customer", "unit", "order"])
@pytest.mark.parametrize(
    "text", ["王小明", "小明", "王", "5678", "13812345678", "4321", "wang@", "文三路"]
)
def test_masked_readers_find_nobody_by_personal_data(model, text, shop, client, masked, cast):
    client.force_login(masked)
    assert lines(client.get(page(model), {"q": text})) == []


def test_no_order_and_no_filter_reads_personal_data(shop):
    """Whoever sees names masked would read them from the places of the rows."""
    secret = {"name", "address", "notes", "phone", "phone_normalised", "tail4", "contact_points"}
    for model in MODELS:
        listed = kinds.get(f"customers.{model}")
        for order in listed.orders:
            names = {str(name).strip("-").partition("__")[0] for name in order.by}
            assert not names & (secret | {"customer"}), order.key
    assert (
        not {one.key for one in kinds.filters_of(kinds.get("customers.customer")).values()} & secret
    )


def test_a_picked_row_in_a_window_of_its_own(shop, client, cast, masked):
    client.force_login(masked)
    for model in MODELS:
        answer = client.get(page(model), {"_popup": 1})
        assert answer.status_code == 200
        assert not [secret for secret in SECRETS if secret in answer.content.decode()], model
    client.force_login(cast.anna)
    assert "王小明" in client.get(page("customer"), {"_popup": 1}).content.decode()


def test_pick_lists_still_find(shop, shelf, client, cast):
    client.force_login(cast.anna)
    asked = {"app_label": "customers", "model_name": "unit"}
    for field, term, pk in (
        ("customer", "小明", shelf.wang.pk),
        ("product", "烟机", Product.objects.get(code="CXW200").pk),
        ("batch", "B26", Batch.objects.get().pk),
    ):
        answer = client.get(
            reverse("admin:autocomplete"), asked | {"field_name": field, "term": term}
        )
        assert [row["id"] for row in answer.json()["results"]] == [str(pk)], field


# --- many at once --------------------------------------------------------------------------------


def set_tier(client, rows, tier, **more):
    chosen = [f"{row.pk}:{row.version}" for row in rows]
    url = reverse("admin:lists_bulk", args=["customers.customer", "set_tier"])
    pk = Tier.objects.get(key=tier).pk if tier else ""
    return client.post(url, {"t": chosen, "tier": pk, **more})


def test_many_get_a_tier_and_each_says_what_came(shop, shelf, client, cast):
    client.force_login(cast.anna)
    assert "Set tier" in client.get(page("customer")).content.decode()
    actions.change_customer(shop, city="苏州市", by=cast.sun)  # the row that was seen is old
    answer = client.get(set_tier(client, [shelf.wang, shop], "vip").url)
    run = BulkRun.objects.get()
    assert [line["is_done"] for line in run.lines] == [True, False]
    assert "王小明" not in str(run.lines) and "Sun saved changes here" in run.lines[1]["why"]
    assert answer.status_code == 200
    assert Customer.objects.get(pk=shelf.wang.pk).tier.key == "vip"
    assert Customer.objects.get(pk=shelf.wang.pk).changed_by == cast.anna


def test_no_tier_is_a_choice_and_a_repeated_press_does_nothing_more(shop, client, cast):
    client.force_login(cast.anna)
    for _press in range(2):
        assert set_tier(client, [shop], "", once="1").status_code == 302
    shop.refresh_from_db()
    assert (shop.tier, shop.version) == (None, 2)


@pytest.mark.parametrize("name", ["deng", "qian"])
def test_who_may_only_look_sets_no_tier(name, shop, client, cast, masked):
    """Also where the verb is granted, but personal data is masked: as on the customer's page."""
    Grant.objects.create(role=Role.objects.get(key="quality"), verb="customers.edit")
    client.force_login(getattr(cast, name))
    assert "Set tier" not in client.get(page("customer")).content.decode()
    assert set_tier(client, [shop], "regular").status_code == 403
    assert Customer.objects.get(pk=shop.pk).tier.key == "vip"


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", ["an", "wu", "qian"])
def test_others_do_not_get_in(model, name, shop, client, cast):
    client.force_login(getattr(cast, name))
    assert client.get(page(model)).status_code == 403
    assert (
        client.get(reverse("admin:lists_filters", args=[f"customers.{model}"])).status_code == 403
    )


@pytest.mark.parametrize("model", MODELS)
def test_an_empty_list_teaches(model, client, cast):
    client.force_login(cast.root)
    text = client.get(page(model)).content.decode()
    assert escape(str(kinds.get(f"customers.{model}").empty[1])) in text
    assert reverse(f"admin:customers_{model}_add") in text


@pytest.mark.parametrize("model", MODELS)
def test_the_way_to_add_is_only_for_who_may(model, shop, client, cast):
    add = reverse(f"admin:customers_{model}_add")
    for name, may in (("root", True), ("deng", False)):
        client.force_login(getattr(cast, name))
        assert (add in client.get(page(model)).content.decode()) is may


@pytest.mark.parametrize("model", MODELS)
def test_as_many_queries_for_three_rows_as_for_one(
    model, shelf, client, cast, django_assert_max_num_queries
):
    client.force_login(cast.sun)
    columns = [column.key for column in kinds.get(f"customers.{model}").columns]
    url = reverse("admin:lists_columns", args=[f"customers.{model}"])
    client.post(url, {"columns": columns, "rows": 25, "opens_with": ""})
    counts, customer = [], shelf.wang
    for number in range(4):
        product = actions.record_product(
            code=f"P{number}", category=shelf.washer.category, name_zh="甲", name_en="A", by=SYSTEM
        )
        batch = actions.record_batch(product=product, code=f"B{number}", by=SYSTEM)
        facts = {"product": product, "batch": batch, "customer": customer}
        unit = actions.record_unit(serial=f"S{number}", **facts, by=SYSTEM)
        order = [{"product": product, "unit": unit}] * 2
        actions.record_order(number=f"N{number}", customer=customer, lines=order, by=SYSTEM)
        client.get(page(model))
        with django_assert_max_num_queries(14) as asked:
            assert client.get(page(model)).status_code == 200
        counts.append(len(asked))
        customer = actions.record_customer(name=f"N{number}", phone="95105", by=SYSTEM)
    assert counts[0] == counts[-1]
    assert not [q for q in asked.captured_queries if "COUNT(" in q["sql"].upper()]
