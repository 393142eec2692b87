"""What orders are found by, and how they are shown when found."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.models import Order, OrderDocument, OrderLine
from customers.search import (
    LONG_AGO,
    finds_personal,
    in_a_row,
    product_tokens,
    sees_customers,
)
from foundation.search import kinds
from foundation.search.kinds import Entry, Hit, Kind
from foundation.search.rules import Query, answers, marked, numbers, phone, tokens


def entries(pks: Sequence[int]) -> Iterable[Entry]:
    rows = Order.objects.filter(pk__in=pks).select_related("customer")
    for row in rows.prefetch_related("lines__product"):
        products = {line.product for line in row.lines.all()}
        on = row.ordered_on
        yield Entry(
            pk=row.pk,
            at=datetime.combine(on, time(), tzinfo=UTC) if on else row.changed_at or LONG_AGO,
            tokens=[
                *numbers(row.number),
                *tokens(f"{row.sold_by}\n{row.region}"),
                *(token for product in products for token in product_tokens(product)),
            ],
            personal=[
                *phone(row.phone_normalised),
                *(tokens(row.customer.name) if row.customer_id else ()),
            ],
        )


SHOWN = ("number", "phone", "phone_normalised", "ordered_on", "sold_by", "customer__name")
PRODUCT = ("product__code", "product__name_zh", "product__name_en")


def hits(pks: Sequence[int], user, asked: Query) -> list[Hit]:
    lines = OrderLine.objects.select_related("product").only("order", "position", *PRODUCT)
    rows = Order.objects.select_related("customer").only(*SHOWN)
    rows = rows.prefetch_related(Prefetch("lines", lines)).in_bulk(pks)
    return [_hit(rows[pk], user, asked) for pk in pks if pk in rows]


def _hit(row: Order, user, asked: Query) -> Hit:
    full = rules.shows(user.personal, "phone")
    name = row.customer.name if row.customer_id else ""
    given = row.phone if full else row.masked_phone
    words = [
        (name if rules.shows(user.personal, "name") else rules.mask_name(name), False),
        (given, full and answers(asked, phone(row.phone_normalised))),
        (date_format(row.ordered_on, "SHORT_DATE_FORMAT") if row.ordered_on else "", False),
        (row.sold_by, False),
    ]
    products = " · ".join(dict.fromkeys(str(line.product) for line in row.lines.all()))
    return Hit(
        pk=row.pk,
        url=reverse("admin:customers_order_change", args=[row.pk]),
        title=[(row.number, answers(asked, numbers(row.number)))],
        facts=in_a_row(words),
        excerpt=marked(asked, products),
    )


def visible(user) -> QuerySet | None:
    return Order.objects.visible_to(user) if sees_customers(user) else None


def named(user, text: str) -> list[int]:
    """The orders with exactly this number."""
    return list(Order.objects.numbered(text).values_list("pk", flat=True)[:5])


ORDERS = Kind(
    key="orders",
    label=_("Orders"),
    model=Order,
    document=OrderDocument,
    entries=entries,
    visible=visible,
    sees_all=sees_customers,
    personal=finds_personal,
    hits=hits,
    exact=named,
    order=35,
)


def register() -> None:
    kinds.register(ORDERS)
    kinds.follow("customers", "orders", lambda pks: Order.objects.filter(customer__in=pks))
    kinds.follow(
        "products", "orders", lambda pks: Order.objects.filter(lines__product__in=pks).distinct()
    )
