"""The doors of tasks and questions: lists whose rows open the ticket."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.desk.admin import ReadOnly
from foundation.lists.admin import ListAdmin
from tickets.lists.helping import QUESTIONS, TASKS
from tickets.models import Question, Task, Ticket


class HelpAdmin(ReadOnly, ListAdmin):
    def has_view_permission(self, request, obj=None):
        return self.listed.may(request.user)

    def get_queryset(self, request):
        return self.listed.rows(request.user)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The ticket itself, for as long as this person sees it."""
        pk = int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if not Ticket.objects.visible_to(request.user).filter(pk=row.ticket_id).exists():
            messages.info(request, _("It is done, so the ticket is no longer shown to you."))
            return HttpResponseRedirect(self.list_address())
        return HttpResponseRedirect(
            reverse("admin:tickets_alltickets_change", args=[row.ticket_id])
        )


@admin.register(Task)
class TaskAdmin(HelpAdmin):
    list_key = TASKS.key


@admin.register(Question)
class QuestionAdmin(HelpAdmin):
    list_key = QUESTIONS.key
