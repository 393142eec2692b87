from collections.abc import Iterator, Sequence

from django.db import connection
from django.db.models import F, Model, Prefetch

from customers import rules
from customers.models import (
    ContactPoint,
    Customer,
    CustomerQuerySet,
    Order,
    OrderLine,
    OrderQuerySet,
    Unit,
)


def find_customers(
    text: str, limit: int = 10, *, among: CustomerQuerySet | None = None
) -> list[Customer]:
    """Customers a person may mean by what they typed into one box, best first.

    Whole number or address, then serial of a unit, last four digits, beginning of the name,
    somewhere in the name. At most seven queries whatever is found; tier and contact points come
    with them. Doors pass `among=Customer.objects.visible_to(user)`.
    """
    among = Customer.objects.all() if among is None else among
    text = rules.clean(text)
    found: dict[int, None] = {}
    for ids in _by_closeness(text) if text else ():
        new = among.filter(pk__in=ids).exclude(pk__in=list(found)).order_by("name", "pk")
        found |= dict.fromkeys(new.values_list("pk", flat=True)[: limit - len(found)])
        if len(found) >= limit:
            break
    rows = among.select_related("tier").prefetch_related("contact_points").in_bulk(list(found))
    return [rows[pk] for pk in found if pk in rows]


def _by_closeness(text: str) -> Iterator:
    yield ContactPoint.objects.filter(normalised__in=rules.normalised_forms(text)).values(
        "customer"
    )
    yield Unit.objects.with_serial(text).exclude(customer=None).values("customer")
    if rules.is_tail(text):
        yield ContactPoint.objects.filter(tail4=text).values("customer")
    yield Customer.objects.filter(name__startswith=text).values("pk")
    yield Customer.objects.filter(name__icontains=text).values("pk")


def find_orders(
    text: str,
    limit: int = 5,
    *,
    among: OrderQuerySet,
    personal: bool,
    customers: Sequence[Customer] = (),
) -> list[Order]:
    """Orders a person may mean, latest first, with customer, lines, products and units.

    By whole number and, with `personal`, by the phone given with the order or its last four
    digits; and those of `customers`. Two queries whatever is found.
    """
    found = among.matching(text, personal=personal, customers=customers)
    latest = found.order_by(F("ordered_on").desc(nulls_last=True), "-pk")
    lines = OrderLine.objects.select_related("product", "unit")
    return list(
        latest.select_related("customer__tier").prefetch_related(Prefetch("lines", lines))[:limit]
    )


def words_of(model: type[Model], column: str, most: int = 500) -> list[str]:
    """The different words in an indexed column, in order, without "", at most `most`.

    One step through the index for each: a DISTINCT would read a million rows for thirty provinces.
    """
    table, name = map(connection.ops.quote_name, (model._meta.db_table, column))
    first = f"SELECT min({name}) FROM {table} WHERE {name} > "
    sql = (
        f"WITH RECURSIVE found(word, n) AS (SELECT ({first} %s), 1 UNION ALL "
        f"SELECT ({first} found.word), n + 1 FROM found WHERE word IS NOT NULL AND n < %s) "
        "SELECT word FROM found WHERE word IS NOT NULL"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, ["", most])
        return [word for (word,) in cursor.fetchall()]
