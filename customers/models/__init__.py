"""Who bought what: customers, how to reach them, their orders, and the units they own."""

from customers.models.base import Versioned
from customers.models.goods import (
    SERIAL_TAKEN,
    Batch,
    Product,
    ProductCategory,
    Unit,
    UnitQuerySet,
)
from customers.models.orders import ORDER_TAKEN, Order, OrderLine, OrderQuerySet
from customers.models.people import (
    Consent,
    ContactPoint,
    Customer,
    CustomerQuerySet,
    Tier,
)
from customers.models.search import CustomerDocument, OrderDocument, UnitDocument

__all__ = [
    "ORDER_TAKEN",
    "SERIAL_TAKEN",
    "Batch",
    "Consent",
    "ContactPoint",
    "Customer",
    "CustomerDocument",
    "CustomerQuerySet",
    "Order",
    "OrderDocument",
    "OrderLine",
    "OrderQuerySet",
    "Product",
    "ProductCategory",
    "Tier",
    "Unit",
    "UnitDocument",
    "UnitQuerySet",
    "Versioned",
]
