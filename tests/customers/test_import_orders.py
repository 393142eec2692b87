"""Orders from sheets: through the verbs of an import."""

from datetime import date
from decimal import Decimal

import pytest

from customers import actions
from customers.models import Customer, Order, OrderLine, Product, Unit
from foundation.accounts.actors import SYSTEM
from foundation.search import queries
from foundation.sheets import running
from tests.foundation.sheets.sheets import bring, checked, imported, problems, undone

SHEET = """订单号,店铺,下单日期,收货人,手机,省份,型号,颜色,数量,单价,序列号
JD-001,京东旗舰店,2026年3月1日,王小明,138 1234 5678,浙江省,xqg100,,1,"2,999.00",XQG 0001
JD-001,京东旗舰店,2026-03-01,王小明,13812345678,浙江省,TEE-1,白色,2,59.9,
JD-001,京东旗舰店,,,,,TEE-1,黑色,,,
TM-9,天猫,20260302,李雷,13900004321,上海市,XQG100,,1,,XQG-0099
T-5,,,,13700005555,,TEE-1,白色,3,,
"""


@pytest.fixture
def goods(shelf):
    """A washer, of which Wang has one, and a shirt."""
    actions.record_product(
        code="TEE-1", category=shelf.washer.category, name_zh="T恤", name_en="Shirt", by=SYSTEM
    )
    return shelf


def state() -> dict:
    """Everything an import of orders may touch, without keys."""
    lines = OrderLine.objects.order_by("order__number", "position")
    return {
        "orders": list(
            Order.objects.order_by("number").values_list(
                "number", "ordered_on", "customer__name", "sold_by", "region", "phone", "tail4"
            )
        ),
        "lines": list(
            lines.values_list(
                "order__number", "position", "product__code", "variant", "quantity", "price",
                "unit__serial",
            )
        ),
        "units": list(Unit.objects.order_by("serial").values_list("serial", "customer__name")),
        "customers": list(Customer.objects.order_by("name").values_list("name", flat=True)),
    }  # fmt: skip


def test_rows_of_one_number_are_one_order(cast, goods):
    run = imported(cast.ma, "orders", SHEET)
    assert problems(run, "check") == []
    assert run.import_job.result == {"new": 5}
    assert state() == {
        "orders": [
            (
                "JD-001", date(2026, 3, 1), "王小明", "京东旗舰店", "浙江省", "138 1234 5678",
                "5678",
            ),
            ("T-5", None, None, "", "", "13700005555", "5555"),
            ("TM-9", date(2026, 3, 2), "李雷", "天猫", "上海市", "13900004321", "4321"),
        ],
        "lines": [
            ("JD-001", 1, "XQG100", "", 1, Decimal("2999.00"), "XQG-0001"),
            ("JD-001", 2, "TEE-1", "白色", 2, Decimal("59.90"), None),
            ("JD-001", 3, "TEE-1", "黑色", 1, None, None),
            ("T-5", 1, "TEE-1", "白色", 3, None, None),
            ("TM-9", 1, "XQG100", "", 1, None, "XQG-0099"),
        ],
        "units": [("XQG-0001", "王小明"), ("XQG-0099", "李雷")],
        "customers": ["李雷", "王小明"],
    }  # fmt: skip
    unit = Unit.objects.get(serial="XQG-0099")
    assert (unit.bought_on, unit.sold_by) == (date(2026, 3, 2), "天猫")
    for row in (*Order.objects.all(), *OrderLine.objects.all(), *Unit.objects.all()):
        row.full_clean()


def test_they_are_found_at_once(cast, goods):
    imported(cast.ma, "orders", SHEET)
    for words in ("JD001", "tm-9", "4321", "李雷"):
        assert queries.find("orders", cast.anna, words).hits, words
    assert Order.objects.matching("13900004321", personal=True).get().number == "TM-9"


def test_the_same_sheet_twice_changes_nothing(cast, goods):
    imported(cast.ma, "orders", SHEET)
    before = state()
    again = imported(cast.ma, "orders", SHEET, updates=True)
    assert again.import_job.result == {"same": 5}
    assert state() == before


def test_small_chunks_come_to_the_same(cast, goods, monkeypatch):
    monkeypatch.setattr(running, "pace", lambda: running.Pace(1.0, 1, 1, 1))
    before = state()
    run = imported(cast.ma, "orders", SHEET)
    one_by_one = state()
    undone(cast.ma, run)
    assert state() == before
    monkeypatch.undo()
    imported(cast.ma, "orders", SHEET)
    assert state() == one_by_one


def test_an_undone_import_leaves_nothing(cast, goods):
    before = state()
    run = imported(cast.ma, "orders", SHEET)
    run = undone(cast.ma, run)
    assert run.undo_job.result == {"undone": 5, "kept": 0}
    assert state() == before
    assert not queries.find("orders", cast.anna, "JD001").hits


MORE = """订单号,店铺,省份,型号,颜色,数量,单价
JD-001,京东旗舰店,江苏省,TEE-1,白色,4,49.9
JD-001,京东旗舰店,江苏省,XQG100,,,
"""


@pytest.mark.parametrize("most", [1, 2000])
def test_updates_change_orders_and_lines_and_go_back(cast, goods, monkeypatch, most):
    imported(cast.ma, "orders", SHEET)
    before = state()
    monkeypatch.setattr(running, "pace", lambda: running.Pace(1.0, most, most, most))
    run = imported(cast.ma, "orders", MORE, updates=True)
    assert run.import_job.result["changed"] >= 1
    order = Order.objects.get(number="JD-001")
    assert order.region == "江苏省" and order.version > 1
    line = order.lines.get(variant="白色")
    assert (line.quantity, line.price) == (4, Decimal("49.90"))
    undone(cast.ma, run)
    assert state() == before


def test_without_updates_a_recorded_order_stays(cast, goods):
    imported(cast.ma, "orders", SHEET)
    before = state()
    imported(cast.ma, "orders", MORE)
    assert [one for one in state()["orders"]] == before["orders"]
    assert [one for one in state()["lines"] if one[3]] == [o for o in before["lines"] if o[3]]


def test_a_new_line_of_a_recorded_order_adds_only_what_is_missing(cast, goods):
    imported(cast.ma, "orders", SHEET)
    sheet = "订单号,下单日期,收货人,手机,省份,型号,颜色\n"
    sheet += "T-5,2026-02-02,韩梅梅,13600001111,广东省,TEE-1,红色\n"
    imported(cast.ma, "orders", sheet)
    order = Order.objects.get(number="T-5")
    assert (order.ordered_on, order.customer.name) == (date(2026, 2, 2), "韩梅梅")
    assert order.phone == "13700005555"
    assert [line.variant for line in order.lines.all()] == ["白色", "红色"]
    imported(cast.ma, "orders", "订单号,收货人,手机,型号,颜色\nT-5,另一人,13600002222,TEE-1,蓝\n")
    assert not Customer.objects.filter(name="另一人").exists()


def test_a_serial_number_that_comes_later_joins_its_line(cast, goods):
    sheet = "订单号,型号,序列号\nA1,XQG100,{}\n"
    imported(cast.ma, "orders", sheet.format(""))
    imported(cast.ma, "orders", sheet.format("NEW-1"), updates=True)
    line = OrderLine.objects.get()
    assert line.unit.serial == "NEW-1"


def test_what_happened_since_stays(cast, goods):
    run = imported(cast.ma, "orders", SHEET)
    order = Order.objects.get(number="TM-9")
    actions.change_order(order, region="北京市", by=cast.anna)
    actions.change_unit(Unit.objects.get(serial="XQG-0099"), variant="灰", by=cast.anna)
    run = undone(cast.ma, run)
    assert run.undo_job.result == {"undone": 4, "kept": 1}
    assert [row.number for row in Order.objects.all()] == ["TM-9"]
    assert Customer.objects.filter(name="李雷").exists()


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("-,XQG100,,,,,,", "number", "Give the order number"),
        ("A1,NONE,,,,,,", "code", "no product"),
        ("A1,XQG100,0,,,,,", "quantity", "from 1 to"),
        ("A1,XQG100,,-1,,,,", "price", "decimals"),
        ("A1,XQG100,,1.005,,,,", "price", "decimals"),
        ("A1,XQG100,,,昨天,,,", "ordered_on", "not a date"),
        ("A1,XQG100,,,,王小明,,", "name", "phone or e-mail"),
        ("A1,XQG100,,,,,abc,", "phone", "not a phone number"),
        ("A1,TEE-1,,,,,,XQG-0001", "serial", "another product"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written(cast, goods, row, column, words):
    sheet = "订单号,型号,数量,单价,下单日期,收货人,手机,序列号\n" + row
    ((number, where, told),) = problems(checked(cast.ma, "orders", sheet), "check")
    assert (number, where) == (2, column) and words in told
    imported(cast.ma, "orders", sheet)
    assert not Order.objects.exists()


def test_rows_that_contradict_each_other_are_named(cast, goods):
    sheet = "订单号,型号,颜色,下单日期\nA1,TEE-1,白,2026-01-01\nA1,TEE-1,黑,2026-01-02\n"
    ((number, column, _words),) = problems(checked(cast.ma, "orders", sheet), "check")
    assert (number, column) == (3, "ordered_on")


def test_two_sellers_may_use_one_number(cast, goods):
    sheet = "订单号,店铺,型号\nA1,甲,XQG100\nA1,乙,XQG100\n"
    imported(cast.ma, "orders", sheet)
    assert Order.objects.count() == 2
    assert imported(cast.ma, "orders", sheet).import_job.result == {"same": 2}


def test_the_same_product_twice_needs_line_numbers(cast, goods):
    sheet = "订单号,行号,型号,数量\nA1,1,TEE-1,1\nA1,2,TEE-1,5\n"
    imported(cast.ma, "orders", sheet)
    assert list(OrderLine.objects.values_list("position", "quantity")) == [(1, 1), (2, 5)]
    assert imported(cast.ma, "orders", sheet, updates=True).import_job.result == {"same": 2}


@pytest.mark.parametrize("name", ["anna", "deng", "an"])
def test_who_may_not_import_is_refused(cast, goods, name):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        bring(getattr(cast, name), "orders", SHEET)


def test_a_chunk_asks_as_often_for_one_row_as_for_thirty(
    cast, goods, django_assert_max_num_queries
):
    head = "订单号,收货人,手机,型号,颜色,序列号\n"
    counts = []
    for count in (1, 30):
        Product.objects.exists()
        rows = [
            f"N{count}-{n},客户{count}-{n},1390000{count:02d}{n:02d},XQG100,,S{count}-{n}"
            for n in range(count)
        ]
        with django_assert_max_num_queries(130) as asked:
            imported(cast.ma, "orders", head + "\n".join(rows))
        counts.append(len(asked))
    assert counts[1] - counts[0] <= 4
