"""Lists of the theme: pages without a count, and addresses that ask what is not there."""

import pytest
from django.urls import reverse

from customers.models import Customer
from foundation.accounts.models import User
from foundation.desk.paging import OpenPaginator, rows_of, slice_of
from tests import stories
from tickets.models import Category

pytestmark = pytest.mark.django_db
LIST = "admin:accounts_user_changelist"


@pytest.fixture
def many(db):
    return [stories.customer(f"客户{i:02}", f"c{i}@example.com") for i in range(27)]


@pytest.fixture
def crowd(cast):
    """27 people, the cast among them."""
    have = User.objects.count()
    User.objects.bulk_create(User(username=f"u{number:02}") for number in range(27 - have))


def test_a_slice_knows_whether_another_follows(many, django_assert_num_queries):
    rows = Customer.objects.order_by("pk")
    with django_assert_num_queries(2):
        first = slice_of(rows, 1, 25)
        assert [row.pk for row in rows_of(rows, first.pks)] == [row.pk for row in many[:25]]
    second, past = slice_of(rows, 2, 25), slice_of(rows, 3, 25)
    assert (first.first, first.last, first.has_next) == (1, 25, True)
    assert (second.first, second.last, second.has_next) == (26, 27, False)
    assert past.is_past_the_end and not first.is_past_the_end
    assert slice_of(rows, 10**30, 25).is_past_the_end
    assert slice_of(rows, -4, 25).pks == first.pks


def test_a_list_turns_pages_and_never_counts(crowd, client, cast, django_assert_max_num_queries):
    client.force_login(cast.root)
    with django_assert_max_num_queries(15) as told:
        first = client.get(reverse(LIST)).content.decode()
    assert not [q for q in told.captured_queries if "COUNT(" in q["sql"].upper()]
    second = client.get(reverse(LIST) + "?p=2").content.decode()
    assert "1–25" in first and "26–27" in second and 'rel="prev"' in second
    assert "26 results" not in first, "there may be more: no number is better than a wrong one"
    assert "Page 9 is past the end" in client.get(reverse(LIST) + "?p=9").content.decode()
    assert client.get(reverse(LIST) + "?p=x").status_code == 200


@pytest.mark.parametrize(
    "asked",
    ["nonsense=1", "username__startswith=u", "is_active__exact=%00", "department__id__exact=abc",
     "e=1&x=1"],
)  # fmt: skip
def test_what_is_not_known_is_told_and_left_out(asked, crowd, client, cast):
    client.force_login(cast.root)
    answer = client.get(f"{reverse(LIST)}?{asked}", follow=True)
    assert answer.status_code == 200 and "1–25" in answer.content.decode()
    assert "Left out" in answer.content.decode()


@pytest.mark.parametrize(
    "asked", ["is_active__exact=%27", "department__id__exact=" + "9" * 40, "o=9.x.-1"]
)
def test_what_fits_nothing_is_no_error(asked, crowd, client, cast):
    client.force_login(cast.root)
    assert client.get(f"{reverse(LIST)}?{asked}").status_code == 200


def test_pick_lists_of_forms_are_turned_without_a_count(many):
    pages = OpenPaginator(Customer.objects.order_by("pk"), 20)
    first, second = pages.page(1), pages.page("2")
    assert first.has_next() and first.has_other_pages() and not second.has_next()
    assert (len(second.object_list), second.end_index()) == (7, 27)
    assert pages.page("x").number == 1


def test_a_list_that_is_edited_in_place_still_saves(client, cast):
    client.force_login(cast.root)
    url = reverse("admin:tickets_category_changelist")
    answer = client.get(url)
    formset = answer.context_data["cl"].formset
    data = {f"{formset.prefix}-{k}": v for k, v in formset.management_form.initial.items()}
    for form in formset.forms:
        data |= {f"{form.prefix}-id": form.instance.pk, f"{form.prefix}-order": 7}
        data[f"{form.prefix}-is_active"] = "on"
    data["_save"] = "Save"
    assert client.post(url, data).status_code == 302
    assert Category.objects.filter(order=7).count() == len(formset.forms) > 1
