"""The lists of customers, units, orders, products and batches.

Orders are those that an index carries. None sorts by a name or number of a person: who sees them
masked could read the letters from the places of the rows.
"""

from collections.abc import Callable

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.lists import columns, filters
from customers.models import Batch, Customer, Order, Product, Unit
from customers.search import sees_customers
from foundation.lists import kinds
from foundation.lists.kinds import List, StandingView
from foundation.search import kinds as found
from foundation.search.queries import candidates, exactly

NEWEST = kinds.Order("newest", _("newest first"), ("-pk",))
OLDEST = kinds.Order("oldest", _("oldest first"), ("pk",))


def by_words(key: str) -> Callable[[QuerySet, object, str], tuple[QuerySet, bool]]:
    """Rows that the search finds: every word, or what the text names outright."""

    def search(rows: QuerySet, user, text: str) -> tuple[QuerySet, bool]:
        pks, has_more = candidates(key, user, text)
        return rows.filter(pk__in={*exactly(found.get(key), user, text), *pks}), has_more

    return search


def _containing(*names: str) -> Callable[[QuerySet, object, str], tuple[QuerySet, bool]]:
    """For tables of some thousand rows: every word stands in one of the columns."""

    def search(rows: QuerySet, user, text: str) -> tuple[QuerySet, bool]:
        for word in text.split()[:8]:
            hit = Q()
            for name in names:
                hit |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(hit)
        return rows, False

    return search


def _dated(key: str, label, column: str) -> kinds.Order:
    """The latest day first; rows without one have no place."""
    return kinds.Order(
        key,
        label,
        (f"-{column}", "-pk"),
        only=lambda rows: rows.filter(**{f"{column}__isnull": False}),
    )


def hint(full, masked) -> Callable[[object], object]:
    """What the box finds by, for who sees personal data and who does not."""
    return lambda user: full if rules.shows(user.personal, "phone") else masked


def _seen(model: type[Model]) -> Callable[[object], QuerySet]:
    return lambda user: model.objects.visible_to(user)


def _of_goods(model: type[Model]) -> Callable[[object], QuerySet]:
    return lambda user: model.objects.order_by() if _sees_goods(user) else model.objects.none()


def _sees_goods(user) -> bool:
    return user.may("customers.view") or user.may("products.edit")


CUSTOMERS = List(
    key="customers.customer",
    label=_("Customers"),
    family="customers",
    model=Customer,
    rows=_seen(Customer),
    may=sees_customers,
    columns=columns.CUSTOMER_COLUMNS,
    shown=("name", "kind", "tier", "phone", "region", "city", "since"),
    always=("name",),
    filters=filters.CUSTOMER_FILTERS,
    orders=(
        kinds.Order("newest", _("newest first"), ("-created_at", "-pk")),
        kinds.Order("oldest", _("oldest first"), ("created_at", "pk")),
    ),
    quick=(("reach", "bounced"),),
    views=(
        StandingView("vip", _("VIP"), "tier=vip"),
        StandingView("companies", _("Companies and dealers"), "kind=company&kind=dealer"),
    ),
    empty=(
        _("No customer is recorded yet"),
        _(
            "Bring your own in with “Import” in the menu, or add one by hand. Who sends a request "
            "can also be recorded from its ticket."
        ),
    ),
    search=by_words("customers"),
    search_hint=hint(
        _("Name, phone or its last four digits, e-mail, or serial number"),
        _("Serial number, order line or city"),
    ),
    version="version",
    # Kept with what a verb came to, and read out: never the whole name.
    name=lambda row: f"{rules.mask_name(row.name)} #{row.pk}",
)
UNITS = List(
    key="customers.unit",
    label=_("Units"),
    family="units",
    model=Unit,
    rows=_seen(Unit),
    may=sees_customers,
    columns=columns.UNIT_COLUMNS,
    shown=("unit", "product", "batch", "owner", "bought", "installed", "sold_by"),
    always=("unit",),
    filters=filters.UNIT_FILTERS,
    orders=(
        NEWEST,
        OLDEST,
        _dated("bought", _("bought last first"), "bought_on"),
        _dated("installed", _("installed last first"), "installed_on"),
    ),
    quick=(("owner", "unknown"),),
    empty=(
        _("No unit is recorded yet"),
        _(
            "A unit is one sold thing with its serial number. Bring them in with “Import” in the "
            "menu, or add one by hand; then its number finds product, batch and owner."
        ),
    ),
    search=by_words("units"),
    search_hint=hint(
        _("Serial number or its beginning, product, batch or owner"),
        _("Serial number or its beginning, product or batch"),
    ),
    version="version",
)
ORDERS = List(
    key="customers.order",
    label=_("Orders"),
    family="orders",
    model=Order,
    rows=_seen(Order),
    may=sees_customers,
    columns=columns.ORDER_COLUMNS,
    shown=("number", "ordered", "customer", "phone", "goods", "sold_by", "region"),
    always=("number",),
    filters=filters.ORDER_FILTERS,
    orders=(NEWEST, OLDEST, _dated("ordered", _("ordered last first"), "ordered_on")),
    quick=(("linked", "unknown"),),
    empty=(
        _("No order is recorded yet"),
        _(
            "Bring the sellers' orders in with “Import” in the menu, or add one by hand; then a "
            "number or a phone finds who bought what."
        ),
    ),
    search=by_words("orders"),
    search_hint=hint(
        _("Order number, phone or its last four digits, product"), _("Order number or product")
    ),
    version="version",
)
PRODUCTS = List(
    key="customers.product",
    label=_("Products"),
    family="products",
    model=Product,
    rows=_of_goods(Product),
    may=_sees_goods,
    columns=columns.PRODUCT_COLUMNS,
    shown=("code", "name", "category", "offered"),
    always=("code",),
    filters=filters.PRODUCT_FILTERS,
    orders=(kinds.Order("code", _("by model number"), ("code",)), NEWEST),
    quick=(("offered", "no"),),
    empty=(
        _("No product is recorded yet"),
        _(
            "Products are the models you sell; customers choose one on the request form. Bring "
            "them in with “Import” in the menu, or add one by hand."
        ),
    ),
    search=_containing("code", "name_zh", "name_en"),
    search_hint=lambda user: _("Model number or name"),
    name=lambda row: row.code,
)
BATCHES = List(
    key="customers.batch",
    label=_("Batches"),
    family="batches",
    model=Batch,
    rows=_of_goods(Batch),
    may=_sees_goods,
    columns=columns.BATCH_COLUMNS,
    shown=("code", "product", "category", "manufactured"),
    always=("code",),
    filters=filters.BATCH_FILTERS,
    orders=(
        NEWEST,
        OLDEST,
        _dated("manufactured", _("made last first"), "manufactured_on"),
    ),
    empty=(
        _("No batch is recorded yet"),
        _(
            "A batch says which units were made together, so that faults that come in series are "
            "seen. Bring them in with “Import” in the menu, or add one by hand."
        ),
    ),
    search=_containing("code", "product__code"),
    search_hint=lambda user: _("Batch or model number"),
    name=lambda row: row.code,
)


def register() -> None:
    """Make them known as lists."""
    for listed in (CUSTOMERS, UNITS, ORDERS, PRODUCTS, BATCHES):
        kinds.register(listed)
