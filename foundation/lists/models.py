"""What people keep about lists: views, columns, and what a verb on many rows came to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Department

PEOPLE = settings.AUTH_USER_MODEL


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SavedViewQuerySet":
        """One's own views, and those of one's team."""
        mine = Q(owner=user.pk)
        if user.department_id:
            mine |= Q(department=user.department_id)
        return self.filter(mine)


class SavedView(models.Model):
    """Filters, order and columns of a list under a name; with a department it is the team's."""

    list_key = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    columns = models.JSONField(default=list, blank=True)
    owner = models.ForeignKey(PEOPLE, models.SET_NULL, null=True, related_name="views")
    department = models.ForeignKey(
        Department, models.CASCADE, null=True, blank=True, related_name="views",
        verbose_name=_("department"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["list_key", "owner"], name="view_of_list")]

    def __str__(self) -> str:
        return self.name


class ListChoice(models.Model):
    """How one person likes one list."""

    user = models.ForeignKey(PEOPLE, models.CASCADE, related_name="list_choices")
    list_key = models.CharField(max_length=60)
    columns = models.JSONField(default=list, blank=True)
    rows = models.PositiveSmallIntegerField(default=25)
    # The tab the list opens with: the key of a shipped view, or that of a saved one.
    opens_with = models.CharField(max_length=40, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "list_key"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.list_key}"


class BulkRun(models.Model):
    """What a verb on many rows came to: codes and words for the person, no personal data."""

    key = models.CharField(max_length=40)
    user = models.ForeignKey(PEOPLE, models.CASCADE, related_name="bulk_runs")
    list_key = models.CharField(max_length=60)
    verb = models.CharField(max_length=40)
    at = models.DateTimeField()
    # [{"pk", "name", "is_done", "why"}, …] in the order of the list.
    lines = models.JSONField(default=list)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="bulk_once")]
        indexes = [models.Index(fields=["at"], name="bulk_at")]

    def __str__(self) -> str:
        return f"{self.list_key} · {self.verb}"
