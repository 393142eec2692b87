"""Wrong deployments are named before they do harm."""

import importlib.metadata
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.http.request import validate_host


@register(Tags.compatibility)
def one_fsm(app_configs, **kwargs):
    """django-fsm and django-fsm-2 overwrite each other's files."""
    try:
        importlib.metadata.version("django-fsm")
    except importlib.metadata.PackageNotFoundError:
        return []
    return [
        Error(
            "django-fsm is installed beside django-fsm-2.",
            hint="Uninstall django-fsm, then reinstall django-fsm-2.",
            id="aftersales.E001",
        )
    ]


@register(Tags.security, deploy=True)
def real_deployment(app_configs, **kwargs):
    """What is right for a demo and wrong for a department."""
    found = []
    if settings.DEMO:
        found.append(
            Warning("DEMO is on: everybody can read the demo passwords.", id="aftersales.W001")
        )
    if "dummy" in settings.EMAIL_BACKEND:
        found.append(
            Warning(
                "EMAIL_URL is not set: messages are recorded as sent but reach nobody.",
                id="aftersales.W002",
            )
        )
    if settings.SITE_URL.startswith("http://localhost:"):
        found.append(
            Warning("SITE_URL is not set: links in messages lead nowhere.", id="aftersales.W003")
        )
    return found


@register(Tags.security, deploy=True)
def behind_its_proxy(app_configs, **kwargs):
    """The program itself speaks plain HTTP, so an https address means a proxy."""
    found = []
    if settings.HTTPS and not settings.BEHIND_PROXY:
        found.append(
            Warning(
                "SITE_URL is https, but BEHIND_PROXY is off.",
                hint="Everybody shares the proxy's address: limits and lock-outs hit all at once.",
                id="aftersales.W004",
            )
        )
    host = urlsplit(settings.SITE_URL).hostname or ""
    if not validate_host(host, settings.ALLOWED_HOSTS):
        found.append(
            Warning(
                f"ALLOWED_HOSTS lacks {host}, the name in SITE_URL.",
                hint="Every page will answer 400.",
                id="aftersales.W005",
            )
        )
    return found


@register(Tags.translation)
def compiled_translations(app_configs, **kwargs):
    """Without its `.mo` a language is silently English."""
    sources = (path for root in settings.LOCALE_PATHS for path in Path(root).glob("*/*/*.po"))
    missing = [path.parent.parent.name for path in sources if not path.with_suffix(".mo").exists()]
    if not missing:
        return []
    return [
        Warning(
            f"Translations are not compiled: {', '.join(missing)}.",
            hint="Run: manage.py setup --translations-only",
            id="aftersales.W006",
        )
    ]
