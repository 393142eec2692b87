"""The mail that gathers what a person has not read."""

from django.utils.translation import gettext_lazy as _

from foundation.messaging import templates

DIGEST = "notice.digest"
WORDS = {
    "zh-hans": (
        "您有{{ count }}条新提醒",
        "{{ lines }}{% if more != '0' %}\n……另有{{ more }}条{% endif %}\n\n查看全部：\n{{ link }}",
    ),
    "en": (
        "News for you: {{ count }}",
        "{{ lines }}{% if more != '0' %}\n… and {{ more }} more{% endif %}\n\nSee all of it:\n{{ link }}",
    ),
}


def register_kinds() -> None:
    example = {
        "count": "2",
        "lines": _("· 2026-000123-4: first response is late"),
        "more": "0",
        "link": "https://service.example/admin/",
    }
    templates.register(DIGEST, _("Notices gathered"), example)


def ship_letters(**kwargs) -> None:
    """Create the texts this installation has not been given yet."""
    templates.ship_templates(
        {"key": DIGEST, "language": language, "subject": subject, "body": body}
        for language, (subject, body) in WORDS.items()
    )
