"""The verbs on customers, their contact points and consents."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from customers import rules
from customers.actions.base import change, locked, require
from customers.choices import ContactKind, CustomerKind, PreferredChannel
from customers.models import Consent, ContactPoint, Customer, Tier
from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.choices import Language
from foundation.search import actions as search

CUSTOMER_FIELDS = frozenset(
    ["kind", "name", "language", "tier", "preferred_channel", "region", "city", "address", "notes"]
)


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
    require("customers.edit", by=by)
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
    search.index("customers", [customer.pk])
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
    require("customers.edit", by=by)
    customer = change(customer, CUSTOMER_FIELDS, changes, version=version, by=by, at=at)
    search.changed("customers", [customer.pk], at=at)
    return customer


def _touch(customer: Customer, by: Actor, at: datetime | None) -> Customer:
    customer = locked(customer)
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
    require("customers.edit", by=by)
    customer = _touch(customer, by, at)
    known = customer.contact_points.filter(
        kind=kind, normalised=rules.normalise(kind, rules.clean(value))
    ).first()
    point = known or ContactPoint(customer=customer, kind=kind, value=rules.clean(value))
    point.is_preferred = is_preferred or point.is_preferred
    return _save_point(point, at)


def _save_point(point: ContactPoint, at: datetime | None) -> ContactPoint:
    point.full_clean()
    point.save()
    if point.is_preferred:
        others = point.customer.contact_points.filter(kind=point.kind, is_preferred=True)
        others.exclude(pk=point.pk).update(is_preferred=False)
    search.changed("customers", [point.customer_id], at=at)
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
    require("customers.edit", by=by)
    _touch(point.customer, by, at)
    point = locked(point)
    if rules.normalise(kind, rules.clean(value)) != point.normalised:
        point.is_bounced = False
    point.kind, point.value, point.is_preferred = kind, rules.clean(value), is_preferred
    return _save_point(point, at)


@transaction.atomic
def remove_contact_point(point: ContactPoint, *, by: Actor, at: datetime | None = None) -> None:
    """Forget a number or address that is not the customer's."""
    require("customers.edit", by=by)
    _touch(point.customer, by, at)
    ContactPoint.objects.filter(pk=point.pk).delete()
    search.changed("customers", [point.customer_id], at=at)


@transaction.atomic
def mark_bounced(*, email: str, by: Actor) -> int:
    """Mail to this address came back: do not choose it again. Returns how many points had it."""
    require("customers.edit", by=by)
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
    require("customers.edit", by=by)
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
    require("customers.edit", by=by)
    at = at or timezone.now()
    customer = _touch(customer, by, at)
    consent = customer.consents.filter(purpose=purpose, withdrawn_at=None).first()
    return _withdraw(consent, by, at) if consent else None


def _withdraw(consent: Consent, by: Actor, at: datetime) -> Consent:
    consent.withdrawn_at = max(at, consent.given_at)
    consent.withdrawn_by = user_or_none(by)
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return consent
