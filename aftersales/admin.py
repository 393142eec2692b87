"""The background work, to look at and not to edit, and the keys of programs."""

import django_q.admin  # noqa: F401  (registers what is replaced here)
import rest_framework.authtoken.admin  # noqa: F401  (the same)
from django.contrib import admin
from django_q.models import Failure, OrmQ, Schedule, Success
from rest_framework.authtoken.models import TokenProxy

from foundation.accounts.models import User
from foundation.desk.admin import DeskAdmin, ReadOnly

admin.site.unregister([Failure, OrmQ, Schedule, Success, TokenProxy])


@admin.register(Schedule)
class ScheduleAdmin(ReadOnly, DeskAdmin):
    list_display = ["name", "func", "schedule_type", "minutes", "next_run"]
    fields = list_display


class TaskAdmin(ReadOnly, DeskAdmin):
    """Arguments are left out: they are pickles."""

    list_display = ["started", "name", "func", "stopped", "attempt_count"]
    list_display_links = ["name"]
    fields = ["name", "group", "func", "started", "stopped", "attempt_count", "result"]
    ordering = ["-started"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(success=self.success)


@admin.register(Success)
class SuccessAdmin(TaskAdmin):
    success = True


@admin.register(Failure)
class FailureAdmin(TaskAdmin):
    success = False


@admin.register(OrmQ)
class QueueAdmin(ReadOnly, DeskAdmin):
    list_display = ["id", "key", "lock"]
    fields = ["key", "lock"]


@admin.register(TokenProxy)
class TokenAdmin(DeskAdmin):
    """A program acts as the person whose key it holds, with that person's roles."""

    view_verb = edit_verb = "people.edit"
    list_display = ["user", "created"]
    fields = ["user"]
    list_select_related = ["user"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Only a superuser makes a superuser's key: who holds it may all."""
        if db_field.name == "user" and not request.user.is_superuser:
            kwargs["queryset"] = User.objects.filter(is_superuser=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request, obj=None):
        return request.user.may(self.edit_verb)

    has_delete_permission = has_add_permission
