"""What is sold: products, their batches, and single units."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.models.base import Versioned
from customers.models.people import Customer
from foundation.accounts.models import Bilingual

SERIAL_TAKEN = _("A unit with this serial number is already recorded. Search for it instead.")


class ProductCategory(Bilingual):
    key = models.SlugField(_("key"), unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")
        ordering = ["order", "pk"]
        default_permissions = ()


class Product(Bilingual):
    """A model that is sold; single devices are units."""

    code = models.CharField(_("model number"), max_length=60, unique=True)
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, related_name="products", verbose_name=_("category")
    )
    is_active = models.BooleanField(_("offered on the request form"), default=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class Batch(models.Model):
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="batches", verbose_name=_("product")
    )
    code = models.CharField(_("batch"), max_length=60)
    manufactured_on = models.DateField(_("manufactured"), null=True, blank=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["-manufactured_on", "code"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["product", "code"], name="batch_of_product")]
        indexes = [
            models.Index(fields=["code"], name="batch_code"),
            models.Index(fields=["manufactured_on", "id"], name="batch_made"),
        ]

    def __str__(self) -> str:
        return self.code


class UnitQuerySet(models.QuerySet):
    def with_serial(self, text: str) -> "UnitQuerySet":
        """Units with this serial number, however it was typed."""
        return self.filter(serial_normalised=rules.normalise_serial(text)).exclude(
            serial_normalised=""
        )

    def visible_to(self, user) -> "UnitQuerySet":
        return self if user.may("customers.view") or user.may("customers.edit") else self.none()


class Unit(Versioned):
    """One sold thing: by serial number, or by order line for goods without one."""

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="units", verbose_name=_("product")
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("batch")
    )
    customer = models.ForeignKey(
        Customer,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("owner"),
    )
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    serial_normalised = models.CharField(max_length=60, blank=True, editable=False)
    order_line = models.CharField(
        _("order line, where there is no serial"), max_length=60, blank=True
    )
    variant = models.CharField(_("size or colour"), max_length=60, blank=True)
    bought_on = models.DateField(_("bought"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered"), null=True, blank=True)
    installed_on = models.DateField(_("installed"), null=True, blank=True)
    proof_number = models.CharField(_("invoice or proof number"), max_length=60, blank=True)
    sold_by = models.CharField(_("sold by"), max_length=100, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["product", "-id"], name="unit_of_product"),
            models.Index(fields=["sold_by", "-id"], name="unit_of_seller"),
            models.Index(fields=["bought_on", "id"], name="unit_bought"),
            models.Index(fields=["installed_on", "id"], name="unit_installed"),
            models.Index(
                fields=["-id"], condition=models.Q(customer__isnull=True), name="unit_unowned"
            ),
            models.Index(
                fields=["-id"], condition=models.Q(customer__isnull=False), name="unit_owned"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["serial_normalised"],
                condition=~models.Q(serial_normalised=""),
                name="serial_once",
                violation_error_message=SERIAL_TAKEN,
            ),
            models.CheckConstraint(
                condition=~models.Q(serial_normalised="") | ~models.Q(order_line=""),
                name="serial_or_order_line",
                violation_error_message=_("Give a serial number or an order line."),
            ),
        ]

    def __str__(self) -> str:
        return self.serial or f"{self.order_line} {self.variant}".strip()

    def clean(self):
        self.serial_normalised = rules.normalise_serial(self.serial)
        self.order_line = rules.clean(self.order_line)
        if not self.serial_normalised and not self.order_line:
            raise ValidationError({"serial": _("Give a serial number or an order line.")})
        if Unit.objects.with_serial(self.serial).exclude(pk=self.pk).exists():
            raise ValidationError({"serial": SERIAL_TAKEN}, code="taken")
        if self.batch_id and self.product_id and self.batch.product_id != self.product_id:
            raise ValidationError({"batch": _("This batch belongs to another product.")})
        if later := rules.out_of_order(self.bought_on, self.delivered_on, self.installed_on):
            raise ValidationError({later: _("This date is before the previous step's.")})

    def save(self, *args, **kwargs):
        self.serial = rules.clean(self.serial)
        self.order_line = rules.clean(self.order_line)
        self.serial_normalised = rules.normalise_serial(self.serial)
        super().save(*args, **kwargs)
