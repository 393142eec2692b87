from django.db import models
from django.utils.translation import gettext_lazy as _


class Section(models.TextChoices):
    """The parts of a technician's day, in the order in which they are looked at."""

    REOPENED = "reopened", _("Not solved yet, take up again")
    TO_ACCEPT = "to_accept", _("To accept")
    TO_START = "to_start", _("To start")
    IN_WORK = "in_work", _("In progress")
    ON_HOLD = "on_hold", _("On hold")


class Shows(models.TextChoices):
    """What a photo shows."""

    BEFORE = "before", _("Before the work")
    AFTER = "after", _("After the work")
    OTHER = "other", _("Something else")
