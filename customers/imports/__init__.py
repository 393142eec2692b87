"""What sheets can bring in here."""

from customers.imports.customers import Customers
from customers.imports.goods import Batches, Products
from customers.imports.orders import Orders
from customers.imports.units import Units
from foundation.sheets import targets


def register() -> None:
    for target in (Customers(), Products(), Batches(), Units(), Orders()):
        targets.register(target)
