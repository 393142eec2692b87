"""The messages of tickets: their kinds, variables, and the words they ship with."""

from django.utils.translation import gettext_lazy as _

from foundation.messaging import templates

TICKET = {
    "ticket.number": "2026-000123-4",
    "ticket.title": _("Washing machine does not spin"),
    "ticket.status": _("received"),
    "ticket.product": _("Washing machine"),
    "customer.name": _("Wang Fang"),
}
LINK = {"link": "https://service.example/c/1.abcdef"}
TEXT = {"text": _("What the colleague wrote.")}

KINDS = [
    ("ticket.received", _("Request received"), TICKET | LINK),
    ("ticket.message", _("Reply to the customer"), TICKET | LINK | TEXT),
    ("ticket.plan", _("Plan that needs the customer's agreement"), TICKET | LINK | TEXT),
    ("ticket.plan_changed", _("Changed plan"), TICKET | LINK | TEXT),
    ("ticket.resolved", _("Result"), TICKET | LINK | TEXT),
    ("ticket.reopened", _("Reopened"), TICKET | LINK),
    ("ticket.cancelled", _("Cancelled"), TICKET | LINK),
    ("ticket.link", _("New link"), TICKET | LINK),
    ("ticket.code", _("One-time code"), TICKET | {"code": "482915", "minutes": "15"}),
    (
        "department.ticket",
        _("New ticket for a department"),
        TICKET | LINK | {"priority": "P1", "department.name": _("Technical support")},
    ),
]
GREETING_ZH = "{% if customer.name %}{{ customer.name }}，您好：{% else %}您好：{% endif %}\n\n"
GREETING_EN = "Dear {% if customer.name %}{{ customer.name }}{% else %}customer{% endif %},\n\n"
ENDING_ZH = (
    "\n\n{{ organisation.name }}{% if organisation.hotline %}\n"
    "服务热线：{{ organisation.hotline }}{% endif %}"
)
ENDING_EN = (
    "\n\n{{ organisation.name }}{% if organisation.hotline %}\n"
    "Hotline: {{ organisation.hotline }}{% endif %}"
)
LETTERS = {
    "ticket.received": (
        "已受理您的服务请求{{ ticket.number }}",
        "我们已收到您的服务请求，编号{{ ticket.number }}。\n\n"
        "您可以随时查看进度、补充信息或上传照片：\n{{ link }}\n\n"
        "如需补充，直接回复本邮件即可。",
        "We received your request {{ ticket.number }}",
        "we received your request. Its number is {{ ticket.number }}.\n\n"
        "Follow its progress, add facts or photos here at any time:\n{{ link }}\n\n"
        "You can also simply reply to this mail.",
    ),
    "ticket.message": (
        "关于您的服务请求{{ ticket.number }}",
        "{{ text }}\n\n查看全部进度：\n{{ link }}",
        "About your request {{ ticket.number }}",
        "{{ text }}\n\nSee the whole story:\n{{ link }}",
    ),
    "ticket.plan": (
        "服务请求{{ ticket.number }}的处理方案请您确认",
        "我们为您的服务请求制定了处理方案，请您确认：\n\n{{ text }}\n\n"
        "请打开以下页面选择同意或不同意：\n{{ link }}",
        "Our plan for your request {{ ticket.number }}: do you agree?",
        "this is our plan for your request:\n\n{{ text }}\n\n"
        "Please tell us here whether you agree:\n{{ link }}",
    ),
    "ticket.plan_changed": (
        "服务请求{{ ticket.number }}的处理方案有变更",
        "您的服务请求的处理方案有变更，现方案如下：\n\n{{ text }}\n\n查看进度：\n{{ link }}",
        "The plan for your request {{ ticket.number }} has changed",
        "the plan for your request has changed. This is the new one:\n\n{{ text }}\n\n"
        "Follow it here:\n{{ link }}",
    ),
    "ticket.resolved": (
        "您的服务请求{{ ticket.number }}已处理完成",
        "您的服务请求已处理完成：\n\n{{ text }}\n\n"
        "请打开以下页面确认是否已解决，并为本次服务评分（约一分钟）：\n{{ link }}\n\n"
        "如果问题仍未解决，请在同一页面告诉我们，我们会继续处理。",
        "Your request {{ ticket.number }} is resolved",
        "your request is resolved:\n\n{{ text }}\n\n"
        "Please tell us here whether it works, and how we did (about a minute):\n{{ link }}\n\n"
        "If it is not solved, say so on the same page and we go on.",
    ),
    "ticket.reopened": (
        "我们将继续处理您的服务请求{{ ticket.number }}",
        "您反馈问题尚未解决，我们已重新受理并将优先处理。\n\n查看进度：\n{{ link }}",
        "We go on with your request {{ ticket.number }}",
        "you told us that it is not solved. We have taken it up again with precedence.\n\n"
        "Follow it here:\n{{ link }}",
    ),
    "ticket.cancelled": (
        "您的服务请求{{ ticket.number }}已取消",
        "您的服务请求已取消。如果这不是您的意思，请直接回复本邮件，我们会重新为您受理。\n\n{{ link }}",
        "Your request {{ ticket.number }} is cancelled",
        "your request is cancelled. If this is not what you wanted, simply reply to this mail and we "
        "take it up again.\n\n{{ link }}",
    ),
    "ticket.link": (
        "查看服务请求{{ ticket.number }}的新链接",
        "请使用新的链接查看您的服务请求，之前的链接已失效：\n{{ link }}",
        "Your new link for request {{ ticket.number }}",
        "please use this new link for your request; earlier ones no longer work:\n{{ link }}",
    ),
    "ticket.code": (
        "验证码{{ code }}",
        "您的验证码是{{ code }}，{{ minutes }}分钟内有效。请勿告诉他人，我们的人员不会向您索要。",
        "Your code {{ code }}",
        "your code is {{ code }}. It works for {{ minutes }} minutes. Tell it to nobody; "
        "we never ask for it.",
    ),
}
DEPARTMENT = (
    "[{{ priority }}] 新工单{{ ticket.number }}：{{ ticket.title }}",
    "{{ department.name }}有一张新工单。\n\n{{ ticket.number }} · {{ priority }} · {{ ticket.product }}\n"
    "{{ ticket.title }}\n\n{{ link }}",
    "[{{ priority }}] New ticket {{ ticket.number }}: {{ ticket.title }}",
    "There is a new ticket for {{ department.name }}.\n\n"
    "{{ ticket.number }} · {{ priority }} · {{ ticket.product }}\n{{ ticket.title }}\n\n{{ link }}",
)


def register_kinds() -> None:
    for key, label, variables in KINDS:
        templates.register(key, label, variables)


def ship_letters() -> None:
    """Create the message texts this installation has not been given yet."""
    rows = []
    for key, (subject_zh, zh, subject_en, en) in LETTERS.items():
        rows += [
            _row(key, "zh-hans", subject_zh, GREETING_ZH + zh + ENDING_ZH),
            _row(key, "en", subject_en, GREETING_EN + en + ENDING_EN),
        ]
    subject_zh, zh, subject_en, en = DEPARTMENT
    rows += [
        _row("department.ticket", "zh-hans", subject_zh, zh),
        _row("department.ticket", "en", subject_en, en),
    ]
    templates.ship_templates(rows)


def _row(key: str, language: str, subject: str, body: str) -> dict:
    return {"key": key, "language": language, "subject": subject, "body": body}
