"""Who hears of a late promise, and when: ladders, and where each late promise stands on its own."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Bilingual
from foundation.clockwork.models import DueRow
from tickets.choices import ClimbState, Rung


class Ladder(Bilingual):
    key = models.SlugField(_("key"), unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("escalation ladder")
        verbose_name_plural = _("escalation ladders")
        ordering = ["order", "pk"]
        default_permissions = ()


class LadderStep(models.Model):
    """One rung: minutes of the clock after the promise was missed."""

    ladder = models.ForeignKey(Ladder, models.CASCADE, related_name="steps")
    rung = models.CharField(_("who is told"), max_length=12, choices=Rung)
    after_p1 = models.PositiveIntegerField(_("minutes late, P1"), default=0)
    after_p2 = models.PositiveIntegerField(_("minutes late, P2"), default=0)
    after_p3 = models.PositiveIntegerField(_("minutes late, P3"), default=0)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["after_p3", "after_p2", "after_p1", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["ladder", "rung"], name="rung_once")]

    def __str__(self) -> str:
        return self.get_rung_display()

    def after(self, priority: str) -> int:
        """Minutes after the breach."""
        return getattr(self, f"after_{(priority or 'P3').lower()}")


class Climb(DueRow):
    """A missed promise on its ladder: `due_at` is when to look which rung comes next.

    `told` are [rung, moment as ISO text] of those that were told. It climbs until the promise is
    kept after all, is no longer needed, or is acknowledged; also when everybody knows.
    """

    deadline = models.OneToOneField("tickets.Deadline", models.CASCADE, related_name="climb")
    ladder = models.ForeignKey(Ladder, models.CASCADE, related_name="+")
    state = models.CharField(max_length=12, choices=ClimbState, default=ClimbState.CLIMBING)
    told = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="climbing"), name="climb_climbing")
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} · {self.state}"
