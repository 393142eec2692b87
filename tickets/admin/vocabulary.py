"""What administrators edit: categories, priority rules, safety words."""

from django.contrib import admin

from foundation.desk.admin import DeskAdmin
from tickets.models import Category, PriorityRule, SafetyWord


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
