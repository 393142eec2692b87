from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerKind(models.TextChoices):
    PERSON = "person", _("person")
    COMPANY = "company", _("company")
    DEALER = "dealer", _("dealer")


class ContactKind(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    WECHAT = "wechat", _("WeChat")


class PreferredChannel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("phone")


class ConsentPurpose(models.TextChoices):
    MARKETING = "marketing", _("offers")
    CARE = "care", _("care and greetings")
    RESEARCH = "research", _("research")
