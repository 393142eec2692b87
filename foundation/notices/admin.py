"""One's own notices: a page, a way to what each is about, and marking them read."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from foundation.desk.admin import DeskAdmin, ReadOnly
from foundation.notices import actions, queries
from foundation.notices.models import Notice

MOST = 50


@admin.register(Notice)
class NoticeAdmin(ReadOnly, DeskAdmin):
    def has_view_permission(self, request, obj=None):
        return request.user.is_authenticated

    def has_module_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/go/", view(require_POST(self.go)), name="notices_notice_go"),
            path("read/", view(require_POST(self.read)), name="notices_notice_read"),
        ]
        return own + super().get_urls()

    def changelist_view(self, request, extra_context=None):
        """The newest; older ones by the key of the last."""
        rows = self.get_queryset(request)
        if (before := request.GET.get("before", "")).isdecimal():
            rows = rows.filter(pk__lt=int(before))
        if only_unread := "all" not in request.GET:
            rows = rows.unread()
        found = list(rows.order_by("-pk")[: MOST + 1])
        shown = queries.lines(found[:MOST])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Notices"),
            "opts": self.opts,
            "lines": shown,
            "only_unread": only_unread,
            "older": shown[-1].notice.pk if len(found) > MOST else None,
        }
        return TemplateResponse(request, "notices/list.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return HttpResponseRedirect(queries.address())

    def go(self, request, pk):
        """To what it is about; with that it is read."""
        notice = get_object_or_404(self.get_queryset(request), pk=pk)
        actions.read([notice.pk], by=request.user, at=timezone.now())
        return HttpResponseRedirect(notice.url)

    def read(self, request):
        actions.read(None, by=request.user, at=timezone.now())
        return HttpResponseRedirect(queries.address())
