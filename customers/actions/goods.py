"""The verbs on units, products and batches."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers import rules
from customers.actions.base import change, require
from customers.models import SERIAL_TAKEN, Batch, Customer, Product, ProductCategory, Unit
from foundation.accounts.actors import Actor, user_or_none
from foundation.search import actions as search

UNIT_FIELDS = frozenset(
    [
        "product",
        "batch",
        "customer",
        "serial",
        "order_line",
        "variant",
        "bought_on",
        "delivered_on",
        "installed_on",
        "proof_number",
        "sold_by",
    ]
)


@transaction.atomic
def record_unit(
    *,
    product: Product,
    serial: str = "",
    order_line: str = "",
    customer: Customer | None = None,
    batch: Batch | None = None,
    variant: str = "",
    bought_on: date | None = None,
    delivered_on: date | None = None,
    installed_on: date | None = None,
    proof_number: str = "",
    sold_by: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Unit:
    """A sold thing, by serial number or else by order line. A serial exists once."""
    require("customers.edit", by=by)
    unit = Unit(
        product=product,
        serial=rules.clean(serial),
        order_line=rules.clean(order_line),
        customer=customer,
        batch=batch,
        variant=rules.clean(variant),
        bought_on=bought_on,
        delivered_on=delivered_on,
        installed_on=installed_on,
        proof_number=rules.clean(proof_number),
        sold_by=rules.clean(sold_by),
        changed_by=user_or_none(by),
        changed_at=at or timezone.now(),
    )
    _save_once(unit.full_clean, unit.save)
    search.index("units", [unit.pk])
    if customer:
        search.index("customers", [customer.pk])
    return unit


def _save_once(*steps):
    """Run the steps; a serial that another process took meanwhile is the person's to mend."""
    try:
        with transaction.atomic():
            return [step() for step in steps][-1]
    except IntegrityError:
        raise ValidationError({"serial": SERIAL_TAKEN}, code="taken") from None


@transaction.atomic
def change_unit(
    unit: Unit, *, version: int | None = None, by: Actor, at: datetime | None = None, **changes
) -> Unit:
    """Set some of UNIT_FIELDS. With `version`, refuses (code "stale") if somebody was first."""
    require("customers.edit", by=by)
    former = unit.customer_id
    unit = _save_once(lambda: change(unit, UNIT_FIELDS, changes, version=version, by=by, at=at))
    search.changed("units", [unit.pk], at=at)
    search.index("customers", [pk for pk in {former, unit.customer_id} if pk])
    return unit


@transaction.atomic
def record_product(
    *,
    code: str,
    category: ProductCategory,
    name_zh: str,
    name_en: str,
    is_active: bool = True,
    by: Actor,
) -> Product:
    """A model that is sold."""
    require("products.edit", by=by)
    product = Product(
        code=rules.clean(code),
        category=category,
        name_zh=rules.clean(name_zh),
        name_en=rules.clean(name_en),
        is_active=is_active,
    )
    product.full_clean()
    product.save()
    return product


@transaction.atomic
def record_batch(
    *, product: Product, code: str, manufactured_on: date | None = None, by: Actor
) -> Batch:
    """A production batch of a model."""
    require("products.edit", by=by)
    batch = Batch(product=product, code=rules.clean(code), manufactured_on=manufactured_on)
    batch.full_clean()
    batch.save()
    return batch
