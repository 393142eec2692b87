"""Wrong deployments are named before they do harm."""

import importlib.metadata

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register


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
    if settings.SITE_URL == "http://localhost:8000":
        found.append(
            Warning("SITE_URL is not set: links in messages lead nowhere.", id="aftersales.W003")
        )
    return found
