"""The pages of long work: one's jobs, and one job with its bar, its end and what came of it."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from foundation.clockwork import jobs, progress
from foundation.clockwork.models import Job
from foundation.desk.admin import DeskAdmin, ReadOnly
from foundation.desk.templatetags import desk


@admin.register(Job)
class JobAdmin(ReadOnly, DeskAdmin):
    """One's own jobs; whoever edits settings sees all of them."""

    list_display = ["what", "how", "how_far", "asked_for", "who"]
    list_display_links = None
    list_select_related = ["owner"]
    ordering = ["-pk"]
    change_list_template = "clockwork/jobs.html"

    def has_view_permission(self, request, obj=None):
        return request.user.is_authenticated

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_list_display(self, request):
        mine = [name for name in self.list_display if name != "who"]
        return self.list_display if request.user.may("settings.edit") else mine

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("running/", view(require_GET(self.running)), name="clockwork_job_running"),
            path("<int:pk>/state/", view(require_GET(self.state)), name="clockwork_job_state"),
            path("<int:pk>/stop/", view(require_POST(self.stop)), name="clockwork_job_stop"),
        ]
        return own + super().get_urls()

    @admin.display(description=_("what"))
    def what(self, job):
        address = reverse("admin:clockwork_job_change", args=[job.pk])
        return format_html('<a class="row-link" href="{}">{}</a>', address, job.title)

    @admin.display(description=_("state"))
    def how(self, job):
        tone = progress.progress(job, timezone.now()).tone
        return format_html('<span class="state state-{}">{}</span>', tone, job.get_state_display())

    @admin.display(description=_("done"))
    def how_far(self, job):
        return progress.progress(job, timezone.now()).done_words

    @admin.display(description=_("asked for"))
    def asked_for(self, job):
        return desk.stamp(job.created_at)

    @admin.display(description=_("started by"))
    def who(self, job):
        return job.owner or "–"

    def changelist_view(self, request, extra_context=None):
        title = {"title": _("Jobs"), "subtitle": None}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def _job(self, request: HttpRequest, pk: int) -> Job:
        rows = Job.objects.visible_to(request.user).select_related("owner")
        return get_object_or_404(rows, pk=pk)

    def _shown(self, request: HttpRequest, job: Job) -> dict:
        is_mine = job.owner_id == request.user.pk
        now = progress.progress(job, timezone.now())
        return {"job": job, "now": now, "is_mine": is_mine}

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """There is no change form: a job runs by itself and is stopped."""
        if not object_id.isdecimal():
            raise Http404
        job = self._job(request, int(object_id))
        context = {
            **self.admin_site.each_context(request),
            **self._shown(request, job),
            "title": job.title,
        }
        return TemplateResponse(request, "clockwork/job.html", context)

    def state(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the page of a job puts in its place every second."""
        job = self._job(request, pk)
        answer = TemplateResponse(request, "clockwork/state.html", self._shown(request, job))
        answer["Cache-Control"] = "no-store"
        return answer

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._job(request, pk)
        jobs.stop(job)
        return HttpResponseRedirect(reverse("admin:clockwork_job_change", args=[job.pk]))

    def running(self, request: HttpRequest) -> JsonResponse:
        """What the sign in the header asks while something of this person runs."""
        rows = progress.recent(request.user, timezone.now())
        answer = JsonResponse({"jobs": [_told(job) for job in rows]})
        answer["Cache-Control"] = "no-store"
        return answer


def _told(job: Job) -> dict:
    return {
        "key": job.pk,
        "title": job.title,
        "state": job.state,
        "words": job.get_state_display(),
        "percent": job.percent,
        "is_unfinished": job.is_unfinished,
        "address": reverse("admin:clockwork_job_change", args=[job.pk]),
    }
