"""The verbs on customers, their contact points, consents and units.

Every verb raises PermissionDenied without `customers.edit` (`products.edit` for products and
batches), and ValidationError, by field where one is to blame, for what a person can mend.
"""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers import rules
from customers.choices import ContactKind, CustomerKind, PreferredChannel
from customers.models import (
    SERIAL_TAKEN,
    Batch,
    Consent,
    ContactPoint,
    Customer,
    Product,
    ProductCategory,
    Tier,
    Unit,
)
from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.choices import Language

CUSTOMER_FIELDS = frozenset(
    ["kind", "name", "language", "tier", "preferred_channel", "region", "city", "address", "notes"]
)
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


def _require(by: Actor, verb: str) -> None:
    if not by.may(verb):
        raise PermissionDenied(_("Your role does not allow this. Ask a supervisor."))


def _locked(row):
    return type(row).objects.select_for_update().get(pk=row.pk)


@transaction.atomic
def record_customer(
    *,
    name: str,
    kind: str = CustomerKind.PERSON,
    language: str = Language.ZH,
    phone: str = "",
    email: str = "",
    wechat: str = "",
    tier: Tier | None = None,
    preferred_channel: str = "",
    region: str = "",
    city: str = "",
    address: str = "",
    notes: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Customer:
    """A new customer with what they can be reached at.

    Prefers e-mail unless told otherwise or only a phone is known. Never looks for a customer who
    is the same: that is a person's decision (`queries.find_customers`).
    """
    _require(by, "customers.edit")
    at = at or timezone.now()
    if not preferred_channel:
        by_phone = phone and not email
        preferred_channel = PreferredChannel.PHONE if by_phone else PreferredChannel.EMAIL
    customer = Customer(
        name=rules.clean(name),
        kind=kind,
        language=language,
        tier=tier,
        preferred_channel=preferred_channel,
        region=rules.clean(region),
        city=rules.clean(city),
        address=rules.clean(address),
        notes=rules.clean(notes),
        created_at=at,
    )
    customer.full_clean()
    customer.save()
    for point, value in (
        (ContactKind.PHONE, phone),
        (ContactKind.EMAIL, email),
        (ContactKind.WECHAT, wechat),
    ):
        if rules.clean(value):
            _first_point(customer, point, value)
    return customer


def _first_point(customer: Customer, kind: str, value: str) -> None:
    point = ContactPoint(customer=customer, kind=kind, value=rules.clean(value))
    try:
        point.full_clean()
    except ValidationError as error:
        # The caller's field is called after the kind, not "value".
        raise ValidationError({str(kind): error.messages}) from None
    point.save()


@transaction.atomic
def change_customer(
    customer: Customer,
    *,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
    **changes,
) -> Customer:
    """Set some of CUSTOMER_FIELDS. With `version`, refuses (code "stale") if somebody was first."""
    _require(by, "customers.edit")
    return _change(customer, CUSTOMER_FIELDS, version, by, at, changes)


def _change(row, allowed, version, by, at, changes):
    if unknown := set(changes) - allowed:
        raise TypeError(f"Not to be changed: {', '.join(sorted(unknown))}")
    row = _locked(row)
    row.refuse_stale(version)
    for field, value in changes.items():
        setattr(row, field, rules.clean(value) if isinstance(value, str) else value)
    if changes:
        row.full_clean()
        row.touch(user_or_none(by), at or timezone.now())
        row.save()
    return row


def _touch(customer: Customer, by: Actor, at: datetime | None) -> Customer:
    customer = _locked(customer)
    customer.touch(user_or_none(by), at or timezone.now())
    customer.save(update_fields=["version", "changed_by", "changed_at"])
    return customer


@transaction.atomic
def add_contact_point(
    customer: Customer,
    *,
    kind: str,
    value: str,
    is_preferred: bool = False,
    by: Actor,
    at: datetime | None = None,
) -> ContactPoint:
    """One more way to reach a customer; the same one twice is the one there already."""
    _require(by, "customers.edit")
    customer = _touch(customer, by, at)
    known = customer.contact_points.filter(
        kind=kind, normalised=rules.normalise(kind, rules.clean(value))
    ).first()
    point = known or ContactPoint(customer=customer, kind=kind, value=rules.clean(value))
    point.is_preferred = is_preferred or point.is_preferred
    return _save_point(point)


def _save_point(point: ContactPoint) -> ContactPoint:
    point.full_clean()
    point.save()
    if point.is_preferred:
        others = point.customer.contact_points.filter(kind=point.kind, is_preferred=True)
        others.exclude(pk=point.pk).update(is_preferred=False)
    return point


@transaction.atomic
def change_contact_point(
    point: ContactPoint,
    *,
    kind: str,
    value: str,
    is_preferred: bool,
    by: Actor,
    at: datetime | None = None,
) -> ContactPoint:
    """Correct a number or address. A corrected address is trusted again after bounces."""
    _require(by, "customers.edit")
    _touch(point.customer, by, at)
    point = _locked(point)
    if rules.normalise(kind, rules.clean(value)) != point.normalised:
        point.is_bounced = False
    point.kind, point.value, point.is_preferred = kind, rules.clean(value), is_preferred
    return _save_point(point)


@transaction.atomic
def remove_contact_point(point: ContactPoint, *, by: Actor, at: datetime | None = None) -> None:
    """Forget a number or address that is not the customer's."""
    _require(by, "customers.edit")
    _touch(point.customer, by, at)
    ContactPoint.objects.filter(pk=point.pk).delete()


@transaction.atomic
def mark_bounced(*, email: str, by: Actor) -> int:
    """Mail to this address came back: do not choose it again. Returns how many points had it."""
    _require(by, "customers.edit")
    return ContactPoint.objects.filter(
        kind=ContactKind.EMAIL, normalised=rules.normalise(ContactKind.EMAIL, rules.clean(email))
    ).update(is_bounced=True)


@transaction.atomic
def give_consent(
    customer: Customer,
    *,
    purpose: str,
    text_version: str,
    channel: str,
    by: Actor,
    at: datetime | None = None,
) -> Consent:
    """Record an agreement to one purpose in one version of the words.

    Given twice it is recorded once; agreeing to newer words ends the agreement to the older.
    """
    _require(by, "customers.edit")
    at = at or timezone.now()
    customer = _touch(customer, by, at)
    if current := customer.consents.filter(purpose=purpose, withdrawn_at=None).first():
        if current.text_version == text_version:
            return current
        _withdraw(current, by, at)
    consent = Consent(
        customer=customer,
        purpose=purpose,
        text_version=rules.clean(text_version),
        channel=rules.clean(channel),
        given_at=at,
        recorded_by=user_or_none(by),
    )
    consent.full_clean()
    consent.save()
    return consent


@transaction.atomic
def withdraw_consent(
    customer: Customer, *, purpose: str, by: Actor, at: datetime | None = None
) -> Consent | None:
    """End the agreement to a purpose; the record stays. None if there was none."""
    _require(by, "customers.edit")
    at = at or timezone.now()
    customer = _touch(customer, by, at)
    consent = customer.consents.filter(purpose=purpose, withdrawn_at=None).first()
    return _withdraw(consent, by, at) if consent else None


def _withdraw(consent: Consent, by: Actor, at: datetime) -> Consent:
    consent.withdrawn_at = max(at, consent.given_at)
    consent.withdrawn_by = user_or_none(by)
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return consent


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
    _require(by, "customers.edit")
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
    return _save_once(unit.full_clean, unit.save, lambda: unit)


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
    _require(by, "customers.edit")
    return _save_once(lambda: _change(unit, UNIT_FIELDS, version, by, at, changes))


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
    _require(by, "products.edit")
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
    _require(by, "products.edit")
    batch = Batch(product=product, code=rules.clean(code), manufactured_on=manufactured_on)
    batch.full_clean()
    batch.save()
    return batch
