"""What a row of a sheet of orders means: which order, line and unit, and whose it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from customers import rules
from customers.imports.goods import by_code, unknown_product
from customers.imports.owners import Coming, Owners
from customers.models import Order, OrderLine, Product, Unit
from foundation.sheets.targets import Checked, Problem, Row


@dataclass(eq=False)
class OrderPlan:
    """An order of the chunk: as recorded, or what its rows say of a new one."""

    number: str
    order: Order | None
    said: dict[str, Any] = field(default_factory=dict)
    owner: int | Coming | None = None
    by_position: dict[int, OrderLine] = field(default_factory=dict)
    by_serial: dict[str, OrderLine] = field(default_factory=dict)
    by_goods: dict[tuple[int, str], OrderLine] = field(default_factory=dict)


@dataclass(eq=False)
class UnitPlan:
    """A unit by serial number: as recorded, or new."""

    serial: str
    product_id: int
    unit: Unit | None = None


@dataclass(eq=False)
class LinePlan:
    """What a good row comes to; `changes` are those of the order that this row is the first to
    say."""

    order: OrderPlan
    line: OrderLine | None
    facts: dict[str, Any]
    unit: UnitPlan | None
    changes: dict[str, Any]
    position: int | None = None


@dataclass
class Around:
    """What is recorded of everything the rows of a chunk name."""

    products: dict[str, Product]
    orders: dict[str, list[OrderPlan]]
    units: dict[str, UnitPlan]
    owners: Owners

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Around":
        serials = {rules.normalise_serial(row["serial"] or "") for row in rows} - {""}
        # The index holds only units with a serial number; the question has to say so too.
        having = Unit.objects.filter(serial_normalised__in=serials).exclude(serial_normalised="")
        known = having if serials else ()
        return cls(
            products=by_code(row["code"] for row in rows),
            orders=_recorded({rules.normalise_order(row["number"]) for row in rows} - {""}),
            units={u.serial_normalised: UnitPlan(u.serial, u.product_id, u) for u in known},
            owners=Owners.of(rows),
        )

    def order(self, row: Row) -> OrderPlan:
        """The order a row means: of its seller; where the row or the record names none, the only
        one with this number."""
        same = self.orders.setdefault(rules.normalise_order(row["number"]), [])
        seller = row["sold_by"]
        exact = [one for one in same if one.said.get("sold_by", "") == (seller or "")]
        if not exact and len(same) == 1 and (not seller or not same[0].said.get("sold_by")):
            exact = same
        if not exact:
            exact = [OrderPlan(row["number"], None)]
            same += exact
        return exact[0]


def _recorded(numbers: Iterable[str]) -> dict[str, list[OrderPlan]]:
    found: dict[str, list[OrderPlan]] = {}
    orders = Order.objects.filter(number_normalised__in=numbers).order_by("pk")
    for order in orders.prefetch_related("lines__unit"):
        plan = OrderPlan(order.number, order, {"sold_by": order.sold_by})
        for line in order.lines.all():
            plan.by_position[line.position] = line
            if line.unit_id and line.unit.serial_normalised:
                plan.by_serial[line.unit.serial_normalised] = line
            else:
                plan.by_goods.setdefault((line.product_id, line.variant), line)
        found.setdefault(order.number_normalised, []).append(plan)
    return found


def judged(row: Row, around: Around) -> Checked:
    """What becomes of a row."""
    if not rules.normalise_order(row["number"]):
        return row.bad("number", gettext("Give the order number."))
    product = around.products.get(row["code"].upper())
    if product is None:
        return row.bad("code", unknown_product(row["code"]))
    if row["name"] and not (row["phone"] or row["email"]):
        return row.bad("name", gettext("Add the customer's phone or e-mail."))
    order = around.order(row)
    unit = _unit(row, product, around)
    line = _line(row, product, unit, order)
    if problem := _other_product(product, unit, line):
        return row.wrong([problem])
    said = _said(row, around)
    if clash := _clash(said, order):
        return row.wrong([clash])
    changes = _changes(said, order, is_new=line is None)
    order.said = said | {name: value for name, value in order.said.items() if value}
    if order.owner is None:
        order.owner = said.get("customer_id")
    facts = {"product_id": product.pk}
    facts |= {name: row[name] for name in ("variant", "quantity", "price") if row[name] is not None}
    plan = LinePlan(order, line, facts, unit, changes, row["line"])
    if line is None:
        return row.new(plan)
    plan.facts = {name: value for name, value in facts.items() if getattr(line, name) != value}
    links = unit and (unit.unit is None or unit.unit.pk != line.unit_id)
    return row.changed(line.pk, plan) if plan.facts or links or changes else row.same(line.pk)


def _unit(row: Row, product: Product, around: Around) -> UnitPlan | None:
    serial = rules.normalise_serial(row["serial"] or "")
    if not serial:
        return None
    return around.units.setdefault(serial, UnitPlan(row["serial"], product.pk))


def _other_product(
    product: Product, unit: UnitPlan | None, line: OrderLine | None
) -> Problem | None:
    if unit and unit.product_id != product.pk:
        words = gettext("The unit with this serial number is another product. Correct one of them.")
        return Problem("serial", words)
    if line and not unit and line.unit_id and line.product_id != product.pk:
        return Problem("serial", gettext("This line has a unit of another product. Add its own."))
    return None


def _line(row: Row, product: Product, unit: UnitPlan | None, order: OrderPlan) -> OrderLine | None:
    """The recorded line a row means: by its place, else by serial number, else by product."""
    if row["line"]:
        return order.by_position.get(row["line"])
    goods = product.pk, row["variant"] or ""
    if unit is None:
        return order.by_goods.get(goods)
    # A line that had no serial number until now gets it, once.
    known = order.by_serial.get(rules.normalise_serial(unit.serial))
    return known or order.by_goods.pop(goods, None)


def _said(row: Row, around: Around) -> dict[str, Any]:
    """What the row says of its order; `customer_id` may be somebody who is not recorded yet."""
    said = {name: row[name] for name in ("ordered_on", "sold_by", "region")}
    said["phone"] = row["phone"][0].value[:40] if row["phone"] else None
    said["customer_id"] = around.owners.find(row)
    return {name: value for name, value in said.items() if value is not None}


def _same(name: str, one: Any, other: Any) -> bool:
    if name == "phone" and one and other:
        return rules.normalise_phone(one) == rules.normalise_phone(other)
    return one == other


COLUMN_OF = {"customer_id": "name"}


def _clash(said: dict[str, Any], order: OrderPlan) -> Problem | None:
    """Where another row of the same order, a little above, says otherwise."""
    for name, value in said.items():
        other = order.said.get(name)
        if other not in (None, "") and not _same(name, other, value):
            words = gettext("Another row of this order says otherwise. Correct one of them.")
            return Problem(COLUMN_OF.get(name, name), words)
    return None


def _changes(said: dict[str, Any], order: OrderPlan, *, is_new: bool) -> dict[str, Any]:
    """What changes in a recorded order. A new line only adds what the order does not tell yet."""
    if order.order is None:
        return {}
    fresh = {name: value for name, value in said.items() if name not in order.said}
    if not order.order.sold_by and said.get("sold_by"):
        fresh["sold_by"] = said["sold_by"]
    recorded = {name: getattr(order.order, name) for name in fresh}
    return {
        name: value
        for name, value in fresh.items()
        if not _same(name, recorded[name], value) and not (is_new and recorded[name])
    }
