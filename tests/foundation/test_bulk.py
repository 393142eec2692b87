import pytest
from django.db import IntegrityError, connection, transaction

from customers.models import ContactPoint, Customer, CustomerDocument
from foundation import bulk

MANY = bulk.FEW + 5


@pytest.mark.django_db
def test_rows_are_as_if_saved_one_by_one(now):
    made = bulk.insert(Customer(name=f"王小明\t{n}\\N", created_at=now) for n in range(MANY))
    assert len({row.pk for row in made}) == MANY
    assert [row.name for row in Customer.objects.order_by("pk")] == [row.name for row in made]
    assert Customer.objects.get(pk=made[3].pk).created_at == now
    made[0].name = "李"
    made[0].save()  # an UPDATE: the row knows that it is there
    assert Customer.objects.count() == MANY


@pytest.mark.django_db
def test_rows_refer_to_what_was_inserted_just_before(now):
    people = [Customer(name=str(n), created_at=now) for n in range(MANY)]
    points = [ContactPoint(customer=one, kind="wechat", value="x") for one in people]
    bulk.insert(people)
    bulk.insert(points)
    assert [point.customer_id for point in points] == [one.pk for one in people]
    tokens = [CustomerDocument(pk=one.pk, at=now, tokens=["~王小", "冰箱"]) for one in people]
    bulk.insert(tokens)
    assert sorted(CustomerDocument.objects.first().tokens) == ["~王小", "冰箱"]


@pytest.mark.django_db
def test_the_next_row_gets_a_key_of_its_own(now):
    bulk.insert(Customer(name=str(n), created_at=now) for n in range(MANY))
    assert Customer.objects.create(name="last").pk == max(
        Customer.objects.values_list("pk", flat=True)
    )


@pytest.mark.django_db
def test_what_is_there_already_is_refused(now):
    one = Customer.objects.create(name="one")
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([one, *(Customer(name=str(n)) for n in range(MANY))])
    assert Customer.objects.count() == 1
    assert connection.is_usable()


def test_nothing_is_nothing():
    assert bulk.insert(iter(())) == []
