from django.db import models
from django.utils.translation import gettext as _


class Stage(models.TextChoices):
    CHECK = "check"
    IMPORT = "import"
    UNDO = "undo"


def named(name: str, words: str) -> str:
    """What is said about something, with its name before it; Chinese has a colon of its own."""
    return _("%(name)s: %(words)s") % {"name": name, "words": words}
