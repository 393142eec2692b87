"""What the list of articles can be narrowed to: what waits, in which state, whose."""

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledgebase.choices import TextStatus
from knowledgebase.models import ArticleText


class Waiting(admin.SimpleListFilter):
    title = _("what waits")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [
            ("review", _("to review")),
            ("returned", _("returned to me")),
            ("due", _("review date has come")),
            ("mine_due", _("mine, review date has come")),
        ]

    def queryset(self, request, queryset):
        texts = ArticleText.objects.all()
        if self.value() == "review":
            return queryset.filter(pk__in=texts.in_review().values("article"))
        if self.value() == "returned":
            mine = texts.filter(written_by=request.user).exclude(returned_because="")
            return queryset.filter(pk__in=mine.values("article"))
        if self.value() in ("due", "mine_due"):
            due = queryset.due_for_review(timezone.localdate())
            return due.filter(owner=request.user) if self.value() == "mine_due" else due
        return queryset


class State(admin.SimpleListFilter):
    title = _("state of a text")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return TextStatus.choices

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        texts = ArticleText.objects.filter(Q(status=self.value()) | Q(next_status=self.value()))
        return queryset.filter(pk__in=texts.values("article"))


class Mine(admin.SimpleListFilter):
    title = _("responsible")
    parameter_name = "mine"

    def lookups(self, request, model_admin):
        return [("yes", _("mine"))]

    def queryset(self, request, queryset):
        return queryset.filter(owner=request.user) if self.value() else queryset
