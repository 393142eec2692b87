from types import SimpleNamespace

import pytest

from customers import actions
from customers.models import ProductCategory
from foundation.accounts.actors import SYSTEM


@pytest.fixture
def washer(db):
    category = ProductCategory.objects.create(
        key="washing-machine", name_zh="洗衣机", name_en="Washing machines"
    )
    return actions.record_product(
        code="XQG100", category=category, name_zh="滚筒洗衣机", name_en="Washer", by=SYSTEM
    )


@pytest.fixture
def wang(db, now):
    return actions.record_customer(
        name="王小明",
        phone="13812345678",
        email="wang@example.com",
        region="浙江省",
        city="杭州市",
        address="文三路 1 号",
        notes="门铃坏了",
        by=SYSTEM,
        at=now,
    )


@pytest.fixture
def shelf(wang, washer, now):
    """Wang with one unit."""
    unit = actions.record_unit(product=washer, serial="XQG-0001", customer=wang, by=SYSTEM, at=now)
    return SimpleNamespace(wang=wang, washer=washer, unit=unit)
