"""Writing the lines of a sheet of orders, with their orders, customers and units; and back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from customers import rules
from customers.imports import owners
from customers.imports.orders.judging import LinePlan, OrderPlan
from customers.models import Order, OrderLine, Unit
from foundation.accounts.actors import Actor, user_or_none
from foundation.search import actions as search
from foundation.sheets import undoing
from foundation.sheets.targets import Kept, Written

ORDER = ("number", "ordered_on", "customer_id", "sold_by", "region", "phone")
LINE = ("product_id", "variant", "quantity", "price", "unit_id")
Plans = dict[int, LinePlan]


def write(plans: Plans, by: Actor, at: datetime) -> list[Written]:
    """Write what the rows came to; `plans` are by row number."""
    before: dict[int, dict] = {number: {} for number in plans}
    told = owners.record(_owners(plans), at)
    running = _save_orders(plans, before, by, at)
    _save_units(plans, before, by, at)
    lines = _save_lines(plans, before)
    for number, created in told.items():
        before[number]["created"] = created
    search.index("orders", sorted({line.order_id for line in lines.values()}))
    fresh = OrderLine.objects.in_bulk([line.pk for line in lines.values()])
    return [
        Written(
            number=number,
            pk=line.pk,
            is_new=plans[number].line is None,
            before=before[number],
            after=undoing.mark([undoing.facts(fresh[line.pk], LINE), running[number]]),
        )
        for number, line in lines.items()
    ]


def _owners(plans: Plans) -> list[Any]:
    """Who may have to be recorded: of new orders, and where a recorded one gets another."""
    return [
        plan.order.owner if plan.order.order is None else plan.changes.get("customer_id")
        for plan in plans.values()
    ]


def _save_orders(
    plans: Plans, before: dict[int, dict], by: Actor, at: datetime
) -> dict[int, dict[str, Any]]:
    """Returns {row: the facts of its order before the row changed them}: by this, and that later
    rows are undone first, `undo` knows whether somebody else changed the order."""
    new = {plan.order: number for number, plan in reversed(plans.items()) if not plan.order.order}
    for plan in new:
        said = plan.said | {"customer_id": owners.pk_of(plan.owner)}
        plan.order = Order(number=plan.number, **said)
        plan.order.changed_by, plan.order.changed_at = user_or_none(by), at
        plan.order.prepare()
    Order.objects.bulk_create(plan.order for plan in new)
    for plan, number in new.items():
        before[number]["new_order"] = plan.order.pk
    running, held = {}, {}
    for number, plan in plans.items():
        order = plan.order.order
        running[number] = undoing.facts(order, ORDER)
        if plan.changes and plan.order not in new:
            before[number]["order"] = _change(order, plan.changes)
            held[order.pk] = order
    _update(held.values(), by, at)
    return running


def _change(order: Order, changes: dict[str, Any]) -> dict[str, list]:
    """{fact: [as it was, as it is now]}"""
    was = undoing.facts(order, changes)
    for name, value in changes.items():
        setattr(order, name, owners.pk_of(value) if name == "customer_id" else value)
    order.prepare()
    now = undoing.facts(order, changes)
    return {name: [was[name], now[name]] for name in changes}


def _update(orders: Iterable[Order], by: Actor, at: datetime) -> None:
    orders = list(orders)
    for order in orders:
        order.prepare()
        order.touch(user_or_none(by), at)
    if orders:
        names = ["ordered_on", "customer", "sold_by", "region", "phone", "phone_normalised"]
        more = ["tail4", "version", "changed_by", "changed_at"]
        Order.objects.bulk_update(orders, [*names, *more])


def _save_units(plans: Plans, before: dict[int, dict], by: Actor, at: datetime) -> None:
    new = []
    for number, plan in plans.items():
        if plan.unit is None or plan.unit.unit is not None:
            continue
        order = plan.order.order
        plan.unit.unit = unit = Unit(
            product_id=plan.unit.product_id,
            serial=plan.unit.serial,
            serial_normalised=rules.normalise_serial(plan.unit.serial),
            customer_id=order.customer_id,
            bought_on=order.ordered_on,
            sold_by=order.sold_by,
            changed_by=user_or_none(by),
            changed_at=at,
        )
        new.append((number, unit))
    Unit.objects.bulk_create(unit for _number, unit in new)
    for number, unit in new:
        before[number]["new_unit"] = unit.pk
    search.index("units", [unit.pk for _number, unit in new])


def _save_lines(plans: Plans, before: dict[int, dict]) -> dict[int, OrderLine]:
    """{row: its line}"""
    new, held = {}, {}
    for number, plan in plans.items():
        facts = dict(plan.facts)
        if plan.unit:
            facts["unit_id"] = plan.unit.unit.pk
        if plan.line is None:
            new[number] = OrderLine(order=plan.order.order, position=plan.position or 0, **facts)
            continue
        before[number] |= undoing.facts(plan.line, facts)
        for name, value in facts.items():
            setattr(plan.line, name, value)
        held[number] = plan.line
    _place(plans, new)
    OrderLine.objects.bulk_create(new.values())
    if held:
        OrderLine.objects.bulk_update(
            held.values(), ["product", "variant", "quantity", "price", "unit"]
        )
    return new | held


def _place(plans: Plans, new: dict[int, OrderLine]) -> None:
    """Lines whose place the sheet does not tell come after the last one."""
    taken: dict[OrderPlan, set[int]] = {}
    for number, line in new.items():
        order = plans[number].order
        taken.setdefault(order, set(order.by_position)).add(line.position)
    for number, line in new.items():
        if not line.position:
            used = taken[plans[number].order]
            line.position = max(used) + 1
            used.add(line.position)


# --- undoing


def undo(written: Sequence[Written], by: Actor, at: datetime) -> list[Kept]:
    """Take back lines that are, with their orders, as they were left, the last first; then the
    orders, units and customers that came with them."""
    orders: dict[int, Order] = {}
    back: set[int] = set()

    def restore(pairs):
        for line, before in pairs:
            if _restored(orders[line.order_id], before.get("order", {})):
                back.add(line.order_id)

    def marks(lines):
        orders.update(Order.objects.in_bulk({line.order_id for line in lines}))
        return _marks(written, {line.pk: line for line in lines}, orders)

    kept = undoing.undo(OrderLine, written, LINE, marks=marks, removed=restore, restored=restore)
    stay = {one.number for one in kept}
    undone = [one.before or {} for one in written if one.number not in stay]
    _update([orders[pk] for pk in back], by, at)
    new = [one["new_order"] for one in undone if "new_order" in one]
    Order.objects.filter(pk__in=new, lines=None).delete()
    _remove_units([one["new_unit"] for one in undone if "new_unit" in one])
    owners.remove(one["created"] for one in undone if "created" in one)
    search.index("orders", sorted(orders))
    return kept


def _marks(
    written: Sequence[Written], lines: dict[int, OrderLine], orders: dict[int, Order]
) -> dict[int, str]:
    """Each line with its order as it would be, were the later rows undone already."""
    told = {pk: undoing.facts(order, ORDER) for pk, order in orders.items()}
    marks = {}
    for one in sorted(written, key=lambda one: -one.number):
        if line := lines.get(one.pk):
            line.order, facts = orders[line.order_id], told[line.order_id]
            for name, (was, became) in (one.before or {}).get("order", {}).items():
                facts[name] = was if facts[name] == became else facts[name]
            marks[one.pk] = undoing.mark([undoing.facts(line, LINE), facts])
    return marks


def _restored(order: Order, before: dict[str, list]) -> bool:
    """Set the order back where it is still as the row made it; whether anything was."""
    fields = {field.attname: field for field in Order._meta.concrete_fields}
    now = undoing.facts(order, before)
    back = {name: was for name, (was, became) in before.items() if now[name] == became}
    for name, value in back.items():
        setattr(order, name, fields[name].to_python(value))
    return bool(back)


def _remove_units(pks: Sequence[int]) -> None:
    """Units that rows brought with them, where nothing has happened to them since."""
    used = undoing.references(Unit, pks, ("document",)) if pks else {}
    gone = [pk for pk in pks if pk not in used]
    Unit.objects.filter(pk__in=gone, version=1).delete()
