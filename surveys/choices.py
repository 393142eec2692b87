from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionKind(models.TextChoices):
    SCALE = "scale", _("1 to 5")
    NPS = "nps", _("0 to 10")
    TEXT = "text", _("free text")
