"""By what customers, units, orders, products and batches are narrowed.

No key here reads a name, number or address: who sees those masked could find them out by trying.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.choices import ContactKind, CustomerKind
from customers.models import (
    Batch,
    ContactPoint,
    Customer,
    Order,
    Product,
    ProductCategory,
    Tier,
    Unit,
)
from customers.queries import words_of
from foundation.accounts.choices import Language
from foundation.lists.filters import (
    between,
    choices,
    dates,
    days,
    keyed,
    named,
    one_or_many,
    texts,
)
from foundation.lists.kinds import HIDDEN, Filter, Reader

# So many can be chosen from; others are asked for by a link or a view.
MOST = 500


def _one_row(key: str, label: Any, model: type[Model], words: Callable[[Any, Reader], str]):
    """All that belongs to one row of another list, by a link."""

    def known(asked: Sequence[str], reader: Reader) -> dict[str, str]:
        pks = [value for value in asked if value.isdecimal() and len(value) < 18]
        rows = model.objects.visible_to(reader.user).filter(pk__in=pks) if pks else ()
        return {str(row.pk): words(row, reader) for row in rows}

    return Filter(
        key,
        label,
        known=known,
        apply=lambda rows, asked, reader: rows.filter(**one_or_many(key, [int(v) for v in asked])),
        look=HIDDEN,
    )


def shown_name(row: Customer, reader: Reader) -> str:
    """What this reader sees of a customer's name."""
    return row.name if rules.shows(reader.user.personal, "name") else rules.mask_name(row.name)


OF_CUSTOMER = _one_row("customer", _("customer"), Customer, shown_name)
OF_UNIT = _one_row("unit", _("unit"), Unit, lambda row, reader: str(row))


def _coded(key: str, label: Any, rows: QuerySet, words: Callable[[Any], str], offered: Q) -> Filter:
    """A key to goods that are named by their `code`; the first of those `offered` can be chosen."""

    def found(asked: Sequence[str], reader: Reader) -> list[Any]:
        codes = [value for value in asked if "\x00" not in value]
        return reader.once(f"{key}:{codes}", lambda: list(rows.filter(code__in=codes)))

    return Filter(
        key,
        label,
        known=lambda asked, reader: {row.code: words(row) for row in found(asked, reader)},
        apply=lambda lines, asked, reader: lines.filter(
            **one_or_many(key, [row.pk for row in found(asked, reader)])
        ),
        options=lambda reader: {
            row.code: words(row) for row in rows.filter(offered)[:MOST]
        }.items(),
    )


PRODUCT = _coded("product", _("product"), Product.objects.all(), str, Q(is_active=True))
BATCH = _coded(
    "batch",
    _("batch"),
    Batch.objects.select_related("product").order_by("-pk"),
    lambda row: f"{row.code} · {row.product.code}",
    Q(),
)


def of_category(column: str) -> Filter:
    """A product category; `column` leads to the product. Its keys are read first: no join."""
    plain = keyed("category", _("category"), ProductCategory, "category")

    def apply(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
        products = plain.apply(Product.objects.order_by(), asked, reader).values_list(
            "pk", flat=True
        )
        return rows.filter(**{f"{column}__in": list(products)})

    return Filter("category", plain.label, plain.known, apply, plain.options)


def linked(key: str, label: Any, yes: Any, no: Any) -> Filter:
    """Whether a key is filled."""
    return named(
        key,
        label,
        {
            "known": (yes, lambda reader: Q(customer__isnull=False)),
            "unknown": (no, lambda reader: Q(customer__isnull=True)),
        },
    )


def _by(kind: str):
    points = ContactPoint.objects.filter(kind=kind, is_bounced=False).order_by()
    return lambda reader: Q(pk__in=points.values("customer"))


def _bounced(reader: Reader) -> Q:
    return Q(pk__in=ContactPoint.objects.filter(is_bounced=True).order_by().values("customer"))


REACH = named(
    "reach",
    _("can be reached"),
    {
        "phone": (_("by phone"), _by(ContactKind.PHONE)),
        "email": (_("by e-mail"), _by(ContactKind.EMAIL)),
        "bounced": (_("mail comes back"), _bounced),
    },
)

CUSTOMER_FILTERS = (
    choices("kind", _("kind"), CustomerKind),
    keyed("tier", _("tier"), Tier, "tier"),
    texts("region", _("province or region"), partial(words_of, Customer, "region", MOST)),
    texts("city", _("city"), partial(words_of, Customer, "city", MOST)),
    choices("language", _("language"), Language),
    REACH,
    days("since", _("customer since"), between("created_at")),
)
UNIT_FILTERS = (
    PRODUCT,
    of_category("product"),
    BATCH,
    linked("owner", _("owner"), _("owner known"), _("owner unknown")),
    texts("sold_by", _("sold by"), partial(words_of, Unit, "sold_by", MOST)),
    dates("bought", _("bought"), "bought_on", "bought"),
    dates("installed", _("installed"), "installed_on", "installed"),
    OF_CUSTOMER,
)
ORDER_FILTERS = (
    texts("sold_by", _("sold by"), partial(words_of, Order, "sold_by", MOST)),
    texts("region", _("province or region"), partial(words_of, Order, "region", MOST)),
    linked("linked", _("customer"), _("customer known"), _("customer unknown")),
    dates("ordered", _("ordered"), "ordered_on", "ordered"),
    OF_CUSTOMER,
)
OFFERED = named(
    "offered",
    _("offered on the request form"),
    {
        "yes": (_("offered"), lambda reader: Q(is_active=True)),
        "no": (_("not offered"), lambda reader: Q(is_active=False)),
    },
)
PRODUCT_FILTERS = (of_category("pk"), OFFERED)
BATCH_FILTERS = (
    PRODUCT,
    of_category("product"),
    dates("manufactured", _("manufactured"), "manufactured_on", "manufactured"),
)
