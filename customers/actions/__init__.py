"""The verbs on customers, their contact points and consents, orders, products, batches and units.

Every verb raises PermissionDenied without `customers.edit` (`products.edit` for products and
batches), and ValidationError, by field where one is to blame, for what a person can mend.
"""

from customers.actions.goods import (
    UNIT_FIELDS,
    change_unit,
    record_batch,
    record_product,
    record_unit,
)
from customers.actions.orders import (
    LINE_FIELDS,
    ORDER_FIELDS,
    add_order_line,
    change_order,
    change_order_line,
    record_order,
    remove_order_line,
)
from customers.actions.people import (
    CUSTOMER_FIELDS,
    add_contact_point,
    change_contact_point,
    change_customer,
    give_consent,
    mark_bounced,
    record_customer,
    remove_contact_point,
    withdraw_consent,
)

__all__ = [
    "CUSTOMER_FIELDS",
    "LINE_FIELDS",
    "ORDER_FIELDS",
    "UNIT_FIELDS",
    "add_contact_point",
    "add_order_line",
    "change_contact_point",
    "change_customer",
    "change_order",
    "change_order_line",
    "change_unit",
    "give_consent",
    "mark_bounced",
    "record_batch",
    "record_customer",
    "record_order",
    "record_product",
    "record_unit",
    "remove_contact_point",
    "remove_order_line",
    "withdraw_consent",
]
