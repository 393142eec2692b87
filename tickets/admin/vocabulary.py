"""What administrators edit: categories, priority rules, safety words, promises."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from foundation.desk.admin import DeskAdmin
from tickets.models import Category, PriorityRule, Promise, SafetyWord


@admin.register(Category)
class CategoryAdmin(DeskAdmin):
    list_display = ["__str__", "parent", "department", "is_active", "order"]
    list_select_related = ["parent", "department"]
    list_editable = ["is_active", "order"]
    prepopulated_fields = {"key": ["name_en"]}


@admin.register(PriorityRule)
class PriorityRuleAdmin(DeskAdmin):
    list_display = ["order", "is_safety", "reach", "impact", "urgency", "priority"]


@admin.register(SafetyWord)
class SafetyWordAdmin(DeskAdmin):
    list_display = ["word"]
    search_fields = ["word"]


@admin.register(Promise)
class PromiseAdmin(DeskAdmin):
    """Promises are switched off, never deleted: deadlines and figures refer to them."""

    list_display = [
        "__str__", "starts_on", "ends_on", "length_p1", "length_p2", "length_p3", "is_active",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["key", "name_zh", "name_en", "is_active", "order"]}),
        (_("When"), {"fields": ["starts_on", "ends_on"]}),
        (_("How long"), {"fields": ["length_p1", "length_p2", "length_p3"]}),
    ]

    def has_delete_permission(self, request, obj=None):
        return False
