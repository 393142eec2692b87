"""Units from a sheet, with whom they belong to: by serial number, else by order line."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.imports.customers import OWN, fresh, marks_of
from customers.imports.goods import CODE, batches_of, by_code, unknown_product
from customers.imports.people import Known, Point, emails, folded, phones, points_of
from customers.models import Batch, ContactPoint, Customer, Product, Unit
from customers.search import customer_entry, unit_tokens, units_as_entries
from foundation import bulk
from foundation.accounts.actors import Actor, user_or_none
from foundation.search import actions as search
from foundation.search.rules import MOST_TOKENS
from foundation.sheets import undoing, values
from foundation.sheets.targets import Checked, Column, Context, Kept, Problem, Row, Target, Written

FIELDS = (
    "product_id",
    "batch_id",
    "customer_id",
    "serial",
    "order_line",
    "variant",
    "bought_on",
    "delivered_on",
    "installed_on",
    "proof_number",
    "sold_by",
)
DATES = ("bought_on", "delivered_on", "installed_on")
SAID = (*DATES, "proof_number", "sold_by", "order_line", "variant")
POINTS = ("phone", "email")


class Units(Target):
    key, verb, order = "units", "customers.edit", 40
    label = _("Units")
    help = _(
        "One row for each thing that was sold. The serial number tells which it is, or the order "
        "line with size or colour where there is none. An owner is found by phone or e-mail and "
        "name; one who is not recorded yet is created where the row has a name and a phone number "
        "or e-mail address. Products come first; a batch that is not there yet is created."
    )
    list_view = "customers_unit_changelist"
    columns = (
        Column(
            "serial",
            _("serial number"),
            values.code(60),
            headings=(
                "序列号",
                "机身号",
                "机器编号",
                "机号",
                "条码",
                "SN",
                "S/N",
                "serial",
                "serial no",
            ),
            help=_("Or an order line, for goods without a serial number."),
            example="XQG-2603-00017",
        ),
        Column(
            "code",
            CODE.label,
            CODE.parse,
            True,
            headings=(*CODE.headings, "产品"),
            example="XQG100-12",
        ),
        Column(
            "order_line",
            _("order line"),
            values.code(60),
            headings=("订单行", "订单行号", "订单号", "order", "order number"),
        ),
        Column(
            "variant",
            _("size or colour"),
            values.limited(60),
            headings=("规格", "颜色", "尺码", "variant", "size", "color"),
        ),
        Column(
            "batch",
            _("batch"),
            values.code(60),
            headings=("批次", "批号", "生产批次", "lot", "batch no"),
            example="B2603",
        ),
        Column(
            "name",
            _("owner"),
            values.limited(100),
            headings=(
                "客户",
                "客户姓名",
                "用户姓名",
                "客户名称",
                "姓名",
                "购买人",
                "用户",
                "customer",
                "customer name",
                "owner name",
            ),
            example="王小明",
        ),
        Column(
            "phone",
            _("owner's phone"),
            phones,
            headings=(
                "手机",
                "手机号",
                "手机号码",
                "电话",
                "联系电话",
                "客户电话",
                "phone",
                "mobile",
            ),
            example="13812345678",
        ),
        Column(
            "email",
            _("owner's e-mail"),
            emails,
            headings=("邮箱", "电子邮箱", "客户邮箱", "email", "mail"),
        ),
        Column(
            "region",
            _("owner's province or region"),
            values.limited(60),
            headings=("省", "省份", "地区", "province", "region"),
        ),
        Column("city", _("owner's city"), values.limited(60), headings=("市", "城市", "city")),
        Column(
            "address",
            _("owner's street and house"),
            values.limited(200),
            headings=("地址", "详细地址", "address"),
        ),
        Column(
            "bought_on",
            _("bought"),
            values.day,
            headings=(
                "购买日期",
                "购机日期",
                "购买时间",
                "销售日期",
                "下单日期",
                "purchase date",
                "bought on",
            ),
            example="2026-03-01",
        ),
        Column(
            "delivered_on",
            _("delivered"),
            values.day,
            headings=(
                "送达日期",
                "送货日期",
                "签收日期",
                "收货日期",
                "delivery date",
                "delivered on",
            ),
            example="2026-03-03",
        ),
        Column(
            "installed_on",
            _("installed"),
            values.day,
            headings=("安装日期", "装机日期", "安装时间", "installation date", "installed on"),
            example="2026-03-05",
        ),
        Column(
            "proof_number",
            _("invoice or proof number"),
            values.code(60),
            headings=("发票号", "发票号码", "凭证号", "invoice", "invoice number"),
            example="FP20260301",
        ),
        Column(
            "sold_by",
            _("sold by"),
            values.limited(100),
            headings=("销售方", "经销商", "门店", "渠道", "店铺", "seller", "dealer", "shop"),
            example="京东旗舰店",
        ),
    )

    def missing(self, mapped: set[str]) -> str:
        if mapped & {"serial", "order_line"}:
            return ""
        return gettext("Choose the column with the serial number or the order line.")

    def identity(self, row: Row) -> Hashable:
        serial = rules.normalise_serial(row["serial"] or "")
        return serial or (row["code"].upper(), row["order_line"], row["variant"] or "")

    def check(self, rows: Sequence[Row], context: Context) -> list[Checked]:
        around = Around.of(rows, may_add_batches=context.by.may("products.edit"))
        return [_judged(row, around) for row in rows]

    def write(self, checked: Sequence[Checked], *, by: Actor, at: datetime) -> list[Written]:
        plans = [one.data for one in checked]
        batches, (owners, points) = _add_batches(plans), _add_owners(plans, at)
        created = marks_of(owners.values(), points)
        new, held, before = [], [], {}
        for one in checked:
            plan: Plan = one.data
            number, facts = one.row.number, dict(plan.facts)
            if plan.new_batch:
                plan.batch = batches[plan.new_batch]
                facts["batch_id"] = plan.batch.pk
            if plan.new_owner:
                plan.owner = owners[plan.new_owner.key]
                facts["customer_id"] = owner = plan.owner.pk
                if plan.new_owner.row is one.row:
                    before[number] = {"created": [owner, created[owner]]}
            if plan.unit:
                before[number] = before.get(number, {}) | undoing.facts(plan.unit, facts)
                held.append((one.row, _changed(plan.unit, facts, by, at)))
            else:
                new.append((one.row, plan.created(facts, by, at)))
        bulk.insert(unit for _row, unit in new)
        _save([unit for _row, unit in held])
        _index_new([unit for _row, unit in new], owners.values(), points)
        _index([unit for _row, unit in held], at)
        marks = undoing.marks((unit for _row, unit in new + held), (*FIELDS, "version"))
        return [
            Written(row.number, u.pk, True, before.get(row.number), marks[u.pk]) for row, u in new
        ] + [Written(row.number, u.pk, False, before[row.number], marks[u.pk]) for row, u in held]

    def undo(self, written: Sequence[Written], *, by: Actor, at: datetime) -> list[Kept]:
        owners: set[int] = set()

        def gone(pairs):
            owners.update(unit.customer_id for unit, _before in pairs if unit.customer_id)

        def restored(pairs):
            units = [_changed(unit, {}, by, at) for unit, _before in pairs]
            _save(units)
            _index(units, at)

        kept = undoing.undo(
            Unit,
            written,
            (*FIELDS, "version"),
            own=("document",),
            removed=gone,
            restored=restored,
        )
        stay = {one.number for one in kept}
        _remove_owners([one.before or {} for one in written if one.number not in stay])
        search.index("customers", sorted(owners))
        return kept


@dataclass(frozen=True)
class Owner:
    """A customer to be created: the first row that tells of them."""

    key: str
    row: Any = field(compare=False, hash=False)


@dataclass
class Plan:
    """What a good row comes to."""

    facts: dict[str, Any]
    product: Product
    unit: Unit | None = None
    batch: Batch | None = None
    owner: Customer | None = None
    new_batch: tuple[int, str] | None = None
    new_owner: Owner | None = None

    def created(self, facts: dict[str, Any], by: Actor, at: datetime) -> Unit:
        """The new unit with what it refers to in hand, so that nothing is read again."""
        unit = Unit(**facts, changed_by=user_or_none(by), changed_at=at)
        unit.serial_normalised = rules.normalise_serial(unit.serial)
        unit.product, unit.batch, unit.customer = self.product, self.batch, self.owner
        return unit


@dataclass
class Around:
    """What is recorded of everything the rows of a chunk name."""

    products: dict[str, Product]
    batches: dict[tuple[int, str], Batch]
    by_serial: dict[str, Unit]
    by_line: dict[tuple, Unit]
    people: Known
    may_add_batches: bool
    # Who is not recorded yet, by name and number; rows of the chunk share them.
    coming: dict[tuple[str, str, str], Owner] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[Row], *, may_add_batches: bool) -> "Around":
        products = by_code(row["code"] for row in rows)
        serials = {rules.normalise_serial(row["serial"] or "") for row in rows} - {""}
        lines = {row["order_line"] for row in rows if not row["serial"]} - {None}
        points = [point for row in rows for point in points_of(row, POINTS)]
        names = [row["name"] for row in rows if row["name"] and not points_of(row, POINTS)]
        return cls(
            products=products,
            batches=batches_of(products.values(), [row["batch"] for row in rows]),
            by_serial={u.serial_normalised: u for u in _units(Q(serial_normalised__in=serials))}
            if serials
            else {},
            by_line={
                (u.product_id, u.order_line, u.variant): u
                for u in _units(Q(order_line__in=lines, serial_normalised=""))
            }
            if lines
            else {},
            people=Known.of(points, names),
            may_add_batches=may_add_batches,
        )


def _units(which: Q):
    return Unit.objects.filter(which).order_by("-pk")


def _judged(row: Row, around: Around) -> Checked:
    serial = rules.normalise_serial(row["serial"] or "")
    if not serial and not row["order_line"]:
        return row.bad("serial", gettext("Give a serial number or an order line."))
    product = around.products.get(row["code"].upper())
    if product is None:
        return row.bad("code", unknown_product(row["code"]))
    line = (product.pk, row["order_line"], row["variant"] or "")
    unit = around.by_serial.get(serial) if serial else around.by_line.get(line)
    said = {name: row[name] for name in SAID if row[name] is not None}
    plan = Plan({"product_id": product.pk, **said}, product, unit)
    if serial and not unit:
        plan.facts["serial"] = row["serial"]
    problems = [*_batch(row, product, plan, around), *_owner(row, plan, around), *_days(plan)]
    if problems:
        return row.wrong(problems)
    if unit is None:
        return row.new(plan)
    plan.facts = {k: v for k, v in plan.facts.items() if getattr(unit, k) != v}
    if plan.facts or plan.new_batch or plan.new_owner:
        return row.changed(unit.pk, plan)
    return row.same(unit.pk)


def _batch(row: Row, product: Product, plan: Plan, around: Around) -> list[Problem]:
    if not row["batch"]:
        if plan.unit and plan.unit.batch_id and plan.unit.product_id != product.pk:
            words = gettext("The product is another one than recorded; give its batch too.")
            return [Problem("batch", words)]
        return []
    batch = around.batches.get((product.pk, row["batch"]))
    if batch:
        plan.batch = batch
        plan.facts["batch_id"] = batch.pk
    elif around.may_add_batches:
        plan.new_batch = (product.pk, row["batch"])
    else:
        words = gettext("There is no batch “%(code)s” of this product. Have it recorded first.")
        return [Problem("batch", words % {"code": row["batch"]})]
    return []


def _owner(row: Row, plan: Plan, around: Around) -> list[Problem]:
    points, name = points_of(row, POINTS), row["name"]
    if not points and not name:
        return []
    column = "name" if name else "phone" if row["phone"] else "email"
    if points and name:
        pk = around.people.named(name, points)
        if pk:
            _belongs(plan, around.people.people[pk])
        else:
            plan.new_owner = _coming(row, name, points, around)
        return []
    found = around.people.reachable(points) if points else around.people.by_name[folded(name)]
    if len(found) == 1:
        _belongs(plan, around.people.people[found[0]])
        return []
    if found and plan.unit and plan.unit.customer_id in found:
        return []
    words = {
        (True, True): _("Several customers have this number or address. Add the owner's name."),
        (True, False): _("No customer has this number or address. Add the owner's name."),
        (False, True): _("Several customers have this name. Add the owner's phone or e-mail."),
        (False, False): _("No customer has this name. Add the owner's phone or e-mail."),
    }
    return [Problem(column, str(words[bool(points), bool(found)]))]


def _belongs(plan: Plan, owner: Customer) -> None:
    plan.owner = owner
    plan.facts["customer_id"] = owner.pk


def _coming(row: Row, name: str, points: list[Point], around: Around) -> Owner:
    """The owner to be created, the same one for all rows of the chunk that mean them."""
    keys = [(folded(name), point.kind, point.normalised) for point in points]
    owner = next((around.coming[key] for key in keys if key in around.coming), None)
    owner = owner or Owner(repr(keys[0]), row)
    around.coming |= dict.fromkeys(keys, owner)
    return owner


def _days(plan: Plan) -> list[Problem]:
    days = [plan.facts.get(name) or getattr(plan.unit, name, None) for name in DATES]
    later = rules.out_of_order(*days)
    words = _("This date is before the previous step's.")
    return [Problem(later, str(words))] if later else []


def _add_batches(plans: Sequence[Plan]) -> dict[tuple[int, str], Batch]:
    wanted = {plan.new_batch for plan in plans if plan.new_batch}
    rows = [Batch(product_id=product, code=code) for product, code in sorted(wanted)]
    bulk.insert(rows)
    return {(row.product_id, row.code): row for row in rows}


def _add_owners(
    plans: Sequence[Plan], at: datetime
) -> tuple[dict[str, Customer], list[ContactPoint]]:
    wanted = {plan.new_owner.key: plan.new_owner.row for plan in plans if plan.new_owner}
    made = {key: fresh(row, at) for key, row in wanted.items()}
    bulk.insert(made.values())
    points = [p.row(made[key]) for key, row in wanted.items() for p in points_of(row, POINTS)]
    return made, bulk.insert(points)


def _remove_owners(before: Sequence[dict]) -> None:
    """Customers that rows brought with them, where nothing has happened to them since."""
    created = dict(one["created"] for one in before if "created" in one)
    used = undoing.references(Customer, list(created), OWN)
    marks = marks_of(Customer.objects.select_for_update().filter(pk__in=created))
    gone = [pk for pk, mark in marks.items() if pk not in used and mark == created[pk]]
    Customer.objects.filter(pk__in=gone).delete()


def _changed(unit: Unit, facts: dict[str, Any], by: Actor, at: datetime) -> Unit:
    for name, value in facts.items():
        setattr(unit, name, value)
    unit.serial_normalised = rules.normalise_serial(unit.serial)
    unit.touch(user_or_none(by), at)
    return unit


def _save(units: list[Unit]) -> None:
    names = [name.removesuffix("_id") for name in FIELDS]
    if units:
        more = ["serial_normalised", "version", "changed_at", "changed_by"]
        Unit.objects.bulk_update(units, [*names, *more])


def _index_new(
    units: list[Unit], owners: Iterable[Customer], points: Iterable[ContactPoint]
) -> None:
    """Documents of what was just created, from what is in hand; other owners are read."""
    search.put("units", units_as_entries(units), are_new=True)
    created = {owner.pk: owner for owner in owners}
    theirs: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in points:
        theirs[point.customer_id].append(point)
    words: dict[int, list[str]] = defaultdict(list)
    for unit in units:
        if unit.customer_id in created and len(words[unit.customer_id]) < MOST_TOKENS:
            words[unit.customer_id] += unit_tokens(unit)
    search.put(
        "customers",
        [customer_entry(owner, theirs[pk], words[pk]) for pk, owner in created.items()],
        are_new=True,
    )
    search.index(
        "customers",
        sorted({u.customer_id for u in units if u.customer_id and u.customer_id not in created}),
    )


def _index(held: list[Unit], at: datetime) -> None:
    if held:
        search.changed("units", [unit.pk for unit in held], at=at)
        search.index("customers", sorted({u.customer_id for u in held if u.customer_id}))
