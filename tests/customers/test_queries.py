import pytest

from customers import actions, queries
from customers.models import Customer
from foundation.accounts.actors import SYSTEM


@pytest.fixture
def town(shelf):
    for name, phone in (("老王小明", "13900005678"), ("王小明明", "13711112222"), ("李雷", "")):
        actions.record_customer(name=name, phone=phone, by=SYSTEM)
    return shelf


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("138 1234 5678", ["王小明"]),
        ("WANG@example.com ", ["王小明"]),
        ("xqg0001", ["王小明"]),
        ("5678", ["王小明", "老王小明"]),
        ("王小明", ["王小明", "王小明明", "老王小明"]),
        ("雷", ["李雷"]),
        ("  ", []),
        ("\x00", []),
        ("nobody", []),
        ("%", []),
    ],
)
def test_customers_are_found_by_what_is_typed(town, typed, names):
    assert [customer.name for customer in queries.find_customers(typed)] == names


def test_the_list_stops_at_its_limit_and_within_what_is_visible(cast, town):
    assert len(queries.find_customers("王小明", limit=2)) == 2
    nothing = Customer.objects.visible_to(cast.tang)
    assert queries.find_customers("王小明", among=nothing) == []


def test_as_many_queries_for_one_as_for_three(town, django_assert_num_queries):
    for typed in ("雷", "小明"):
        with django_assert_num_queries(6):
            found = queries.find_customers(typed)
            assert [c.phone + str(c.tier) for c in found]


@pytest.mark.parametrize(
    ("region", "city", "full"),
    [
        ("上海市", "上海市", "上海市张杨路185号"),
        ("浙江省", "杭州市", "浙江省杭州市张杨路185号"),
        ("浙江省", "", "浙江省张杨路185号"),
        ("", "杭州市", "杭州市张杨路185号"),
    ],
)
def test_a_city_that_is_its_own_province_is_said_once(region, city, full):
    row = Customer(region=region, city=city, address="张杨路185号", language="zh-hans")
    assert row.full_address == full
    assert row.place == full.removesuffix("张杨路185号")
