"""The thin base over the admin theme: permissions from the matrix, 25 rows, never counted."""

from django.contrib import admin
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from foundation.desk.paging import OpenChangeList, OpenPaginator

__all__ = ["DeskAdmin", "DeskStackedInline", "DeskTabularInline", "ReadOnly"]


class _Matrix:
    """`view_verb` and `edit_verb` of the class, asked of the signed-in person."""

    view_verb = "settings.edit"
    edit_verb = "settings.edit"

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        user = request.user
        return user.is_authenticated and (user.may(self.view_verb) or user.may(self.edit_verb))

    def has_change_permission(self, request, obj=None):
        return request.user.is_authenticated and request.user.may(self.edit_verb)

    def has_add_permission(self, request, obj=None):
        return self.has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request)


class DeskAdmin(_Matrix, ModelAdmin):
    list_per_page = 25
    list_max_show_all = 0
    show_full_result_count = False
    paginator = OpenPaginator
    change_list_template = "desk/change_list.html"
    compressed_fields = True
    warn_unsaved_form = True

    def get_changelist(self, request, **kwargs):
        return OpenChangeList

    def lookup_allowed(self, lookup, value, request):
        """Only what the page's own filters ask. Django lets the address ask every column of the
        row, so that masked data could be found out letter by letter."""
        for item in self.get_list_filter(request):
            name = item[0] if isinstance(item, list | tuple) else item
            name = getattr(name, "parameter_name", name)
            if "\x00" not in value and (lookup == name or lookup.startswith(f"{name}_")):
                return super().lookup_allowed(lookup, value, request)
        return False


class DeskTabularInline(_Matrix, TabularInline):
    extra = 0


class DeskStackedInline(_Matrix, StackedInline):
    extra = 0


class ReadOnly:
    """For rows that are written by verbs only."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


admin.site.empty_value_display = "–"
