"""Customers, products, batches and units from sheets: through the verbs of an import."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import actions
from customers.models import Batch, ContactPoint, Customer, Product, ProductCategory, Unit
from foundation.clockwork import jobs
from foundation.search import queries
from tests.foundation.sheets.sheets import bring, imported, problems, undone


def names(*, of=Customer):
    return sorted(of.objects.values_list("name", flat=True))


PEOPLE = """客户姓名,手机,邮箱,客户类型,客户等级,省份,城市,地址,备注
王小明,138 1234 5678,wang@example.com,个人,,浙江省,杭州市,文三路1号,门铃坏了
宏达公司,0571-88886666；13900001111,,企业,,浙江省,杭州市,,
"""


def test_customers_come_with_numbers_and_addresses(cast):
    run = imported(cast.ma, "customers", PEOPLE)
    assert run.import_job.result == {"new": 2}
    wang, company = Customer.objects.order_by("pk")
    assert (wang.name, wang.region, wang.preferred_channel) == ("王小明", "浙江省", "email")
    assert [p.normalised for p in wang.contact_points.order_by("pk")] == [
        "+8613812345678",
        "wang@example.com",
    ]
    assert (company.kind, company.preferred_channel) == ("company", "phone")
    assert company.contact_points.count() == 2


def test_the_same_sheet_twice_changes_nothing(cast):
    imported(cast.ma, "customers", PEOPLE)
    again = imported(cast.ma, "customers", PEOPLE, updates=True)
    assert again.import_job.result == {"same": 2}
    assert (Customer.objects.count(), ContactPoint.objects.count()) == (2, 4)


def test_what_the_import_accepts_full_clean_accepts(cast):
    imported(cast.ma, "customers", PEOPLE)
    imported(cast.ma, "products", GOODS)
    imported(cast.ma, "units", UNITS)
    for model in (Customer, ContactPoint, Product, ProductCategory, Batch, Unit):
        rows = list(model.objects.all())
        assert rows
        for row in rows:
            row.full_clean()


GOODS = """型号,名称,英文名称,品类
XQG100,滚筒洗衣机,Washer,洗衣机
BCD-500,对开门冰箱,,冰箱
"""
UNITS = """序列号,产品型号,批次,客户姓名,手机,购买日期,送达日期,发票号
XQG-0001,xqg100,B2601,王小明,13812345678,2026年3月1日,20260303,FP1
XQG-0002,XQG100,B2601,王小明,13812345678,2026/3/1,,FP1
BCD-0001,BCD-500,,李雷,13900001111,46082,,
"""


def test_units_find_or_bring_their_owner(cast, wang):
    imported(cast.ma, "products", GOODS)
    run = imported(cast.ma, "units", UNITS)
    assert run.import_job.result == {"new": 3}
    first, second, fridge = Unit.objects.order_by("pk")
    assert first.customer == second.customer == wang
    assert first.batch == second.batch and first.batch.code == "B2601"
    assert fridge.customer.name == "李雷"
    assert str(fridge.bought_on) == "2026-03-01" == str(first.bought_on)
    assert names() == ["李雷", "王小明"]


def test_units_are_found_at_once(cast):
    imported(cast.ma, "products", GOODS)
    imported(cast.ma, "units", UNITS)
    found = queries.find("units", cast.anna, "XQG-0002")
    assert [hit.name for hit in found.hits] == ["XQG-0002"]
    assert [hit.name for hit in queries.find("customers", cast.anna, "李雷").hits] == ["李雷"]


def test_each_bad_row_says_what_to_do(cast, washer):
    sheet = """序列号,型号,手机,客户,购买日期,送达日期
S1,NOPE,,,,
,XQG100,,,,
S3,XQG100,12,,,
S4,XQG100,13812345678,,,
S5,XQG100,,,2026-03-05,2026-03-01
S6,XQG100,,,someday,
s-6,XQG100,,,,
S8,XQG100,1.38E+10,,,
"""
    run = imported(cast.ma, "units", sheet)
    assert run.import_job.result == {"bad": 7, "new": 1}
    said = problems(run, "check")
    assert [(number, column) for number, column, _words in said] == [
        (2, "code"),
        (3, "serial"),
        (4, "phone"),
        (5, "phone"),
        (6, "delivered_on"),
        (7, "bought_on"),
        (9, "phone"),
    ]
    assert "“NOPE”" in said[0][2]
    assert "Format the column as text" in said[-1][2]


def test_undo_takes_back_what_nothing_happened_to(cast, wang):
    imported(cast.ma, "products", GOODS)
    run = imported(cast.ma, "units", UNITS)
    touched = Unit.objects.get(serial="XQG-0002")
    actions.change_unit(touched, sold_by="京东", by=cast.anna)
    run = undone(cast.ma, run)
    assert run.undo_job.result == {"undone": 2, "kept": 1}
    assert Unit.objects.get() == touched
    assert names() == ["王小明"]
    [(number, _column, words)] = problems(run, "undo")
    assert number == 3 and "changed since" in words


def test_undo_restores_what_was_changed(cast, wang):
    sheet = "name,phone,e-mail,city\n王小明,13812345678;13900002222,,宁波市\n"
    run = imported(cast.ma, "customers", sheet, updates=True)
    wang.refresh_from_db()
    assert (wang.city, wang.contact_points.count(), wang.version) == ("宁波市", 3, 2)
    undone(cast.ma, run)
    wang.refresh_from_db()
    assert (wang.city, wang.contact_points.count(), wang.version) == ("杭州市", 2, 3)


def test_existing_rows_stay_unless_told_otherwise(cast, wang):
    run = imported(cast.ma, "customers", "name,phone,city\n王小明,13812345678,宁波市\n")
    assert run.check_job.result == {"changed": 1}
    assert run.import_job.result == {"same": 1}
    wang.refresh_from_db()
    assert wang.city == "杭州市"


def test_an_empty_cell_wipes_nothing(cast, wang):
    sheet = "name,phone,city,notes\n王小明,13812345678,,\n"
    run = imported(cast.ma, "customers", sheet, updates=True)
    assert run.import_job.result == {"same": 1}


def test_a_product_in_use_is_not_taken_back(cast):
    goods = imported(cast.ma, "products", GOODS)
    imported(cast.ma, "units", UNITS)
    run = undone(cast.ma, goods)
    assert run.undo_job.result == {"undone": 0, "kept": 2}
    assert Product.objects.count() == 2


def test_batches_follow_their_product(cast, washer):
    run = imported(cast.ma, "batches", "型号,批次,生产日期\nXQG100,B1,2026-01-05\nX,B2,\n")
    assert run.import_job.result == {"new": 1, "bad": 1}
    assert str(Batch.objects.get().manufactured_on) == "2026-01-05"


def test_an_import_costs_the_same_for_one_row_and_for_thirty(cast, washer):
    imported(cast.ma, "units", "serial,model,batch,owner,phone\nFIRST,XQG100,,,\n")
    counts = []
    for size in (1, 30):
        lines = "".join(
            f"N{size}-{i},XQG100,B{size},李{i},139{size:02d}{i:06d}\n" for i in range(size)
        )
        run = bring(cast.ma, "units", "serial,model,batch,owner,phone\n" + lines)
        with CaptureQueriesContext(connection) as asked:
            imported(cast.ma, run)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("size", [1, 70])
def test_chunks_end_where_the_sheet_ends(cast, washer, size):
    lines = "".join(f"C{i:04},XQG100\n" for i in range(size))
    run = imported(cast.ma, "units", "serial,model\n" + lines)
    assert run.import_job.done == run.import_job.total == Unit.objects.count() == size
    assert jobs.run(run.import_job_id) is None
