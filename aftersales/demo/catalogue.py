"""What the maker sells: categories, models, batches."""

from datetime import date, timedelta
from random import Random

from customers import actions
from customers.models import Batch, Product, ProductCategory
from foundation.accounts.actors import SYSTEM

CATEGORIES = [
    # key, 中文, English
    ("washing-machine", "洗衣机", "Washing machines"),
    ("refrigerator", "冰箱", "Refrigerators"),
    ("air-conditioner", "空调", "Air conditioners"),
    ("water-heater", "热水器", "Water heaters"),
    ("range-hood", "油烟机", "Range hoods"),
    ("rice-cooker", "电饭煲", "Rice cookers"),
    ("vacuum-cleaner", "吸尘器", "Vacuum cleaners"),
]
MODELS = [
    # code, category, 中文, English, has serials, colours
    ("CH-WM80", "washing-machine", "8 公斤滚筒洗衣机", "Front loader 8 kg", True, ()),
    ("CH-WM100D", "washing-machine", "10 公斤洗烘一体机", "Washer-dryer 10 kg", True, ()),
    ("CH-BC260", "refrigerator", "260 升三门冰箱", "Three-door refrigerator 260 l", True, ()),
    ("CH-BC420F", "refrigerator", "420 升风冷法式冰箱", "French-door refrigerator 420 l", True, ()),
    ("CH-AC35G", "air-conditioner", "1.5 匹变频挂机", "Wall unit 3.5 kW", True, ()),
    ("CH-AC72L", "air-conditioner", "3 匹变频柜机", "Floor unit 7.2 kW", True, ()),
    ("CH-EH60", "water-heater", "60 升电热水器", "Electric water heater 60 l", True, ()),
    ("CH-GH16", "water-heater", "16 升燃气热水器", "Gas water heater 16 l", True, ()),
    ("CH-RH17", "range-hood", "17 风量侧吸油烟机", "Side-draught range hood", True, ()),
    ("CH-RC50", "rice-cooker", "5 升 IH 电饭煲", "Induction rice cooker 5 l", False,
     ("米白", "雾灰", "豆沙粉")),
    ("CH-RC30", "rice-cooker", "3 升迷你电饭煲", "Mini rice cooker 3 l", False, ("米白", "薄荷绿")),
    ("CH-VC25", "vacuum-cleaner", "无线吸尘器", "Cordless vacuum cleaner", True, ()),
    ("CH-VR7", "vacuum-cleaner", "扫地机器人", "Robot vacuum cleaner", True, ()),
]  # fmt: skip
COLOURS = {code: colours for code, *_, colours in MODELS}


def stock(rng: Random, today: date) -> dict[str, list[Batch]]:
    """Make the catalogue; returns {category key: batches of its models, oldest first}."""
    categories = {}
    for order, (key, zh, en) in enumerate(CATEGORIES, start=1):
        categories[key], _ = ProductCategory.objects.get_or_create(
            key=key, defaults={"name_zh": zh, "name_en": en, "order": order}
        )
    batches: dict[str, list[Batch]] = {}
    for code, category, zh, en, *_rest in MODELS:
        product = actions.record_product(
            code=code, category=categories[category], name_zh=zh, name_en=en, by=SYSTEM
        )
        batches.setdefault(category, []).extend(_batches(product, rng, today))
    return batches


def _batches(product: Product, rng: Random, today: date) -> list[Batch]:
    """Three batches of a model over the last two years."""
    made = []
    for months in (22, 13, 6):
        day = today - timedelta(days=months * 30 + rng.randrange(25))
        made.append(
            actions.record_batch(
                product=product, code=f"B{day:%y%m}", manufactured_on=day, by=SYSTEM
            )
        )
    return made
