from customers.models import Tier
from foundation.accounts.defaults import ship


def ship_tiers(**kwargs) -> None:
    """The two tiers every department starts with."""
    ship(
        Tier,
        ("key",),
        [
            {"key": "regular", "name_zh": "普通客户", "name_en": "Regular", "order": 1},
            {"key": "vip", "name_zh": "VIP客户", "name_en": "VIP", "is_vip": True, "order": 2},
        ],
    )
