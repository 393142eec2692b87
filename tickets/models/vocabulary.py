"""What administrators edit: categories, the priority matrix, safety words."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.cached import WatchedQuerySet
from foundation.accounts.models import Bilingual, Department
from tickets import rules
from tickets.choices import Impact, Priority, Reach, Urgency


class Category(Bilingual):
    """A tree of two or more levels; the root of a branch names the owning department."""

    key = models.SlugField(_("key"), unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("owning department"),
        help_text=_("Empty: that of the category above."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "pk"]
        default_permissions = ()

    def clean(self):
        above = self.parent
        while above is not None:
            if above.pk == self.pk and self.pk:
                raise ValidationError({"parent": _("A category cannot belong to itself.")})
            above = above.parent

    @property
    def owner(self) -> Department | None:
        """The department of the nearest category that names one."""
        node = self
        while node is not None and node.department_id is None:
            node = node.parent
        return node.department if node else None

    @property
    def path(self) -> str:
        return f"{self.parent.name} › {self.name}" if self.parent_id else self.name


class PriorityRule(models.Model):
    """A row of the matrix reach × urgency × impact × safety; the first that fits decides."""

    order = models.PositiveSmallIntegerField(_("order"), default=100)
    reach = models.CharField(_("reach"), max_length=10, choices=Reach, blank=True)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, blank=True)
    impact = models.CharField(_("impact"), max_length=10, choices=Impact, blank=True)
    is_safety = models.BooleanField(_("danger to people"), null=True, blank=True)
    priority = models.CharField(_("priority"), max_length=2, choices=Priority)

    objects = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = _("priority rule")
        verbose_name_plural = _("priority rules")
        ordering = ["order", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.order}: {self.get_priority_display()}"

    def as_row(self) -> rules.PriorityRow:
        return rules.PriorityRow(
            self.priority, self.reach, self.urgency, self.impact, self.is_safety
        )


class SafetyWord(models.Model):
    """A word that raises the safety flag when a request contains it."""

    word = models.CharField(_("word"), max_length=40, unique=True)

    objects = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = _("safety word")
        verbose_name_plural = _("safety words")
        ordering = ["word"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.word
