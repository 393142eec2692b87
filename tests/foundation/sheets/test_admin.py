"""The pages of an import, as each role meets them."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from foundation.sheets import imports, reading, targets
from foundation.sheets.models import Import
from tests.foundation.sheets.sheets import bring, checked, imported, upload, work

SHEET = "姓名,电话,城市\n王小明,13812345678,杭州\n,13900001111,\n=cmd,12,\n"


def at(name: str, *args) -> str:
    return reverse(f"admin:sheets_import_{name}", args=args)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ma(cast) -> Client:
    return signed_in(cast.ma)


def test_a_department_brings_its_sheet_by_itself(cast, ma):
    assert "Customers" in ma.get(at("changelist")).content.decode()
    answer = ma.post(at("add", "customers"), {"sheet": upload(SHEET)})
    run = Import.objects.get()
    assert answer.url == at("change", run.pk)
    page = ma.get(at("change", run.pk), follow=True).content.decode()
    assert '<option value="phone" selected>' in page and "13812345678" in page
    data = {"column_0": "name", "column_1": "phone", "column_2": "city", "existing": "leave"}
    assert ma.post(at("columns", run.pk), data).url == at("change", run.pk)
    run = Import.objects.get()
    assert "Stop" in ma.get(at("change", run.pk)).content.decode()
    work(run.check_job)
    page = ma.get(at("change", run.pk)).content.decode()
    assert "Import the 1 good row" in page and "Fill it in" in page
    ma.post(at("go", run.pk))
    work(Import.objects.get().import_job)
    page = ma.get(at("change", run.pk)).content.decode()
    assert "Undo now" in page
    assert Customer.objects.get().name == "王小明"
    ma.post(at("undo", run.pk))
    work(Import.objects.get().undo_job)
    assert "taken back" in ma.get(at("change", run.pk)).content.decode()
    assert not Customer.objects.exists()


def test_rows_to_correct_come_with_the_reason_and_can_be_brought_again(cast, ma):
    run = checked(cast.ma, "customers", SHEET)
    answer = ma.get(at("bad", run.pk))
    text = b"".join(answer).decode("utf-8-sig")
    heads, *rows = list(csv.reader(io.StringIO(text)))
    assert heads == ["姓名", "电话", "城市", "row", "what to correct"]
    assert [row[3] for row in rows] == ["3", "4"]
    # No spreadsheet computes it, and the importer reads it as it was.
    assert rows[1][0] == "'=cmd"
    again = list(reading.rows(io.BytesIO(text.encode())))
    assert again[1][1][0] == "=cmd"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("key", ["customers", "products", "batches", "units"])
def test_the_example_maps_by_itself(cast, ma, settings, key, ending, language):
    ma.cookies["django_language"] = language
    content = ma.get(at("example", key, ending)).content
    run = bring(cast.ma, key, content, f"example.{ending}")
    target = targets.get(key)
    assert run.mapping == {column.name: place for place, column in enumerate(target.columns)}


def test_examples_can_be_imported_as_they_are(cast, ma):
    for key in ("products", "batches", "customers", "units"):
        run = imported(cast.ma, key, ma.get(at("example", key, "xlsx")).content)
        assert set(run.import_job.result) <= {"new", "same"}


def test_a_bad_file_gets_a_sentence_where_it_was_chosen(ma):
    answer = ma.post(at("add", "customers"), {"sheet": upload(b"\xd0\xcf\x11\xe0" * 9, "old.xls")})
    assert "save it as" in answer.content.decode()
    answer = ma.post(at("add", "customers"))
    assert "Choose a file." in answer.content.decode()
    assert not Import.objects.exists()


def test_columns_chosen_twice_are_told(cast, ma):
    run = bring(cast.ma, "customers", SHEET)
    data = {"column_0": "name", "column_1": "name", "existing": "leave"}
    page = ma.post(at("columns", run.pk), data).content.decode()
    assert "A is this too" in page
    page = ma.post(at("columns", run.pk), {"existing": "leave"}).content.decode()
    assert "Choose the column of the sheet that holds this" in page


def test_the_same_file_is_told(cast, ma):
    imported(cast.ma, "customers", SHEET)
    run = bring(cast.ma, "customers", SHEET)
    assert "was imported before" in ma.get(at("columns", run.pk)).content.decode()


REFUSED = ["anna", "sun", "deng", "wu", "qian", "an"]


@pytest.mark.parametrize("name", REFUSED)
def test_roles_without_the_right_are_refused_everywhere(cast, name):
    run = checked(cast.ma, "customers", SHEET)
    client = signed_in(getattr(cast, name))
    for page in (at("changelist"), at("add", "customers"), at("example", "customers", "csv")):
        assert client.get(page).status_code == 403
    for page in ("change", "columns", "bad"):
        assert client.get(at(page, run.pk)).status_code == 403
    for verb in ("go", "undo", "resume"):
        assert client.post(at(verb, run.pk)).status_code == 403
    assert client.post(at("add", "customers"), {"sheet": upload(SHEET)}).status_code == 403
    assert not Customer.objects.exists()


@pytest.mark.parametrize("verb", ["go", "undo", "resume", "columns", "change", "bad"])
def test_another_departments_import_is_not_there(cast, verb):
    run = checked(cast.ma, "customers", SHEET)
    client = signed_in(cast.hu)
    ask = client.post if verb in ("go", "undo", "resume") else client.get
    assert ask(at(verb, run.pk)).status_code == 404
    assert signed_in(cast.root).get(at("change", run.pk)).status_code == 200


@pytest.mark.parametrize("verb", ["go", "undo", "resume"])
def test_looking_does_nothing(cast, ma, verb):
    run = checked(cast.ma, "customers", SHEET)
    assert ma.get(at(verb, run.pk)).status_code == 405
    assert Import.objects.get(pk=run.pk).step[0] == "checked"


def test_a_verb_too_early_is_told_on_the_page(cast, ma):
    run = bring(cast.ma, "customers", SHEET)
    page = ma.post(at("go", run.pk), follow=True).content.decode()
    assert "Check the sheet first." in page


def test_the_page_costs_the_same_for_one_import_and_for_three(
    cast, ma, django_assert_max_num_queries
):
    bring(cast.ma, "customers", SHEET)
    ma.get(at("changelist"))
    with django_assert_max_num_queries(40) as one:
        ma.get(at("changelist"))
    for _more in range(2):
        work(
            imports.settle(
                bring(cast.ma, "customers", SHEET), columns={"name": 0}, updates=False, by=cast.ma
            )
        )
    with django_assert_max_num_queries(len(one)):
        ma.get(at("changelist"))
