"""What the lists of customers and goods show: masked for the reader, in the page and in a sheet."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.lists.filters import shown_name
from customers.models import Batch, Customer, Order, Unit
from foundation.lists.columns import called, fact, moment, way_in, yes_no
from foundation.lists.kinds import Column, Reader

# --- customers -----------------------------------------------------------------------------------


def _point(kind: str):
    """The number or address to use first, as much of it as the reader sees."""

    def read(row: Customer, reader: Reader) -> str:
        value = getattr(row, kind)
        return value if rules.shows(reader.user.personal, kind) else rules.mask(kind, value)

    return read


def _address(row: Customer, reader: Reader) -> str:
    if rules.shows(reader.user.personal, "address"):
        return row.address
    return rules.STARS if row.address else ""


POINTS = ("contact_points",)
CUSTOMER_COLUMNS = (
    Column("name", _("name"), shown_name, html=way_in(shown_name)),
    fact("kind", _("kind")),
    called("tier", _("tier")),
    Column("phone", _("phone"), _point("phone"), prefetch=POINTS),
    Column("email", _("e-mail"), _point("email"), prefetch=POINTS),
    fact("region", _("province or region")),
    fact("city", _("city")),
    Column("address", _("street and house"), _address),
    fact("language", _("language")),
    fact("prefers", _("prefers"), "preferred_channel"),
    moment("since", _("customer since"), "created_at", order=("newest", "oldest")),
    moment("changed", _("changed"), "changed_at"),
)

# --- units and orders ----------------------------------------------------------------------------


def _owner(row: Unit | Order, reader: Reader) -> str:
    return shown_name(row.customer, reader) if row.customer_id else ""


def _owner_link(row: Unit | Order, reader: Reader):
    if not row.customer_id:
        return ""  # on a phone a dash would stand there without its label
    url = reverse("admin:customers_customer_change", args=[row.customer_id])
    return format_html('<a href="{}">{}</a>', url, _owner(row, reader))


OWNER = ("customer",)


def _unit(row: Unit, reader: Reader) -> str:
    return str(row)


UNIT_COLUMNS = (
    Column("unit", _("unit"), _unit, html=way_in(_unit)),
    called("product", _("product")),
    Column("category", _("category"), lambda row, reader: row.product.category.name,
           related=("product__category",)),
    called("batch", _("batch")),
    Column("owner", _("owner"), _owner, html=_owner_link, related=OWNER),
    fact("variant", _("size or colour")),
    fact("bought", _("bought"), "bought_on", order=("bought",)),
    fact("delivered", _("delivered"), "delivered_on"),
    fact("installed", _("installed"), "installed_on", order=("installed",)),
    fact("sold_by", _("sold by")),
    fact("order_line", _("order line")),
    fact("proof", _("invoice or proof number"), "proof_number"),
    moment("changed", _("changed"), "changed_at"),
)  # fmt: skip


def _given(row: Order, reader: Reader) -> str:
    return row.phone if rules.shows(reader.user.personal, "phone") else row.masked_phone


def goods_words(lines) -> str:
    """[(product, quantity), …] of an order in a row."""
    return " · ".join(f"{name} × {n}" if n > 1 else name for name, n in lines)


def _goods(row: Order, reader: Reader) -> str:
    return goods_words((str(line.product), line.quantity) for line in row.lines.all())


ORDER_COLUMNS = (
    fact("number", _("order number"), html=way_in(lambda row, reader: row.number)),
    fact("ordered", _("ordered"), "ordered_on", order=("ordered",)),
    Column("customer", _("customer"), _owner, html=_owner_link, related=OWNER),
    Column("phone", _("phone given with the order"), _given),
    Column("goods", _("products"), _goods, prefetch=("lines__product",)),
    fact("sold_by", _("sold by")),
    fact("region", _("province or region")),
    moment("changed", _("changed"), "changed_at"),
)

# --- products and batches ------------------------------------------------------------------------


PRODUCT_COLUMNS = (
    fact("code", _("model number"), html=way_in(lambda row, reader: row.code), order=("code",)),
    fact("name", _("name")),
    called("category", _("category")),
    yes_no("offered", _("offered on the request form"), "is_active"),
    fact("name_zh", _("name in Chinese")),
    fact("name_en", _("name in English")),
)


def _batch(row: Batch, reader: Reader) -> str:
    return row.code


BATCH_COLUMNS = (
    Column("code", _("batch"), _batch, html=way_in(_batch)),
    called("product", _("product")),
    Column("category", _("category"), lambda row, reader: row.product.category.name,
           related=("product__category",)),
    fact("manufactured", _("manufactured"), "manufactured_on", order=("manufactured",)),
)  # fmt: skip
