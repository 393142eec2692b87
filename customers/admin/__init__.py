"""The staff's pages of customers, orders, products and units."""

from customers.admin import goods, orders, people

__all__ = ["goods", "orders", "people"]
