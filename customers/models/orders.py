"""What was ordered: found by its number or the phone given with it."""

from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers import rules
from customers.models.base import Versioned
from customers.models.goods import Product, Unit
from customers.models.people import Customer

ORDER_TAKEN = _("This seller's order with this number is already recorded. Search for it instead.")


class OrderQuerySet(models.QuerySet):
    def numbered(self, text: str) -> "OrderQuerySet":
        """Orders with this number, however it was typed; two sellers may have used it."""
        number = rules.normalise_order(text)
        return self.filter(number_normalised=number) if number else self.none()

    def matching(
        self, text: str, *, personal: bool, customers: Iterable[Customer] = ()
    ) -> "OrderQuerySet":
        """Orders a person may mean: by the whole number, or, with `personal`, by the phone given
        with the order or its last four digits; and those of `customers`."""
        text = rules.clean(text)
        wanted = {"number_normalised": rules.normalise_order(text)}
        if personal:
            wanted["phone_normalised"] = rules.normalise_phone(text)[:40]
            wanted["tail4"] = text if rules.is_tail(text) else ""
        # Plain columns side by side: each has its index, which a join or subquery would pass by.
        found = Q(customer__in=[row.pk for row in customers])
        for column, value in wanted.items():
            found |= Q(**{column: value}) if value else Q()
        return self.filter(found)

    def visible_to(self, user) -> "OrderQuerySet":
        return self if user.may("customers.view") or user.may("customers.edit") else self.none()


class Order(Versioned):
    """Numbers are the sellers' own, so a number is unique with its seller."""

    number = models.CharField(_("order number"), max_length=60)
    number_normalised = models.CharField(max_length=60, db_index=True, editable=False)
    ordered_on = models.DateField(_("ordered"), null=True, blank=True)
    customer = models.ForeignKey(
        Customer,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("customer"),
    )
    sold_by = models.CharField(_("sold by"), max_length=100, blank=True)
    region = models.CharField(_("province or region"), max_length=60, blank=True)
    phone = models.CharField(_("phone given with the order"), max_length=40, blank=True)
    phone_normalised = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    tail4 = models.CharField(max_length=4, blank=True, db_index=True, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("purchase", "order")
        verbose_name_plural = _("orders")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["sold_by", "-id"], name="order_sold_by"),
            models.Index(fields=["region", "-id"], name="order_of_region"),
            models.Index(fields=["customer", "-id"], name="order_of_customer"),
            models.Index(fields=["ordered_on", "id"], name="order_of_day"),
            models.Index(fields=["-id"], condition=Q(customer__isnull=True), name="order_unlinked"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number_normalised", "sold_by"],
                name="order_of_seller",
                violation_error_message=ORDER_TAKEN,
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def masked_phone(self) -> str:
        return rules.mask_phone(self.phone)

    def prepare(self) -> None:
        """Fill the columns that are compared; `bulk_create` does not call `save`."""
        self.number, self.sold_by = rules.clean(self.number), rules.clean(self.sold_by)
        self.number_normalised = rules.normalise_order(self.number)
        self.phone = rules.clean(self.phone)
        self.phone_normalised = rules.normalise_phone(self.phone)[:40]
        self.tail4 = self.phone_normalised[-4:]

    def clean(self):
        self.prepare()
        if not self.number_normalised:
            raise ValidationError({"number": _("Give the order number.")})
        if self.phone and not rules.is_phone(self.phone):
            raise ValidationError(
                {"phone": _("This is not a phone number. Write it with its area code.")}
            )
        same = Order.objects.numbered(self.number).filter(sold_by=self.sold_by)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError({"number": ORDER_TAKEN}, code="taken")

    def save(self, *args, **kwargs):
        self.prepare()
        super().save(*args, **kwargs)


class OrderLine(models.Model):
    """A product of an order. What has no serial number hangs here."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), editable=False)
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="order_lines", verbose_name=_("product")
    )
    variant = models.CharField(_("size or colour"), max_length=60, blank=True)
    quantity = models.PositiveIntegerField(
        _("quantity"), default=1, validators=[MinValueValidator(1)]
    )
    price = models.DecimalField(
        _("unit price"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    unit = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="order_lines",
        verbose_name=_("unit"),
    )

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.order.number}-{self.position}"

    def clean(self):
        self.variant = rules.clean(self.variant)
        if self.unit_id and self.product_id and self.unit.product_id != self.product_id:
            raise ValidationError({"unit": _("This unit is another product.")})
