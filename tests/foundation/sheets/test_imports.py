"""An import as a whole: once, in pieces, stopped, killed, undone – whoever does it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from customers import actions
from customers.models import Customer, Product, ProductCategory, Unit
from foundation.accounts.actors import SYSTEM
from foundation.clockwork import jobs
from foundation.sheets import imports, mapping, running, targets
from foundation.sheets.models import Import, ImportedRow, Mapping, RowKey, RowProblem, folder
from tests.foundation.sheets.sheets import bring, checked, imported, problems, undone, work


@pytest.fixture
def washer(db):
    category = ProductCategory.objects.create(key="w", name_zh="洗衣机", name_en="Washing machines")
    return actions.record_product(
        code="XQG100", category=category, name_zh="洗衣机", name_en="Washer", by=SYSTEM
    )


def units(rows: int, mark: str = "U") -> str:
    return "序列号,型号\n" + "".join(f"{mark}{at:05d},XQG100\n" for at in range(rows))


PEOPLE = "姓名,电话\n王小明,13812345678\n"


def test_the_check_writes_nothing(cast, washer):
    run = checked(cast.ma, "units", units(3))
    assert run.check_job.result == {"new": 3}
    assert run.step[0] == "checked"
    assert (Unit.objects.count(), ImportedRow.objects.count()) == (0, 0)


def test_an_import_remembers_its_rows_and_forgets_what_it_needs_no_more(cast, washer):
    run = imported(cast.ma, "units", units(3))
    assert run.rows.count() == 3
    assert not RowKey.objects.exists()
    assert run.step[0] == "imported"


def test_nothing_is_imported_before_the_check(cast, washer):
    run = bring(cast.ma, "units", units(1))
    with pytest.raises(ValidationError, match="Check the sheet first"):
        imports.go(run, by=cast.ma)


def test_each_verb_asked_for_twice_is_done_once(cast, washer):
    run = checked(cast.ma, "units", units(2))
    assert imports.go(run, by=cast.ma) == imports.go(run, by=cast.ma)
    work(imports.go(run, by=cast.ma))
    assert imports.undo(run, by=cast.ma) == imports.undo(run, by=cast.ma)
    with pytest.raises(ValidationError, match="has been imported"):
        imports.settle(run, columns=run.mapping, updates=False, by=cast.ma)


def test_rows_of_one_sheet_that_mean_the_same_are_told_across_chunks(cast, washer):
    rows = 2 * running.pace().first
    sheet = units(rows) + "u-00001,XQG100\n"
    run = imported(cast.ma, "units", sheet)
    assert run.import_job.result == {"new": rows, "bad": 1}
    [(number, _column, words)] = problems(run, "import")
    assert number == rows + 2 and "repeats row 3" in words


def test_stopped_and_resumed_it_is_whole(cast, washer):
    rows = 3 * running.pace().first
    run = checked(cast.ma, "units", units(rows))
    job = imports.go(run, by=cast.ma)
    jobs.run(job.pk, seconds=0)
    some = Unit.objects.count()
    assert 0 < some < rows
    imports.stop(Import.objects.get(pk=run.pk), by=cast.ma)
    assert jobs.run(job.pk) is None
    run = Import.objects.get(pk=run.pk)
    assert run.step[0] == "stopped"
    work(imports.resume(run, by=cast.ma))
    run = Import.objects.get(pk=run.pk)
    assert (run.import_job.result, run.import_job.done) == ({"new": rows}, rows)
    assert (Unit.objects.count(), run.rows.count()) == (rows, rows)


def test_what_was_stopped_can_be_undone(cast, washer):
    rows = 3 * running.pace().first
    run = checked(cast.ma, "units", units(rows))
    job = imports.go(run, by=cast.ma)
    jobs.run(job.pk, seconds=0)
    with pytest.raises(ValidationError, match="Stop the import first"):
        imports.undo(run, by=cast.ma)
    imports.stop(Import.objects.get(pk=run.pk), by=cast.ma)
    undone(cast.ma, run)
    assert not Unit.objects.exists()
    assert not ImportedRow.objects.exists()


class Unlucky(targets.Target):
    """The first time it is written something goes wrong."""

    key, verb, label = "unlucky", "customers.edit", "Unlucky"
    columns = (targets.Column("name", "name", required=True),)

    def __init__(self, error):
        self.error, self.tries = error, 0

    def check(self, rows, context):
        known = set(Customer.objects.values_list("name", flat=True))
        return [row.same(1) if row["name"] in known else row.new() for row in rows]

    def write(self, checked, *, by, at):
        rows = Customer.objects.bulk_create(Customer(name=one.row["name"]) for one in checked)
        self.tries += 1
        if self.tries == 1:
            raise self.error
        return [
            targets.Written(one.row.number, row.pk, True)
            for one, row in zip(checked, rows, strict=True)
        ]


@pytest.fixture
def unlucky():
    def register(error) -> Unlucky:
        targets.register(target := Unlucky(error))
        return target

    yield register
    targets._targets.pop("unlucky", None)


def test_a_row_that_somebody_took_meanwhile_is_looked_for_again(cast, unlucky):
    target = unlucky(IntegrityError())
    run = imported(cast.ma, "unlucky", "name\nA\nB\n")
    assert (target.tries, run.import_job.result) == (2, {"new": 2})
    assert Customer.objects.count() == 2


def test_a_chunk_that_fails_leaves_nothing_and_is_done_again(cast, unlucky):
    unlucky(ZeroDivisionError())
    run = checked(cast.ma, "unlucky", "name\nA\nB\n")
    job = jobs.run(imports.go(run, by=cast.ma).pk)
    assert (job.state, job.done) == ("waiting", 0)
    assert (Customer.objects.count(), ImportedRow.objects.count()) == (0, 0)
    job = jobs.run(job.pk, at=timezone.now() + timedelta(minutes=2))
    assert (job.state, Customer.objects.count()) == ("done", 2)


def test_who_may_no_longer_import_stops(cast, washer):
    run = checked(cast.ma, "units", units(5))
    job = imports.go(run, by=cast.ma)
    cast.ma.roles.clear()
    job = jobs.run(job.pk)
    assert (job.state, Unit.objects.count()) == ("failed", 0)
    assert "permissions" in job.error


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("anna", False),
        ("sun", False),
        ("hu", True),
        ("ma", True),
        ("deng", False),
        ("tang", False),
        ("wu", False),
        ("qian", False),
        ("an", False),
        ("root", True),
    ],
)
def test_who_may_import(cast, name, may):
    by = getattr(cast, name)
    assert [target.may(by) for target in targets.all_targets()] == [may] * len(
        targets.all_targets()
    )
    if may:
        bring(by, "customers", PEOPLE)
    else:
        with pytest.raises(PermissionDenied):
            bring(by, "customers", PEOPLE)
        assert not Import.objects.visible_to(by).exists()


def test_one_sees_ones_own_imports_and_who_edits_settings_all(cast):
    run = bring(cast.ma, "customers", PEOPLE)
    assert list(Import.objects.visible_to(cast.ma)) == [run]
    assert list(Import.objects.visible_to(cast.root)) == [run]
    assert list(Import.objects.visible_to(cast.hu)) == []


def test_headings_are_known_in_both_languages_and_with_remarks(cast):
    target = targets.get("customers")
    headings = ["* 姓名（必填）", "Mobile", "E-Mail", "所在城市", "城市", "备注 [选填]"]
    assert mapping.by_names(target, headings) == {
        "name": 0,
        "phone": 1,
        "email": 2,
        "city": 4,
        "notes": 5,
    }


def test_a_mapping_is_remembered_for_these_headings(cast):
    sheet = "who,number,town\n王小明,13812345678,杭州\n"
    run = bring(cast.ma, "customers", sheet)
    assert run.mapping == {}
    columns = {"name": 0, "phone": 1, "city": 2}
    work(imports.settle(run, columns=columns, updates=False, by=cast.ma))
    assert bring(cast.hu, "customers", sheet).mapping == columns
    assert bring(cast.hu, "customers", "who,number\nA,13812345678\n").mapping == {}
    assert Mapping.objects.count() == 1


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "Choose the column of the sheet that holds this"),
        ({"code": 1}, "serial number or the order line"),
        ({"code": 1, "serial": 1}, "chosen twice"),
        ({"code": 1, "serial": 7}, "Choose the columns again"),
        ({"code": 1, "serial": 0, "nonsense": 0}, "Choose the columns again"),
    ],
)
def test_a_mapping_that_lacks_something_is_refused(cast, columns, words):
    run = bring(cast.ma, "units", units(1))
    with pytest.raises(ValidationError, match=words):
        imports.settle(run, columns=columns, updates=False, by=cast.ma)
    assert not Import.objects.get(pk=run.pk).check_job


def test_the_same_file_again_is_told(cast):
    first = imported(cast.ma, "customers", PEOPLE)
    again = bring(cast.ma, "customers", PEOPLE)
    assert imports.before(again) == first
    undone(cast.ma, first)
    assert imports.before(again) is None


def test_a_sheet_that_cannot_be_read_leaves_no_file(cast):
    with pytest.raises(ValidationError):
        bring(cast.ma, "customers", b"\xd0\xcf\x11\xe0old")
    assert not Import.objects.exists()
    assert list(folder().iterdir()) == []


def test_sheets_go_after_a_month_and_undo_stays(cast):
    run = imported(cast.ma, "customers", PEOPLE + ",\nx,1\n")
    assert imports.sweep(timezone.now()) == 0
    assert imports.sweep(timezone.now() + timedelta(days=31)) == 1
    run = Import.objects.get(pk=run.pk)
    assert (run.shown, RowProblem.objects.count()) == ([], 0)
    assert list(folder().iterdir()) == []
    undone(cast.ma, run)
    assert not Customer.objects.exists()


def test_an_undone_import_can_be_brought_again(cast):
    undone(cast.ma, imported(cast.ma, "customers", PEOPLE))
    imported(cast.ma, "customers", PEOPLE)
    assert Customer.objects.count() == 1


def test_a_formula_that_fails_is_told(cast):
    run = checked(cast.ma, "customers", "姓名,电话\n王,#N/A\n#REF!,13812345678\n")
    assert [column for _number, column, _words in problems(run, "check")] == ["phone", "name"]


def test_products_stay_when_undo_finds_them_in_use(cast, washer):
    goods = imported(cast.ma, "products", "型号,名称,品类\nA1,甲,洗衣机\nA2,乙,洗衣机\n")
    imported(cast.ma, "units", "序列号,型号\nS1,A1\n")
    run = undone(cast.ma, goods)
    assert sorted(Product.objects.values_list("code", flat=True)) == ["A1", "XQG100"]
    [(_number, _column, words)] = problems(run, "undo")
    assert "It is used by" in words
