"""Products with their categories, and batches: by model number, and batch of a product."""

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime

from django.db.models.functions import Upper
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Batch, Product, ProductCategory
from foundation.accounts.actors import Actor
from foundation.search import actions as search
from foundation.sheets import undoing, values
from foundation.sheets.targets import Checked, Column, Context, Kept, Row, Target, Written

CODE = Column(
    "code",
    _("model number"),
    values.code(60),
    required=True,
    headings=(
        "型号",
        "产品型号",
        "产品编码",
        "商品编码",
        "物料编码",
        "编码",
        "货号",
        "model",
        "sku",
        "product code",
    ),
    example="XQG100-12",
)
FIELDS = ("code", "name_zh", "name_en", "category_id", "is_active")


def by_code(codes: Iterable[str]) -> dict[str, Product]:
    """Products by their model number in upper case: people write it either way."""
    wanted = {code.upper() for code in codes}
    rows = Product.objects.annotate(upper=Upper("code")).filter(upper__in=wanted)
    return {row.code.upper(): row for row in rows.order_by("-pk")}


def unknown_product(code: str) -> str:
    words = gettext("There is no product “%(code)s”. Correct the model number or import it first.")
    return words % {"code": code}


class Products(Target):
    key, verb, order = "products", "products.edit", 20
    label = _("Products")
    help = _(
        "One row for each model. The model number tells which it is. A category that is not there "
        "yet is created."
    )
    list_view = "customers_product_changelist"
    columns = (
        CODE,
        Column(
            "name_zh",
            _("name in Chinese"),
            values.limited(100),
            headings=("名称", "产品名称", "商品名称", "品名", "name", "product name"),
            help=_("One name is enough; it then stands for both languages."),
            example="滚筒洗衣机",
        ),
        Column(
            "name_en",
            _("name in English"),
            values.limited(100),
            headings=("英文名", "英文名称", "english name"),
            example="Washing machine",
        ),
        Column(
            "category",
            _("category"),
            values.limited(100),
            headings=("品类", "产品类别", "产品分类", "类别", "分类", "product category"),
            help=_("Its name in either language. New products need one."),
            example="洗衣机",
        ),
        Column(
            "category_en",
            _("category in English"),
            values.limited(100),
            headings=("类别英文", "分类英文"),
            help=_("Only for categories that are not there yet."),
        ),
        Column(
            "is_active",
            _("offered on the request form"),
            values.yes_no,
            headings=("在售", "启用", "active"),
            help=_("Yes or no; yes where it is empty."),
        ),
    )

    def identity(self, row: Row) -> Hashable:
        return row["code"].upper()

    def check(self, rows: Sequence[Row], context: Context) -> list[Checked]:
        known, categories = by_code(row["code"] for row in rows), _categories()
        return [self._judged(row, known.get(row["code"].upper()), categories) for row in rows]

    def _judged(self, row: Row, product: Product | None, categories: dict[str, int]) -> Checked:
        if row["category"]:
            row.values["category_id"] = categories.get(values.fold(row["category"]))
        if product is None:
            if not row["category"]:
                return row.bad("category", gettext("New products need a category. Fill it in."))
            if not (row["name_zh"] or row["name_en"]):
                return row.bad("name_zh", gettext("New products need a name. Fill it in."))
            return row.new()
        changes = row.changes(product, ("name_zh", "name_en", "category_id", "is_active"))
        is_new_category = row["category"] and row["category_id"] is None
        if changes or is_new_category:
            return row.changed(product.pk, data=(product, changes))
        return row.same(product.pk)

    def write(self, checked: Sequence[Checked], *, by: Actor, at: datetime) -> list[Written]:
        self._add_categories([one.row for one in checked])
        new = [(one.row, self._fresh(one.row)) for one in checked if one.pk is None]
        Product.objects.bulk_create(product for _row, product in new)
        held, before = [], {}
        for one in checked:
            if one.pk is None:
                continue
            product, changes = one.data
            if one.row["category_id"]:
                changes["category_id"] = one.row["category_id"]
            before[one.row.number] = undoing.facts(product, changes)
            for name, value in changes.items():
                setattr(product, name, value)
            held.append((one.row, product))
        if held:
            rows = [product for _row, product in held]
            Product.objects.bulk_update(rows, ["name_zh", "name_en", "category", "is_active"])
            search.changed("products", [product.pk for product in rows], at=at)
        marks = undoing.marks([product for _row, product in new + held], FIELDS)
        return [Written(row.number, p.pk, True, None, marks[p.pk]) for row, p in new] + [
            Written(row.number, p.pk, False, before[row.number], marks[p.pk]) for row, p in held
        ]

    def _fresh(self, row: Row) -> Product:
        return Product(
            code=row["code"],
            name_zh=row["name_zh"] or row["name_en"],
            name_en=row["name_en"] or row["name_zh"],
            category_id=row["category_id"],
            is_active=row["is_active"] is not False,
        )

    def _add_categories(self, rows: Sequence[Row]) -> None:
        wanted = {}
        for row in rows:
            if row["category"] and row["category_id"] is None:
                wanted.setdefault(values.fold(row["category"]), row)
        ProductCategory.objects.bulk_create(
            ProductCategory(
                key=_key(row["category_en"] or row["category"], folded),
                name_zh=row["category"],
                name_en=row["category_en"] or row["category"],
            )
            for folded, row in wanted.items()
        )
        categories = _categories() if wanted else {}
        for row in rows:
            if row["category"] and row["category_id"] is None:
                row.values["category_id"] = categories[values.fold(row["category"])]

    def undo(self, written: Sequence[Written], *, by: Actor, at: datetime) -> list[Kept]:
        def restored(pairs):
            search.changed("products", [row.pk for row, _before in pairs], at=at)

        return undoing.undo(Product, written, FIELDS, restored=restored)


def _categories() -> dict[str, int]:
    found = {}
    for row in ProductCategory.objects.order_by("-pk"):
        for name in (row.key, row.name_zh, row.name_en):
            found[values.fold(name)] = row.pk
    return found


def _key(name: str, folded: str) -> str:
    """A key as people would choose it, with a tail by which it is surely a new one."""
    tail = hashlib.sha256(folded.encode()).hexdigest()[:6]
    return f"{slugify(name)[:40] or 'category'}-{tail}"


class Batches(Target):
    key, verb, order = "batches", "products.edit", 30
    label = _("Batches")
    help = _("One row for each batch of a product. Products come first.")
    list_view = "customers_batch_changelist"
    columns = (
        CODE,
        Column(
            "batch",
            _("batch"),
            values.code(60),
            required=True,
            headings=("批次", "批号", "生产批次", "lot", "batch no"),
            example="B2603",
        ),
        Column(
            "manufactured_on",
            _("manufactured"),
            values.day,
            headings=("生产日期", "制造日期", "manufactured on", "production date"),
            example="2026-03-01",
        ),
    )

    def identity(self, row: Row) -> Hashable:
        return row["code"].upper(), row["batch"]

    def check(self, rows: Sequence[Row], context: Context) -> list[Checked]:
        products = by_code(row["code"] for row in rows)
        known = batches_of(products.values(), [row["batch"] for row in rows])
        return [self._judged(row, products.get(row["code"].upper()), known) for row in rows]

    def _judged(self, row: Row, product: Product | None, known: dict) -> Checked:
        if product is None:
            return row.bad("code", unknown_product(row["code"]))
        batch = known.get((product.pk, row["batch"]))
        if batch is None:
            return row.new(product)
        if row.changes(batch, ("manufactured_on",)):
            return row.changed(batch.pk, data=batch)
        return row.same(batch.pk)

    def write(self, checked: Sequence[Checked], *, by: Actor, at: datetime) -> list[Written]:
        new, held, before = [], [], {}
        for one in checked:
            day = one.row["manufactured_on"]
            if one.pk is None:
                batch = Batch(product=one.data, code=one.row["batch"], manufactured_on=day)
                new.append((one.row, batch))
            else:
                before[one.row.number] = undoing.facts(one.data, ("manufactured_on",))
                one.data.manufactured_on = day
                held.append((one.row, one.data))
        Batch.objects.bulk_create(batch for _row, batch in new)
        if held:
            Batch.objects.bulk_update([batch for _row, batch in held], ["manufactured_on"])
        marks = undoing.marks([batch for _row, batch in new + held], BATCH_FIELDS)
        return [Written(row.number, b.pk, True, None, marks[b.pk]) for row, b in new] + [
            Written(row.number, b.pk, False, before[row.number], marks[b.pk]) for row, b in held
        ]

    def undo(self, written: Sequence[Written], *, by: Actor, at: datetime) -> list[Kept]:
        return undoing.undo(Batch, written, BATCH_FIELDS)


BATCH_FIELDS = ("product_id", "code", "manufactured_on")


def batches_of(products: Iterable[Product], codes: Iterable[str]) -> dict:
    """{(product, code): batch} of these products and codes."""
    rows = Batch.objects.filter(
        product__in=[product.pk for product in products], code__in={code for code in codes if code}
    )
    return {(row.product_id, row.code): row for row in rows}
