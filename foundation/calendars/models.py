"""Calendars and their versions, which never change; which department keeps which hours."""

import hashlib
import json

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Bilingual, Department, User


class Calendar(Bilingual):
    key = models.SlugField(_("key"), unique=True)
    # The number of the version that holds now; 0 until the first is published.
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ["name_en", "pk"]
        default_permissions = ()


class CalendarVersion(models.Model):
    """What a calendar said from `made_at` on: deadlines keep the number they were computed with."""

    calendar = models.ForeignKey(
        Calendar, models.PROTECT, related_name="versions", verbose_name=_("calendar")
    )
    number = models.PositiveIntegerField(_("version"))
    spec = models.JSONField(_("hours"))
    digest = models.CharField(max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=200)
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("version of a calendar")
        verbose_name_plural = _("versions of calendars")
        ordering = ["calendar", "-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.calendar} · {self.number}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("A version of a calendar never changes; publish a new one.")
        self.digest = digest_of(self.spec)
        super().save(*args, **kwargs)


def digest_of(spec: dict) -> str:
    """What tells one spec from another."""
    text = json.dumps(spec, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class ServiceHours(models.Model):
    """The calendars of a department; the row without one is the organisation's."""

    department = models.OneToOneField(
        Department,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="service_hours",
        verbose_name=_("department"),
        help_text=_(
            "Empty: the whole organisation, wherever a department has no hours of its own."
        ),
    )
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, related_name="serving", verbose_name=_("service hours")
    )
    callbacks = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calling",
        verbose_name=_("hours in which customers are called"),
        help_text=_("Empty: as the organisation calls."),
    )

    class Meta:
        verbose_name = _("hours of a department")
        verbose_name_plural = _("hours of departments")
        ordering = [models.F("department__order").asc(nulls_first=True), "pk"]
        default_permissions = ()
        constraints = [
            # NULL is unequal to NULL: without this the organisation could have two rows.
            models.UniqueConstraint(Coalesce("department", 0), name="service_hours_once")
        ]

    def __str__(self) -> str:
        return str(self.department or _("The whole organisation"))
