"""What customers and units are found by, and how they are shown when found."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db.models import F, Prefetch, QuerySet, Window
from django.db.models.functions import RowNumber
from django.db.models.signals import post_save
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.choices import ContactKind
from customers.models import (
    ContactPoint,
    Customer,
    CustomerDocument,
    Product,
    Unit,
    UnitDocument,
)
from foundation.accounts.choices import Personal
from foundation.search import kinds
from foundation.search.actions import changed
from foundation.search.kinds import Entry, Hit, Kind
from foundation.search.rules import Query, answers, marked, numbers, phone, tokens

# A customer is found by so many of the latest units; a unit is found by its own serial anyway.
MOST_UNITS = 100
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def sees_customers(user) -> bool:
    return bool(user) and (user.may("customers.view") or user.may("customers.edit"))


def finds_personal(user) -> bool:
    """Masked data must not be found out by trying names and numbers."""
    return Personal.FULL in user.personal


def point_tokens(point: ContactPoint) -> set[str]:
    """What a number or address is found by."""
    return phone(point.normalised) if point.kind == ContactKind.PHONE else tokens(point.value)


def product_tokens(product: Product | None) -> set[str]:
    """Number and both names of a model."""
    if product is None:
        return set()
    return numbers(product.code) | tokens(f"{product.name_zh}\n{product.name_en}")


def unit_tokens(unit: Unit) -> set[str]:
    """Serial number, order line and proof of a unit."""
    texts = (unit.serial, unit.order_line, unit.proof_number)
    return {token for text in texts if text for token in numbers(text)}


# --- customers -----------------------------------------------------------------------------------


def customer_entries(pks: Sequence[int]) -> Iterable[Entry]:
    serials = _latest_units(pks)
    for row in Customer.objects.filter(pk__in=pks).prefetch_related("contact_points"):
        yield customer_entry(row, row.contact_points.all(), serials[row.pk])


def customer_entry(row: Customer, points: Iterable[ContactPoint], units: Iterable[str]) -> Entry:
    """What a customer is found by; `units` are the tokens of their latest units."""
    return Entry(
        pk=row.pk,
        at=row.created_at,
        tokens=[*tokens(f"{row.region}\n{row.city}"), *units],
        personal=[
            *tokens(row.name),
            *(token for point in points for token in point_tokens(point)),
            *tokens(row.address),
            *tokens(row.notes),
        ],
    )


def _latest_units(pks: Sequence[int]) -> dict[int, list[str]]:
    place = Window(RowNumber(), partition_by=F("customer"), order_by=F("pk").desc())
    rows = Unit.objects.filter(customer__in=pks).annotate(place=place)
    found = defaultdict(list)
    for row in rows.filter(place__lte=MOST_UNITS).only("customer_id", *SERIALS).order_by():
        found[row.customer_id] += unit_tokens(row)
    return found


SERIALS = ("serial", "order_line", "proof_number")


def customer_hits(pks: Sequence[int], user, asked: Query) -> list[Hit]:
    points = ContactPoint.objects.only("customer", "kind", "value", "normalised")
    rows = Customer.objects.select_related("tier").defer("notes", "changed_by")
    found = rows.prefetch_related(Prefetch("contact_points", points)).in_bulk(pks)
    return [_customer_hit(found[pk], user, asked) for pk in pks if pk in found]


def _customer_hit(row: Customer, user, asked: Query) -> Hit:
    personal = user.personal
    name = row.name if rules.shows(personal, "name") else rules.mask_name(row.name)
    full = rules.shows(personal, "phone")
    points = list(row.contact_points.all())
    # What was asked for stands first.
    points.sort(key=lambda point: not answers(asked, point_tokens(point)))
    place = row.full_address if rules.shows(personal, "address") else row.place
    words = [
        (str(row.tier) if row.tier_id else "", False),
        *(
            (point.value if full else point.masked_value, full and _is_asked(asked, point))
            for point in points[:2]
        ),
    ]
    return Hit(
        pk=row.pk,
        url=reverse("admin:customers_customer_change", args=[row.pk]),
        title=marked(asked, name) if full else [(name, False)],
        facts=in_a_row(words),
        excerpt=marked(asked, place),
    )


def _is_asked(asked: Query, point: ContactPoint) -> bool:
    return answers(asked, point_tokens(point))


def in_a_row(words: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Facts with dots between them; empty ones are left out."""
    pieces: list[tuple[str, bool]] = []
    for text, is_hit in words:
        if text:
            pieces += [(" · ", False), (text, is_hit)] if pieces else [(text, is_hit)]
    return pieces


def customers_named(user, text: str) -> list[int]:
    """Who can be reached at exactly this number or address."""
    if not finds_personal(user) or sum(c.isalnum() for c in text) < 6:
        return []
    points = ContactPoint.objects.filter(normalised__in=rules.normalised_forms(text))
    return list(points.order_by("-customer").values_list("customer", flat=True).distinct()[:5])


# --- units ---------------------------------------------------------------------------------------


def unit_entries(pks: Sequence[int]) -> Iterable[Entry]:
    rows = Unit.objects.filter(pk__in=pks).select_related("product", "batch", "customer")
    return units_as_entries(rows)


def units_as_entries(rows: Iterable[Unit]) -> Iterable[Entry]:
    """What units are found by; their product, batch and customer are there."""
    goods: dict[tuple, list[str]] = {}
    for row in rows:
        about = (row.product_id, row.batch_id)
        if about not in goods:
            batch = numbers(row.batch.code) if row.batch_id else set()
            goods[about] = [*product_tokens(row.product), *batch]
        yield Entry(
            pk=row.pk,
            at=row.changed_at or LONG_AGO,
            tokens=[*unit_tokens(row), *goods[about], *tokens(row.variant)],
            personal=tokens(row.customer.name) if row.customer_id else (),
        )


UNIT = (
    *("serial", "order_line", "variant", "proof_number", "batch__code", "customer__name"),
    *(f"product__{name}" for name in ("code", "name_zh", "name_en")),
)


def unit_hits(pks: Sequence[int], user, asked: Query) -> list[Hit]:
    rows = Unit.objects.select_related("product", "batch", "customer").only(*UNIT).in_bulk(pks)
    return [_unit_hit(rows[pk], user, asked) for pk in pks if pk in rows]


def _unit_hit(row: Unit, user, asked: Query) -> Hit:
    shows = rules.shows(user.personal, "name")
    owner = row.customer.name if row.customer_id else ""
    title = str(row)
    batch, proof = row.batch.code if row.batch_id else "", row.proof_number
    words = [
        (batch, answers(asked, numbers(batch))),
        (proof, True) if answers(asked, numbers(proof)) else ("", False),
    ]
    whose = marked(asked, owner) if shows else [(rules.mask_name(owner), False)] if owner else []
    return Hit(
        pk=row.pk,
        url=reverse("admin:customers_unit_change", args=[row.pk]),
        title=[(title, True)] if answers(asked, numbers(title)) else marked(asked, title),
        facts=[
            *whose,
            *([(" · ", False)] if whose and any(w for w, _ in words) else []),
            *in_a_row(words),
        ],
        excerpt=marked(asked, str(row.product)),
    )


def units_named(user, text: str) -> list[int]:
    """The unit with exactly this serial number."""
    return list(Unit.objects.with_serial(text).values_list("pk", flat=True)[:1])


# --- registration --------------------------------------------------------------------------------


def visible_customers(user) -> QuerySet | None:
    return Customer.objects.visible_to(user) if sees_customers(user) else None


def visible_units(user) -> QuerySet | None:
    return Unit.objects.visible_to(user) if sees_customers(user) else None


CUSTOMERS = Kind(
    key="customers",
    label=_("Customers"),
    model=Customer,
    document=CustomerDocument,
    entries=customer_entries,
    visible=visible_customers,
    sees_all=sees_customers,
    personal=finds_personal,
    hits=customer_hits,
    exact=customers_named,
    order=20,
)
UNITS = Kind(
    key="units",
    label=_("Units"),
    model=Unit,
    document=UnitDocument,
    entries=unit_entries,
    visible=visible_units,
    sees_all=sees_customers,
    personal=finds_personal,
    hits=unit_hits,
    exact=units_named,
    order=30,
)


def register() -> None:
    kinds.register(CUSTOMERS)
    kinds.register(UNITS)
    kinds.follow("customers", "units", lambda pks: Unit.objects.filter(customer__in=pks))
    kinds.follow("products", "units", lambda pks: Unit.objects.filter(product__in=pks))
    post_save.connect(_product_saved, sender=Product, dispatch_uid="search_product_saved")


def _product_saved(sender, instance, created, raw=False, **kwargs) -> None:
    """Products are rows that an administrator edits: their names stand in other documents."""
    if not created and not raw:
        changed("products", [instance.pk])
