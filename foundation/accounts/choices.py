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
    TASK = "task", _("tickets on which their help is asked")
    CASE = "case", _("the one case behind the link")
    NONE = "none", _("nothing")


class Personal(models.TextChoices):
    """How much of a customer's personal data a role sees."""

    FULL = "full", _("in full")
    WORK = "work", _("in full while the case is open and theirs")
    SHIPPING = "shipping", _("name and address for shipping")
    MASKED = "masked", _("masked")


class KeyScope(models.TextChoices):
    """What a program may do with a key, within what the person's roles allow."""

    TICKETS_READ = "tickets:read", _("Tickets: read")
    TICKETS_WRITE = "tickets:write", _("Tickets: read and write")
    CUSTOMERS_READ = "customers:read", _("Customers and units: read")
    CUSTOMERS_WRITE = "customers:write", _("Customers and units: read and write")
    PRODUCTS_READ = "products:read", _("Products: read")
    ORDERS_READ = "orders:read", _("Orders: read")
    ARTICLES_READ = "articles:read", _("Articles: read")
    FIGURES_READ = "figures:read", _("Figures: read")


class Language(models.TextChoices):
    ZH = "zh-hans", "简体中文"
    EN = "en", "English"
