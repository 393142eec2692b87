"""The background work, to look at and not to edit."""

import django_q.admin  # noqa: F401  (registers what is replaced here)
import rest_framework.authtoken.admin  # noqa: F401  (its keys are ours: accounts.ProgramKey)
from django.contrib import admin
from django_q.models import Failure, OrmQ, Schedule, Success
from rest_framework.authtoken.models import TokenProxy

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
