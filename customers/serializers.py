"""What programs send and get of customers, units, products and orders; masked by the matrix."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers import rules
from customers.actions import CUSTOMER_FIELDS, UNIT_FIELDS
from customers.choices import ContactKind
from customers.models import (
    Batch,
    Consent,
    ContactPoint,
    Customer,
    Order,
    OrderLine,
    Product,
    Tier,
    Unit,
)
from foundation.api.fields import Named


class Masked:
    """Asks once what of any customer this person sees: name, address, phone, email or notes."""

    def shows(self, what: str) -> bool:
        return rules.shows(self.context["request"].user.personal, what)

    def masked(self, what: str, value: str, mask) -> str:
        return value if self.shows(what) else mask(value)


def stars(value: str) -> str:
    return rules.STARS if value else ""


class PointOut(Masked, serializers.ModelSerializer):
    value = serializers.SerializerMethodField()

    class Meta:
        model = ContactPoint
        fields = ("id", "kind", "value", "is_preferred", "is_bounced")

    def get_value(self, point) -> str:
        what = "email" if point.kind == ContactKind.EMAIL else "phone"
        return self.masked(what, point.value, lambda value: rules.mask(point.kind, value))


class CustomerRecordOut(Masked, serializers.ModelSerializer):
    """`version` goes into `If-Match`."""

    name = serializers.SerializerMethodField()
    tier = serializers.SlugRelatedField("key", read_only=True, allow_null=True)
    address = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()
    contact_points = PointOut(many=True, read_only=True)

    class Meta:
        model = Customer
        fields = (
            "id", "version", "kind", "name", "language", "tier", "preferred_channel", "region",
            "city", "address", "notes", "created_at", "changed_at", "contact_points",
        )  # fmt: skip
        read_only_fields = fields

    def get_name(self, customer) -> str:
        return self.masked("name", customer.name, rules.mask_name)

    def get_address(self, customer) -> str:
        return self.masked("address", customer.address, stars)

    def get_notes(self, customer) -> str:
        return self.masked("notes", customer.notes, stars)


class ConsentOut(serializers.ModelSerializer):
    class Meta:
        model = Consent
        fields = ("id", "purpose", "text_version", "channel", "given_at", "withdrawn_at")
        read_only_fields = fields


class OwnerOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class Owned(Masked, serializers.ModelSerializer):
    customer = serializers.SerializerMethodField()

    @extend_schema_field(OwnerOut(allow_null=True))
    def get_customer(self, row):
        if row.customer_id is None:
            return None
        name = self.masked("name", row.customer.name, rules.mask_name)
        return {"id": row.customer_id, "name": name}


class UnitRecordOut(Owned):
    """`version` goes into `If-Match`."""

    product = serializers.SlugRelatedField("code", read_only=True)
    batch = serializers.SlugRelatedField("code", read_only=True, allow_null=True)

    class Meta:
        model = Unit
        fields = (
            "id", "version", "serial", "order_line", "variant", "product", "batch", "customer",
            "bought_on", "delivered_on", "installed_on", "proof_number", "sold_by", "changed_at",
        )  # fmt: skip
        read_only_fields = fields


class ProductOut(serializers.ModelSerializer):
    category = serializers.SlugRelatedField("key", read_only=True)

    class Meta:
        model = Product
        fields = ("id", "code", "name_zh", "name_en", "category", "is_active")
        read_only_fields = fields


class OrderLineOut(serializers.ModelSerializer):
    product = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = OrderLine
        fields = ("id", "position", "product", "variant", "quantity", "price", "unit")
        read_only_fields = fields


class OrderOut(Owned):
    phone = serializers.SerializerMethodField()
    lines = OrderLineOut(many=True, read_only=True)

    class Meta:
        model = Order
        fields = (
            "id", "version", "number", "ordered_on", "customer", "sold_by", "region", "phone",
            "lines",
        )  # fmt: skip
        read_only_fields = fields

    def get_phone(self, order) -> str:
        return self.masked("phone", order.phone, rules.mask_phone)


# What comes in


def by_key(field: str, rows, **options) -> Named:
    return Named(field, queryset=rows, required=False, **options)


def plain(longest: int) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=False, allow_blank=True)


class ChangeCustomerIn(serializers.ModelSerializer):
    """What is left out stays as it is."""

    tier = by_key("key", Tier.objects.all(), allow_null=True)

    class Meta:
        model = Customer
        fields = tuple(sorted(CUSTOMER_FIELDS))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"partial": True, **kwargs})


class NewCustomerIn(ChangeCustomerIn):
    phone = plain(254)
    email = plain(254)
    wechat = plain(254)

    class Meta(ChangeCustomerIn.Meta):
        fields = (*ChangeCustomerIn.Meta.fields, "phone", "email", "wechat")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, partial=False, **kwargs)


class PointIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=ContactKind.choices)
    value = serializers.CharField(max_length=254)
    is_preferred = serializers.BooleanField(default=False)


class VisibleCustomer(serializers.PrimaryKeyRelatedField):
    def get_queryset(self):
        return Customer.objects.visible_to(self.context["request"].user)


class ChangeUnitIn(serializers.ModelSerializer):
    """What is left out stays as it is."""

    product = by_key("code", Product.objects.all())
    batch = serializers.CharField(max_length=60, required=False, allow_null=True)
    customer = VisibleCustomer(required=False, allow_null=True)
    serial = plain(60)
    order_line = plain(60)

    class Meta:
        model = Unit
        fields = tuple(sorted(UNIT_FIELDS))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"partial": True, **kwargs})

    def validate(self, data):
        code = data.get("batch")
        product = data.get("product") or self.context.get("product")
        if code:
            data["batch"] = Batch.objects.filter(product=product, code=code).first()
            if data["batch"] is None:
                raise serializers.ValidationError(
                    {"batch": _("This product has no such batch. Record the batch first.")}
                )
        return data


class NewUnitIn(ChangeUnitIn):
    product = Named("code", queryset=Product.objects.all())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, partial=False, **kwargs)
