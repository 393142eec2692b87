"""Columns of customers, units and orders to take out: what the lists show, a whole chunk at once.

The keys are those of the lists' columns (`customers.lists.columns`), and so are the values.
"""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.choices import ContactKind, CustomerKind, PreferredChannel
from customers.lists.columns import goods_words
from customers.models import ContactPoint, OrderLine, Product, ProductCategory, Tier
from foundation.accounts.choices import Language
from foundation.lists import exports
from foundation.sheets.tables import Column, Piece, among, called, choice, names_of, plain


def _masked(what: str, name: str, mask: Callable[[str], str]):
    """A field as it is, or its mask where the reader may not see it."""

    def read(piece: Piece) -> list[str]:
        if rules.shows(piece.user.personal, what):
            return [value or "" for value in piece[name]]
        return [mask(value) if value else "" for value in piece[name]]

    return read


def _stars(value: str) -> str:
    return rules.STARS


def _points(piece: Piece) -> dict[tuple[int, str], str]:
    """{(customer, kind): the number or address to use first}."""
    rows = ContactPoint.objects.filter(is_bounced=False, **among("customer", piece["pk"]))
    found: dict[tuple[int, str], str] = {}
    fields = ("customer_id", "kind", "value")
    for customer, kind, value in rows.order_by("-is_preferred", "pk").values_list(*fields):
        found.setdefault((customer, kind), value)
    return found


def _point(kind: str):
    def read(piece: Piece) -> list[str]:
        found = piece.once("points", lambda: _points(piece))
        values = [found.get((pk, kind), "") for pk in piece["pk"]]
        if rules.shows(piece.user.personal, kind):
            return values
        return [rules.mask(kind, value) for value in values]

    return read


CUSTOMERS: Sequence[Column] = [
    Column("name", _("name"), _masked("name", "name", rules.mask_name), "text", ("name",), 18),
    choice("kind", _("kind"), CustomerKind),
    called("tier", _("tier"), Tier),
    Column("phone", _("phone"), _point(ContactKind.PHONE), "text", width=18),
    Column("email", _("e-mail"), _point(ContactKind.EMAIL), "text", width=24),
    plain("region", _("province or region"), kind="word"),
    plain("city", _("city"), kind="word"),
    Column(
        "address", _("street and house"), _masked("address", "address", _stars), "text",
        ("address",), 30,
    ),
    choice("language", _("language"), Language),
    choice("prefers", _("prefers"), PreferredChannel, "preferred_channel"),
    plain("since", _("customer since"), "created_at", "moment", 18),
    plain("changed", _("changed"), "changed_at", "moment", 18),
]  # fmt: skip

OWNER = ("customer__name",)
_owners = _masked("name", "customer__name", rules.mask_name)
UNIT = ("serial", "order_line", "variant")


def _units(piece: Piece) -> list[str]:
    rows = zip(*(piece[name] for name in UNIT), strict=True)
    return [serial or f"{line} {variant}".strip() for serial, line, variant in rows]


def _products(piece: Piece) -> dict[int, tuple[str, int]]:
    """{product: (as people call it, category)}."""
    return piece.always(
        Product, lambda: {row.pk: (str(row), row.category_id) for row in Product.objects.all()}
    )


def _categories(piece: Piece) -> list[str]:
    names = piece.always(ProductCategory, lambda: names_of(ProductCategory))
    known = _products(piece)
    return [names[known[pk][1]] for pk in piece["product_id"]]


def _product_names(piece: Piece) -> list[str]:
    known = _products(piece)
    return [known[pk][0] for pk in piece["product_id"]]


UNITS: Sequence[Column] = [
    Column("unit", _("unit"), _units, "text", UNIT, 20),
    Column("product", _("product"), _product_names, "word", ("product_id",), 24),
    Column("category", _("category"), _categories, "word", ("product_id",), 18),
    plain("batch", _("batch"), "batch__code", "word"),
    Column("owner", _("owner"), _owners, "text", OWNER, 18),
    plain("variant", _("size or colour"), kind="word"),
    plain("bought", _("bought"), "bought_on", "word", 12),
    plain("delivered", _("delivered"), "delivered_on", "word", 12),
    plain("installed", _("installed"), "installed_on", "word", 12),
    plain("sold_by", _("sold by"), kind="word", width=20),
    plain("order_line", _("order line"), kind="text"),
    plain("proof", _("invoice or proof number"), "proof_number", "text", 20),
    plain("changed", _("changed"), "changed_at", "moment", 18),
]


def _goods(piece: Piece) -> list[str]:
    known, lines = _products(piece), {}
    rows = OrderLine.objects.filter(**among("order", piece["pk"])).order_by("position")
    for order, product, number in rows.values_list("order_id", "product_id", "quantity"):
        lines.setdefault(order, []).append((known[product][0], number))
    return [goods_words(lines.get(pk, ())) for pk in piece["pk"]]


ORDERS: Sequence[Column] = [
    plain("number", _("order number"), kind="text", width=20),
    plain("ordered", _("ordered"), "ordered_on", "word", 12),
    Column("customer", _("customer"), _owners, "text", OWNER, 18),
    Column(
        "phone", _("phone given with the order"), _masked("phone", "phone", rules.mask_phone),
        "text", ("phone",), 18,
    ),
    Column("goods", _("products"), _goods, "text", width=40),
    plain("sold_by", _("sold by"), kind="word", width=20),
    plain("region", _("province or region"), kind="word"),
    plain("changed", _("changed"), "changed_at", "moment", 18),
]  # fmt: skip


def register() -> None:
    """Let these lists leave quickly; those of products and batches are short."""
    exports.quick("customers", CUSTOMERS)
    exports.quick("units", UNITS)
    exports.quick("orders", ORDERS)
