"""What every installation starts with: categories, the priority matrix, safety words, promises.

Numbers from the handbook of the trade, section 2; the administrator edits the rows.
"""

from foundation.accounts.defaults import ship
from foundation.accounts.matrix import ship_matrix
from foundation.accounts.models import Department
from tickets.choices import Moment as M
from tickets.letters import ship_letters
from tickets.models import Category, PriorityRule, Promise, SafetyWord

CATEGORIES = [
    # key, 中文, English, owning department, children
    (
        "technical",
        "技术故障",
        "Technical fault",
        "technical",
        [
            ("no-start", "无法开机或死机", "No start or crash"),
            ("function-lost", "功能失效", "Function lost"),
            ("leak", "漏水或漏电", "Leak of water or current"),
            ("noise", "异响或震动", "Noise or vibration"),
            ("software", "软件兼容", "Software"),
            ("installation", "安装调试", "Installation"),
        ],
    ),
    (
        "logistics",
        "物流配送",
        "Logistics",
        "logistics",
        [
            ("late", "配送延迟", "Late delivery"),
            ("wrong", "错发漏发", "Wrong or missing goods"),
            ("damaged", "包装破损", "Damaged packaging"),
        ],
    ),
    (
        "quality",
        "质量异议",
        "Quality dispute",
        "quality",
        [
            ("scratch", "外观划痕", "Scratches and dents"),
            ("material", "材质问题", "Material"),
            ("not-as-described", "与描述不符", "Not as described"),
        ],
    ),
    (
        "consultation",
        "服务咨询",
        "Service question",
        "service",
        [
            ("how-to-use", "使用方法", "How to use"),
            ("upkeep", "保养维护", "Upkeep"),
            ("function", "功能说明", "What a function does"),
        ],
    ),
]
MATRIX = [
    {"order": 10, "is_safety": True, "priority": "P1"},
    {"order": 20, "reach": "batch", "priority": "P1"},
    {"order": 30, "impact": "business", "priority": "P1"},
    {"order": 40, "impact": "unusable", "priority": "P2"},
    {"order": 50, "impact": "limited", "urgency": "high", "priority": "P2"},
    {"order": 60, "reach": "several", "impact": "limited", "priority": "P2"},
    {"order": 900, "priority": "P3"},
]
SAFETY_WORDS = [
    "漏电", "触电", "冒烟", "起火", "着火", "燃烧", "爆炸", "受伤", "烫伤", "烧焦", "煤气", "漏气",
    "smoke", "smoking", "fire", "burning", "shock", "electrocuted", "injury", "injured", "explosion",
    "exploded", "gas leak",
]  # fmt: skip
PROMISES = [
    # key, 中文, English, from, until, P1, P2, P3
    (
        "urgent-person",
        "紧急来电接管",
        "Person on an urgent case",
        M.URGENT,
        M.TAKEN,
        "15m",
        "15m",
        "15m",
    ),
    ("first-response", "首次响应", "First response", M.RECEIVED, M.ANSWERED, "30m", "30m", "30m"),
    ("registered", "登记完成", "Registered", M.RECEIVED, M.REGISTERED, "120m", "120m", "120m"),
    ("classified", "分类定级", "Classified", M.REGISTERED, M.CLASSIFIED, "60m", "60m", "60m"),
    ("planned", "制定方案", "Planned", M.ASSIGNED, M.PLANNED, "120m", "120m", "120m"),
    ("work-started", "开始处理", "Work started", M.CLASSIFIED, M.STARTED, "240m", "480m", "1440m"),
    (
        "taken-up",
        "重新处理",
        "Reopened case taken up",
        M.REOPENED,
        M.STARTED,
        "120m",
        "240m",
        "480m",
    ),
    (
        "satisfaction",
        "满意确认",
        "Satisfaction confirmed",
        M.RESOLVED,
        M.SATISFACTION,
        "1440m",
        "1440m",
        "1440m",
    ),
]


def ship_tickets(**kwargs) -> None:
    """Create the vocabulary and promises this installation has not been given yet."""
    ship_matrix()  # categories name departments, and the order of post_migrate is not ours
    ship_letters()
    departments = {department.key: department for department in Department.objects.all()}
    for order, (key, zh, en, owner, children) in enumerate(CATEGORIES, start=1):
        root = {"key": key, "name_zh": zh, "name_en": en, "order": order * 100}
        ship(Category, ("key",), [root | {"department": departments.get(owner)}])
        parent = Category.objects.filter(key=key).first()
        ship(
            Category,
            ("key",),
            [
                {
                    "key": f"{key}-{child}",
                    "name_zh": child_zh,
                    "name_en": child_en,
                    "parent": parent,
                    "order": order * 100 + place,
                }
                for place, (child, child_zh, child_en) in enumerate(children, start=1)
            ],
        )
    ship(PriorityRule, ("order",), MATRIX)
    ship(SafetyWord, ("word",), [{"word": word} for word in SAFETY_WORDS])
    names = (
        "key", "name_zh", "name_en", "starts_on", "ends_on", "length_p1", "length_p2", "length_p3"
    )  # fmt: skip
    ship(
        Promise,
        ("key",),
        [
            dict(zip(names, row, strict=True)) | {"order": order}
            for order, row in enumerate(PROMISES, start=1)
        ],
    )
