"""What the demo's customers ordered: so that a caller's order is found at intake."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from aftersales.demo.owners import Owner
from customers import actions
from customers.models import Batch, Unit
from foundation.accounts.actors import SYSTEM

PRICES = {
    "CH-WM80": 2299, "CH-WM100D": 4599, "CH-BC260": 1999, "CH-BC420F": 4299, "CH-AC35G": 2699,
    "CH-AC72L": 6499, "CH-EH60": 1199, "CH-GH16": 2199, "CH-RH17": 1899, "CH-RC50": 459,
    "CH-RC30": 249, "CH-VC25": 1599, "CH-VR7": 2899,
}  # fmt: skip
# A guest's order: nobody is recorded, only the phone tells whose it is.
GUESTS = (("0000 7101", "天猫旗舰店"), ("0000 7118", "官方商城"), ("0000 7135", "京东旗舰店"))


def take(owners: list[Owner], batches: dict[str, list[Batch]], at: datetime) -> None:
    """Goods without a serial number always have their order; of the rest two in three."""
    for place, owner in enumerate(owners):
        units = [unit for units in owner.units.values() for unit in units]
        for number, unit in enumerate(units):
            if unit.order_line or (place + number) % 3 < 2:
                _order(owner, unit, place * 10 + number)
    for place, (phone, shop) in enumerate(GUESTS):
        _guest(place, f"133 {phone}", shop, batches, at)


def _order(owner: Owner, unit: Unit, sequence: int) -> None:
    number = unit.order_line.rpartition("-")[0] or f"D{unit.bought_on:%Y%m%d}{sequence:04d}"
    actions.record_order(
        number=number,
        ordered_on=unit.bought_on,
        customer=owner.customer,
        sold_by=unit.sold_by,
        region=owner.customer.region,
        phone=owner.phone,
        lines=[_line(unit)],
        by=SYSTEM,
        at=owner.customer.created_at,
    )


def _line(unit: Unit) -> dict:
    price = Decimal(PRICES[unit.product.code])
    return {"product": unit.product, "variant": unit.variant, "price": price, "unit": unit}


def _guest(
    place: int, phone: str, shop: str, batches: dict[str, list[Batch]], at: datetime
) -> None:
    rng = Random(f"guest/{place}")
    bought = at.date() - timedelta(days=10 + place * 7)
    kinds = rng.sample(sorted(batches), 2)
    goods = [batches[kind][-1].product for kind in kinds]
    actions.record_order(
        number=f"G{bought:%Y%m%d}{place + 1:04d}",
        ordered_on=bought,
        sold_by=shop,
        region="浙江省",
        phone=phone,
        lines=[{"product": row, "price": Decimal(PRICES[row.code])} for row in goods],
        by=SYSTEM,
        at=at,
    )
