"""The shipped matrix: who sees what and who may do what (handbook of the trade, section 1).

These rows are only the first content of Role and Grant; the administrator edits them.
A verb is `app.verb`; a value is the scope in which the role may use it.
"""

from foundation.accounts.choices import Personal as P
from foundation.accounts.choices import Scope as S
from foundation.accounts.defaults import ship
from foundation.accounts.models import Department, Grant, Role

DEPARTMENTS = [
    ("service", "客户服务部", "Customer service"),
    ("technical", "技术支持部", "Technical support"),
    ("logistics", "物流部", "Logistics"),
    ("quality", "质量管理部", "Quality control"),
    ("dispatch", "派工调度部", "Field dispatch"),
]

# People and departments who are asked, while they are asked.
ASKED = {
    "tickets.accept_task": S.TASK,
    "tickets.finish_task": S.TASK,
    "tickets.return_task": S.TASK,
    "tickets.accept_question": S.TASK,
    "tickets.advise": S.TASK,
    "tickets.return_question": S.TASK,
}
AGENT = ASKED | {
    "tickets.receive": S.ALL,
    "tickets.amend": S.ALL,
    "tickets.link": S.ALL,
    "tickets.take": S.ALL,
    "tickets.register": S.ALL,
    "tickets.classify": S.CONSULTATION,
    "tickets.answer": S.CONSULTATION,
    "tickets.news": S.ALL,
    "tickets.message": S.ALL,
    "tickets.note": S.ALL,
    "tickets.attach": S.ALL,
    "tickets.hold": S.ALL,
    "tickets.resume": S.ALL,
    "tickets.send_link": S.ALL,
    "tickets.accept": S.OWN,
    "tickets.refuse": S.OWN,
    "tickets.plan": S.OWN,
    "tickets.accept_plan": S.ALL,
    "tickets.decline_plan": S.ALL,
    "tickets.start": S.OWN,
    "tickets.inspect": S.OWN,
    "tickets.give_task": S.ALL,
    "tickets.withdraw_task": S.ALL,
    "tickets.ask": S.ALL,
    "tickets.find": S.ALL,
    "tickets.resolve": S.OWN,
    "tickets.confirm": S.ALL,
    "tickets.reopen": S.ALL,
    "care.callback": S.ALL,
    "surveys.type_in": S.ALL,
    "customers.view": S.ALL,
    "customers.edit": S.ALL,
    "knowledge.view": S.ALL,
    "knowledge.write": S.ALL,
}
SUPERVISOR = AGENT | {
    "tickets.classify": S.ALL,
    "tickets.set_priority": S.ALL,
    "tickets.answer": S.ALL,
    "tickets.assign": S.ALL,
    "tickets.plan": S.ALL,
    "tickets.cancel": S.ALL,
    "tickets.restore": S.ALL,
    "tickets.revoke_link": S.ALL,
    "tickets.acknowledge": S.ALL,
    "care.follow_up": S.ALL,
    "surveys.view": S.ALL,
    "messaging.view": S.ALL,
    "knowledge.publish": S.ALL,
    "lists.share": S.ALL,
    "reports.figures": S.ALL,
    "reports.export": S.ALL,
}
TECHNICIAN = ASKED | {
    "tickets.accept": S.OWN,
    "tickets.refuse": S.OWN,
    "tickets.plan": S.OWN,
    "tickets.start": S.OWN,
    "tickets.inspect": S.OWN,
    "tickets.give_task": S.OWN,
    "tickets.withdraw_task": S.OWN,
    "tickets.ask": S.OWN,
    "tickets.find": S.OWN,
    "tickets.news": S.OWN,
    "tickets.note": S.OWN,
    "tickets.attach": S.OWN,
    "tickets.hold": S.OWN,
    "tickets.resume": S.OWN,
    "tickets.resolve": S.OWN,
    "knowledge.view": S.ALL,
}
DECIDES = ("tickets.approve_plan", "tickets.reject_plan")
ADMINISTRATOR = (
    {verb: S.ALL for verb in (*SUPERVISOR, *TECHNICIAN, *DECIDES)}
    | {"settings.edit": S.ALL, "people.edit": S.ALL, "products.edit": S.ALL}
    | {"imports.run": S.ALL}
    | {"messaging.edit": S.ALL}
)

ROLES = [
    # key, 中文, English, sees, personal data, works in the admin, verbs
    (
        "customer",
        "客户",
        "Customer",
        S.CASE,
        P.FULL,
        False,
        {
            "tickets.receive": S.ALL,
            "tickets.message": S.CASE,
            "tickets.attach": S.CASE,
            "tickets.cancel": S.CASE,
            "tickets.confirm": S.CASE,
            "tickets.reopen": S.CASE,
            "tickets.accept_plan": S.CASE,
            "tickets.decline_plan": S.CASE,
            "surveys.rate": S.CASE,
        },
    ),
    ("agent", "客服专员", "Agent", S.INTAKE, P.FULL, True, AGENT),
    ("supervisor", "客服主管", "Supervisor", S.ALL, P.FULL, True, SUPERVISOR),
    (
        "head",
        "部门负责人",
        "Department head",
        S.DEPARTMENT,
        P.FULL,
        True,
        SUPERVISOR
        | dict.fromkeys(DECIDES, S.DEPARTMENT)
        | {"products.edit": S.ALL, "imports.run": S.ALL},
    ),
    (
        "manager",
        "售后经理",
        "Manager",
        S.ALL,
        P.FULL,
        True,
        SUPERVISOR
        | dict.fromkeys(DECIDES, S.ALL)
        | {"products.edit": S.ALL, "imports.run": S.ALL, "messaging.edit": S.ALL},
    ),
    (
        "dispatcher",
        "调度员",
        "Dispatcher",
        S.VISITS,
        P.FULL,
        True,
        ASKED
        | {
            "tickets.assign": S.ALL,
            "tickets.note": S.ALL,
            "customers.view": S.ALL,
            "knowledge.view": S.ALL,
        },
    ),
    ("technician", "技术员", "Technician", S.OWN, P.WORK, False, TECHNICIAN),
    ("provider", "服务商人员", "Provider's technician", S.OWN, P.WORK, False, TECHNICIAN),
    (
        "warehouse",
        "仓库",
        "Warehouse",
        S.TASK,
        P.SHIPPING,
        True,
        ASKED | {"tickets.note": S.TASK, "tickets.attach": S.TASK, "knowledge.view": S.ALL},
    ),
    (
        "quality",
        "质量与研发",
        "Quality and R&D",
        S.ALL,
        P.MASKED,
        True,
        ASKED
        | {
            "tickets.accept_question": S.ALL,
            "tickets.advise": S.ALL,
            "tickets.return_question": S.ALL,
            "tickets.find": S.ALL,
            "tickets.note": S.ALL,
            "knowledge.view": S.ALL,
            "knowledge.write": S.ALL,
            "reports.figures": S.ALL,
        },
    ),
    (
        "analyst",
        "分析员",
        "Analyst",
        S.ALL,
        P.MASKED,
        True,
        {"reports.figures": S.ALL, "reports.export": S.ALL, "knowledge.view": S.ALL},
    ),
    ("administrator", "系统管理员", "Administrator", S.ALL, P.FULL, True, ADMINISTRATOR),
]


def ship_matrix(**kwargs) -> None:
    """Create the departments, roles and permissions this installation has not been given yet."""
    ship(
        Department,
        ("key",),
        [
            {"key": key, "name_zh": zh, "name_en": en, "order": order}
            for order, (key, zh, en) in enumerate(DEPARTMENTS, start=1)
        ],
    )
    ship(
        Role,
        ("key",),
        [
            {
                "key": key,
                "name_zh": zh,
                "name_en": en,
                "sees": sees,
                "personal": personal,
                "is_staff_role": staff,
                "order": order,
            }
            for order, (key, zh, en, sees, personal, staff, _) in enumerate(ROLES, start=1)
        ],
    )
    roles = {role.key: role for role in Role.objects.all()}
    ship(
        Grant,
        ("role", "verb"),
        [
            {"role": roles[key], "verb": verb, "within": within}
            for key, *_, verbs in ROLES
            if key in roles
            for verb, within in verbs.items()
        ],
    )
