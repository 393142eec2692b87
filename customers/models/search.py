"""What is found by words; `foundation.search` writes and asks these."""

from django.db import models

from customers.models.goods import Unit
from customers.models.orders import Order
from customers.models.people import Customer
from foundation.search.models import Document


class CustomerDocument(Document):
    """What a customer is found by."""

    subject = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="document"
    )


class UnitDocument(Document):
    """What a unit is found by."""

    subject = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="document")


class OrderDocument(Document):
    """What an order is found by."""

    subject = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="document")
