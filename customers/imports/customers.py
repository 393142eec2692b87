"""Customers from a sheet: the same name with the same phone, e-mail or WeChat is the same one."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerKind
from customers.imports.people import (
    Known,
    channel_for,
    emails,
    folded,
    phones,
    points_of,
    wechats,
)
from customers.models import ContactPoint, Customer, Tier
from foundation import bulk
from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.choices import Language
from foundation.search import actions as search
from foundation.sheets import undoing, values
from foundation.sheets.targets import Checked, Column, Context, Kept, Row, Target, Written

POINTS = ("phone", "phone_2", "email", "wechat")
FIELDS = ("kind", "name", "language", "tier_id", "region", "city", "address", "notes")
# What goes with a customer.
OWN = ("contact_points", "document")
SAID = ("kind", "language", "tier_id", "region", "city", "address", "notes")
KINDS = {"个人客户": "person", "企业": "company", "企业客户": "company", "单位": "company"}
LANGUAGES = {
    "中文": "zh-hans",
    "汉语": "zh-hans",
    "zh": "zh-hans",
    "Chinese": "zh-hans",
    "英语": "en",
}


class Customers(Target):
    key, verb, order = "customers", "customers.edit", 10
    label = _("Customers")
    help = _(
        "One row for each customer. A row means a recorded customer where the name and a phone "
        "number, e-mail address or WeChat name are the same. Without any of them the name, the "
        "city and the address together decide."
    )
    list_view = "customers_customer_changelist"
    columns = (
        Column(
            "name",
            _("name"),
            values.limited(100),
            required=True,
            headings=(
                "客户",
                "客户名称",
                "客户姓名",
                "会员姓名",
                "用户姓名",
                "姓名",
                "名称",
                "联系人",
                "customer",
                "full name",
            ),
            example="王小明",
        ),
        Column(
            "phone",
            _("phone"),
            phones,
            headings=(
                "手机",
                "手机号",
                "手机号码",
                "移动电话",
                "电话号码",
                "联系电话",
                "mobile",
                "tel",
            ),
            help=_("Several in one cell with a semicolon between them."),
            example="13812345678",
        ),
        Column(
            "phone_2", _("second phone"), phones, headings=("座机", "备用电话", "电话2", "phone 2")
        ),
        Column(
            "email",
            _("e-mail"),
            emails,
            headings=("邮箱", "电子邮箱", "邮件", "mail", "e-mail address"),
            example="wang@example.com",
        ),
        Column("wechat", _("WeChat"), wechats, headings=("微信号", "微信名", "wechat id")),
        Column(
            "kind",
            _("kind"),
            values.choice(CustomerKind, KINDS),
            headings=("客户类型", "客户性质", "type"),
            help=_("Person, company or dealer; person where it is empty."),
            example=_("person"),
        ),
        Column(
            "tier",
            _("tier"),
            values.limited(100),
            headings=("客户等级", "等级", "会员等级", "level"),
            help=_("As tiers are called in the settings."),
        ),
        Column(
            "language",
            _("language"),
            values.choice(Language, LANGUAGES),
            headings=("语种", "客户语言"),
            help=_("Chinese where it is empty."),
        ),
        Column(
            "region",
            _("province or region"),
            values.limited(60),
            headings=("省", "省份", "地区", "province", "region", "state"),
            example="浙江省",
        ),
        Column("city", _("city"), values.limited(60), headings=("市", "城市"), example="杭州市"),
        Column(
            "address",
            _("street and house"),
            values.limited(200),
            headings=("地址", "详细地址", "联系地址", "收货地址", "家庭住址", "住址", "street"),
            example="文三路1号",
        ),
        Column(
            "notes",
            _("notes"),
            values.text,
            headings=("备注", "说明", "备注说明", "remark", "remarks", "comment"),
        ),
    )

    def identities(self, row: Row) -> list[Hashable]:
        name, points = folded(row["name"]), points_of(row, POINTS)
        if points:
            return [(name, point.kind, point.normalised) for point in points]
        return [(name, row["city"] or "", row["address"] or "")]

    def check(self, rows: Sequence[Row], context: Context) -> list[Checked]:
        tiers = {}
        for tier in Tier.objects.all():
            for name in (tier.key, tier.name_zh, tier.name_en):
                tiers[values.fold(name)] = tier.pk
        pointless = [row for row in rows if not points_of(row, POINTS)]
        known = Known.of([point for row in rows for point in points_of(row, POINTS)])
        places = self._by_place(pointless)
        return [self._judged(row, known, tiers, places) for row in rows]

    def _by_place(self, rows: Sequence[Row]) -> dict[tuple, Customer]:
        """Customers by name, city and address, for rows that say nothing else."""
        near = Q(pk__in=[])
        if names := {row["name"] for row in rows}:
            near = Q(name__in=names)
        found = Customer.objects.filter(near).order_by("-pk").prefetch_related("contact_points")
        return {(folded(one.name), one.city, one.address): one for one in found}

    def _judged(self, row: Row, known: Known, tiers: dict, places: dict) -> Checked:
        if row["tier"]:
            row.values["tier_id"] = tiers.get(values.fold(row["tier"]))
            if row["tier_id"] is None:
                words = gettext("There is no tier “%(name)s”. Add it in the settings first.")
                return row.bad("tier", words % {"name": row["tier"]})
        points = points_of(row, POINTS)
        if points:
            customer = known.people.get(known.named(row["name"], points))
        else:
            place = (folded(row["name"]), row["city"] or "", row["address"] or "")
            customer = places.get(place)
        if customer is None:
            return row.new()
        has = {(point.kind, point.normalised) for point in customer.contact_points.all()}
        more = [point for point in points if (point.kind, point.normalised) not in has]
        changes = row.changes(customer, SAID)
        if not more and not changes:
            return row.same(customer.pk)
        return row.changed(customer.pk, data=(customer, changes, more))

    def write(self, checked: Sequence[Checked], *, by: Actor, at: datetime) -> list[Written]:
        new = [(one.row, fresh(one.row, at)) for one in checked if one.pk is None]
        bulk.insert(customer for _row, customer in new)
        points = [p.row(c) for row, c in new for p in points_of(row, POINTS)]
        held = [(one.row, *one.data) for one in checked if one.pk is not None]
        before = self._change(held, by, at)
        added = [(row, p.row(customer)) for row, customer, _said, more in held for p in more]
        bulk.insert([*points, *(point for _row, point in added)])
        for row, point in added:
            before[row.number]["points"].append(point.pk)
        everyone = [c for _row, c in new] + [c for _row, c, *_ in held]
        pks = [customer.pk for customer in everyone]
        if new:
            search.index("customers", [customer.pk for _row, customer in new])
        if held:
            search.changed("customers", [c.pk for _row, c, *_ in held], at=at)
        marks = marks_of(Customer.objects.filter(pk__in=pks))
        return [Written(row.number, c.pk, True, None, marks[c.pk]) for row, c in new] + [
            Written(row.number, c.pk, False, before[row.number], marks[c.pk]) for row, c, *_ in held
        ]

    def _change(self, held, by: Actor, at: datetime) -> dict[int, dict]:
        """Set what the sheet says otherwise; {row: what was there before}."""
        before = {}
        for row, customer, changes, _more in held:
            before[row.number] = undoing.facts(customer, changes) | {"points": []}
            for name, value in changes.items():
                setattr(customer, name, value)
            customer.touch(user_or_none(by), at)
        names = ["kind", "language", "tier", "region", "city", "address", "notes"]
        if held:
            rows = [customer for _row, customer, *_ in held]
            Customer.objects.bulk_update(rows, [*names, "version", "changed_at", "changed_by"])
        return before

    def undo(self, written: Sequence[Written], *, by: Actor, at: datetime) -> list[Kept]:
        def restored(pairs):
            pks = [pk for _row, before in pairs for pk in before.get("points", ())]
            ContactPoint.objects.filter(pk__in=pks).delete()
            rows = [row for row, _before in pairs]
            for row in rows:
                row.touch(user_or_none(by), at)
            Customer.objects.bulk_update(rows, ["version", "changed_at", "changed_by"])
            search.changed("customers", [row.pk for row in rows], at=at)

        return undoing.undo(
            Customer,
            written,
            FIELDS,
            own=OWN,
            marks=marks_of,
            restored=restored,
        )


def fresh(row: Row, at: datetime) -> Customer:
    """A new customer as the row says it, not saved."""
    points = points_of(row, POINTS)
    said = {name: row[name] for name in SAID if row[name] is not None}
    return Customer(name=row["name"], preferred_channel=channel_for(points), created_at=at, **said)


def marks_of(
    customers: Iterable[Customer], points: Iterable[ContactPoint] | None = None
) -> dict[int, str]:
    """The state of customers with their numbers, addresses and version. `points` are all of
    them where they are in hand already."""
    rows = list(customers)
    has: dict[int, list] = {row.pk: [] for row in rows}
    if points is None:
        points = ContactPoint.objects.filter(customer__in=list(has)).order_by("pk") if has else ()
    for point in points:
        has[point.customer_id].append([str(point.kind), point.normalised])
    names = (*FIELDS, "version")
    return {
        row.pk: undoing.mark([[getattr(row, name) for name in names], has[row.pk]]) for row in rows
    }
