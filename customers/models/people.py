"""Customers, how to reach them, and what they agreed to."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.choices import ConsentPurpose, ContactKind, CustomerKind, PreferredChannel
from customers.models.base import Versioned
from foundation.accounts.choices import Language
from foundation.accounts.models import Bilingual


class Tier(Bilingual):
    key = models.SlugField(_("key"), unique=True)
    is_vip = models.BooleanField(_("has the fast lane"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["order", "pk"]
        default_permissions = ()


class CustomerQuerySet(models.QuerySet):
    def reachable_at(self, text: str) -> "CustomerQuerySet":
        """Customers with exactly this phone number or address (as people type it)."""
        return self.filter(contact_points__normalised__in=rules.normalised_forms(text)).distinct()

    def matching(self, text: str) -> "CustomerQuerySet":
        """Customers a person may mean: number, address, its last four digits, serial or name."""
        from customers.models.goods import Unit

        text = rules.clean(text)
        if not text:
            return self.none()
        points = Q(normalised__in=rules.normalised_forms(text))
        if rules.is_tail(text):
            points |= Q(tail4=text)
        return self.filter(
            Q(name__icontains=text)
            | Q(pk__in=ContactPoint.objects.filter(points).values("customer"))
            | Q(pk__in=Unit.objects.with_serial(text).exclude(customer=None).values("customer"))
        )

    def visible_to(self, user) -> "CustomerQuerySet":
        return self if user.may("customers.view") or user.may("customers.edit") else self.none()


class Customer(Versioned):
    kind = models.CharField(
        _("kind"), max_length=10, choices=CustomerKind, default=CustomerKind.PERSON
    )
    name = models.CharField(_("name"), max_length=100, db_index=True)
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.ZH)
    tier = models.ForeignKey(Tier, models.SET_NULL, null=True, blank=True, verbose_name=_("tier"))
    preferred_channel = models.CharField(
        _("prefers"), max_length=10, choices=PreferredChannel, default=PreferredChannel.EMAIL
    )
    region = models.CharField(_("province or region"), max_length=60, blank=True, db_index=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    address = models.CharField(_("street and house"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(_("customer since"), default=timezone.now, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        default_permissions = ()
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="customer_newest"),
            *(
                models.Index(fields=[column, "-created_at", "-id"], name=f"customer_of_{column}")
                for column in ("kind", "tier", "region", "city", "language")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Province and city; Shanghai and Beijing are their own province."""
        return self.city if self.city.startswith(self.region) else f"{self.region}{self.city}"

    @property
    def full_address(self) -> str:
        gap = "" if self.language == Language.ZH else ", "
        region = "" if self.city.startswith(self.region) else self.region
        parts = [region, self.city, self.address]
        if self.language != Language.ZH:
            parts.reverse()
        return gap.join(part for part in parts if part)

    @property
    def phone(self) -> str:
        """The number to call first, or "" (reads the prefetched contact points)."""
        return self._first(ContactKind.PHONE)

    @property
    def email(self) -> str:
        """The address to write to first, or ""; never one whose mail came back."""
        return self._first(ContactKind.EMAIL)

    def _first(self, kind: str) -> str:
        points = (p for p in self.contact_points.all() if p.kind == kind and not p.is_bounced)
        return next((point.value for point in points), "")


class ContactPoint(models.Model):
    """A way to reach a customer. Shared numbers are real, so nothing here is unique."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contact_points")
    kind = models.CharField(_("kind"), max_length=10, choices=ContactKind)
    value = models.CharField(_("number or address"), max_length=254)
    normalised = models.CharField(max_length=254, db_index=True, editable=False)
    tail4 = models.CharField(max_length=4, db_index=True, editable=False)
    is_preferred = models.BooleanField(_("preferred"), default=False)
    is_bounced = models.BooleanField(_("mail comes back"), default=False)

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        ordering = ["-is_preferred", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["customer"], condition=Q(is_bounced=True), name="point_bounced")
        ]

    def __str__(self) -> str:
        # Masked: this text goes into histories and titles that more people read.
        return rules.mask(self.kind, self.value)

    @property
    def masked_value(self) -> str:
        return rules.mask(self.kind, self.value)

    def clean(self):
        value = rules.clean(self.value)
        if self.kind == ContactKind.EMAIL:
            try:
                validate_email(value)
            except ValidationError:
                raise ValidationError(
                    {"value": _("This is not an e-mail address. Write it as name@example.com.")}
                ) from None
        if self.kind == ContactKind.PHONE and not rules.is_phone(value):
            raise ValidationError(
                {"value": _("This is not a phone number. Write it with its area code.")}
            )

    def save(self, *args, **kwargs):
        self.value = rules.clean(self.value)
        self.normalised = rules.normalise(self.kind, self.value)
        self.tail4 = self.normalised[-4:] if self.kind == ContactKind.PHONE else ""
        super().save(*args, **kwargs)


class Consent(models.Model):
    """What a customer agreed to, in which words, and until when."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose)
    text_version = models.CharField(_("version of the text"), max_length=40)
    channel = models.CharField(_("given through"), max_length=40)
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawal recorded by"),
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_open_consent",
            )
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()
