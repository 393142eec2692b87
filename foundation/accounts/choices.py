from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """Which tickets a role sees, or where a verb may be used."""

    ALL = "all", _("all tickets")
    INTAKE = "intake", _("tickets at intake, and own")
    DEPARTMENT = "dept", _("tickets of the own department")
    VISITS = "visits", _("tickets that need a visit")
    OWN = "own", _("own tickets")
    CONSULTATION = "consultation", _("consultations")
    CASE = "case", _("the one case behind the link")
    NONE = "none", _("nothing")


class Personal(models.TextChoices):
    """How much of a customer's personal data a role sees."""

    FULL = "full", _("in full")
    WORK = "work", _("in full while the case is open and theirs")
    SHIPPING = "shipping", _("name and address for shipping")
    MASKED = "masked", _("masked")


class Language(models.TextChoices):
    ZH = "zh-hans", "简体中文"
    EN = "en", "English"
