"""What every installation starts with: categories, the priority matrix, safety words, promises.

Numbers from the handbook of the trade, section 2; the administrator edits the rows.
"""

from foundation.accounts.defaults import ship
from foundation.accounts.matrix import ship_matrix
from foundation.accounts.models import Department
from tickets.choices import Moment as M
from tickets.choices import Rung
from tickets.letters import ship_letters
from tickets.models import (
    Category,
    Ladder,
    LadderStep,
    Policy,
    PolicyTerms,
    PriorityRule,
    Promise,
    SafetyWord,
)

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
AROUND, OWN, CALLS = "24x7", "department", "callbacks"
# Round the clock for P1, else on the department's hours (handbook of the trade, section 2).
URGENT_AROUND = (AROUND, OWN, OWN)
NOT_AT_NIGHT = (AROUND, AROUND, OWN)
PROMISES = [
    # key, 中文, English, (appears,) from, until, lengths P1 P2 P3, calendars, paused by, …
    ("urgent-person", "紧急来电接管", "Person on an urgent case",
     M.URGENT, M.TAKEN, ("15m",) * 3, (AROUND,) * 3, []),
    ("first-response", "首次响应", "First response",
     M.RECEIVED, M.ANSWERED, ("30m",) * 3, URGENT_AROUND, []),
    ("registered", "登记完成", "Registered",
     M.RECEIVED, M.REGISTERED, ("120m",) * 3, URGENT_AROUND, ["customer"]),
    ("classified", "分类定级", "Classified",
     M.REGISTERED, M.CLASSIFIED, ("60m",) * 3, URGENT_AROUND, []),
    ("planned", "制定方案", "Planned",
     M.ASSIGNED, M.PLANNED, ("120m",) * 3, URGENT_AROUND, ["customer"]),
    ("work-started", "开始处理", "Work started",
     M.CLASSIFIED, M.STARTED, ("240m", "480m", "1w"), NOT_AT_NIGHT, ["customer"]),
    ("inspected", "上门检测完成", "Inspected on site",
     M.CLASSIFIED, M.INSPECTED, ("2880m",) * 3, (AROUND,) * 3, ["customer", "later"],
     {"opens_on": M.VISIT_PLANNED}),
    ("progress", "进度通报", "Progress news",
     M.CLASSIFIED, M.NEWS, ("240m", "480m", "1w"), NOT_AT_NIGHT, [], {"repeats": True}),
    ("planned-finish", "按计划完成", "Finished as planned",
     M.PLANNED, M.RESOLVED, ("fixed",) * 3, (AROUND,) * 3, ["customer"]),
    ("expert-answer", "专家答复", "Expert's answer",
     M.ASKED, M.ADVISED, ("60m",) * 3, (OWN,) * 3, []),
    ("task", "协办完成", "Task done",
     M.TASK_GIVEN, M.TASK_DONE, ("fixed",) * 3, (AROUND,) * 3, []),
    ("taken-up", "重新处理", "Reopened case taken up",
     M.REOPENED, M.STARTED, ("120m", "240m", "480m"), NOT_AT_NIGHT, []),
    ("result-reported", "结果告知", "Result reported",
     M.RESOLVED, M.REPORTED, ("60m",) * 3, URGENT_AROUND, []),
    ("satisfaction", "满意确认", "Satisfaction confirmed",
     M.RESOLVED, M.SATISFACTION, ("1w",) * 3, (CALLS,) * 3, []),
    # Consumer protection: no due remedy may take longer (三包, section 6). No ladder waits so long.
    ("legal-remedy", "法定处理期限", "Legal limit of a remedy",
     M.RECEIVED, M.RESOLVED, ("15d",) * 3, (OWN,) * 3, [], {"by_default": False}),
]  # fmt: skip
# key, 中文, English; rung with minutes late for P1, P2, P3
LADDERS = [
    ("standard", "标准升级", "Standard", [
        (Rung.OWNER, 0, 0, 0),
        (Rung.SUPERVISOR, 0, 30, 60),
        (Rung.HEAD, 30, 120, 480),
        (Rung.MANAGER, 60, 480, 1440),
    ]),
]  # fmt: skip
APPLIANCES = [
    "washing-machine", "refrigerator", "air-conditioner", "water-heater", "range-hood",
    "rice-cooker", "vacuum-cleaner",
]  # fmt: skip
POLICIES = [
    # 中文, English, conditions, terms of which promise
    ("家用电器", "Household appliances", {"product_category": APPLIANCES}, "inspected",
     {"length": "1440m", "calendar": AROUND, "paused_by": ["customer", "later"]}),
    ("退换货", "Returns and exchanges", {"kind": ["return"]}, "legal-remedy",
     {"length": "15d", "calendar": OWN, "paused_by": []}),
]  # fmt: skip


def of_each(name: str, values) -> dict:
    """A value for each priority."""
    return {f"{name}_p{place}": value for place, value in enumerate(values, start=1)}


def ship_promises() -> None:
    """Ladders, promises, and policies with their terms."""
    for order, (key, zh, en, steps) in enumerate(LADDERS, start=1):
        row = {"key": key, "name_zh": zh, "name_en": en, "order": order}
        if ship(Ladder, ("key",), [row]):
            ladder = Ladder.objects.get(key=key)
            LadderStep.objects.bulk_create(
                LadderStep(ladder=ladder, rung=rung, **of_each("after", after))
                for rung, *after in steps
            )
            # Promises from before there were ladders climb too.
            Promise.objects.filter(ladder=None).update(ladder=ladder)
    ladder = Ladder.objects.filter(key="standard").first()
    ship(
        Promise,
        ("key",),
        [
            {"key": key, "name_zh": zh, "name_en": en, "starts_on": start, "ends_on": end}
            | of_each("length", lengths)
            | of_each("calendar", calendars)
            | {"paused_by": paused_by, "ladder": ladder, "order": order}
            | (more[0] if more else {})
            for order, (
                key, zh, en, start, end, lengths, calendars, paused_by, *more
            ) in enumerate(PROMISES, start=1)
        ],
    )  # fmt: skip
    for order, (zh, en, conditions, key, terms) in enumerate(POLICIES, start=1):
        row = {"name_en": en, "name_zh": zh, "conditions": conditions, "order": order * 10}
        promise = Promise.objects.filter(key=key).first()
        if promise and ship(Policy, ("name_en",), [row]):
            PolicyTerms.objects.create(
                policy=Policy.objects.get(name_en=en),
                promise=promise,
                paused_by=terms["paused_by"],
                ladder=ladder,
                **of_each("length", [terms["length"]] * 3),
                **of_each("calendar", [terms["calendar"]] * 3),
            )


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
    ship_promises()
