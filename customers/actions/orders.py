"""The verbs on orders and their lines."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from customers import rules
from customers.actions.base import change, locked, require
from customers.models import ORDER_TAKEN, Customer, Order, OrderLine, Product, Unit
from foundation.accounts.actors import Actor, user_or_none
from foundation.search import actions as search

ORDER_FIELDS = frozenset(["number", "ordered_on", "customer", "sold_by", "region", "phone"])
LINE_FIELDS = frozenset(["product", "variant", "quantity", "price", "unit"])


@transaction.atomic
def record_order(
    *,
    number: str,
    ordered_on: date | None = None,
    customer: Customer | None = None,
    sold_by: str = "",
    region: str = "",
    phone: str = "",
    lines: Iterable[Mapping[str, Any]] = (),
    by: Actor,
    at: datetime | None = None,
) -> Order:
    """What was ordered; `lines` hold values of LINE_FIELDS. A seller uses a number once."""
    require("customers.edit", by=by)
    order = Order(
        number=rules.clean(number),
        ordered_on=ordered_on,
        customer=customer,
        sold_by=rules.clean(sold_by),
        region=rules.clean(region),
        phone=rules.clean(phone),
        changed_by=user_or_none(by),
        changed_at=at or timezone.now(),
    )
    order.full_clean()
    _save_once(order.save)
    for position, facts in enumerate(lines, start=1):
        _save_line(OrderLine(order=order, position=position), facts)
    search.index("orders", [order.pk])
    return order


def _save_once(step):
    """A number that another process took meanwhile is the person's to mend."""
    try:
        with transaction.atomic():
            return step()
    except IntegrityError:
        raise ValidationError({"number": ORDER_TAKEN}, code="taken") from None


@transaction.atomic
def change_order(
    order: Order, *, version: int | None = None, by: Actor, at: datetime | None = None, **changes
) -> Order:
    """Set some of ORDER_FIELDS. With `version`, refuses (code "stale") if somebody was first."""
    require("customers.edit", by=by)
    order = _save_once(lambda: change(order, ORDER_FIELDS, changes, version=version, by=by, at=at))
    search.index("orders", [order.pk])
    return order


@transaction.atomic
def add_order_line(
    order: Order,
    *,
    product: Product,
    quantity: int = 1,
    variant: str = "",
    price: Decimal | None = None,
    unit: Unit | None = None,
    by: Actor,
    at: datetime | None = None,
) -> OrderLine:
    """One more line, after the last. `price` is for one piece."""
    require("customers.edit", by=by)
    order = _touch(order, by, at)
    last = order.lines.aggregate(last=Max("position"))["last"] or 0
    facts = dict(product=product, quantity=quantity, variant=variant, price=price, unit=unit)
    line = _save_line(OrderLine(order=order, position=last + 1), facts)
    search.index("orders", [order.pk])
    return line


@transaction.atomic
def change_order_line(
    line: OrderLine, *, by: Actor, at: datetime | None = None, **changes
) -> OrderLine:
    """Set some of LINE_FIELDS; its place in the order stays."""
    require("customers.edit", by=by)
    _touch(line.order, by, at)
    line = _save_line(locked(line), changes)
    search.index("orders", [line.order_id])
    return line


@transaction.atomic
def remove_order_line(line: OrderLine, *, by: Actor, at: datetime | None = None) -> None:
    """Take back a line that was never ordered."""
    require("customers.edit", by=by)
    _touch(line.order, by, at)
    OrderLine.objects.filter(pk=line.pk).delete()
    search.index("orders", [line.order_id])


def _touch(order: Order, by: Actor, at: datetime | None) -> Order:
    order = locked(order)
    order.touch(user_or_none(by), at or timezone.now())
    order.save(update_fields=["version", "changed_by", "changed_at"])
    return order


def _save_line(line: OrderLine, facts: Mapping[str, Any]) -> OrderLine:
    if unknown := set(facts) - LINE_FIELDS:
        raise TypeError(f"Not to be changed: {', '.join(sorted(unknown))}")
    for field, value in facts.items():
        setattr(line, field, rules.clean(value) if isinstance(value, str) else value)
    line.full_clean()
    line.save()
    return line
