"""The messages that are about messages: their kinds, and the words they ship with."""

from django.utils.translation import gettext_lazy as _

from foundation.messaging import templates

DISABLED = "webhook.disabled"
WORDS = {
    "zh-hans": (
        "Webhook“{{ webhook.name }}”已停用",
        "“{{ webhook.name }}”多次无法送达，已自动停用，不再推送事件。\n\n"
        "请检查对方系统，然后在以下页面重新启用，并重新发送失败的消息：\n{{ link }}",
    ),
    "en": (
        "The webhook “{{ webhook.name }}” was switched off",
        "“{{ webhook.name }}” could not be reached many times in a row. It was switched off and is "
        "told of nothing more.\n\nCheck the other system, then switch it on here and send again "
        "what failed:\n{{ link }}",
    ),
}


def register_kinds() -> None:
    templates.register("webhook", _("Webhook"), {})
    example = {"webhook.name": _("Web shop"), "link": "https://service.example/admin/"}
    templates.register(DISABLED, _("Webhook switched off"), example)


def ship_letters(**kwargs) -> None:
    """Create the texts this installation has not been given yet."""
    templates.ship_templates(
        {"key": DISABLED, "language": language, "subject": subject, "body": body}
        for language, (subject, body) in WORDS.items()
    )
