"""Settings that belong to everybody: the organisation, people, departments, the matrix."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from foundation.accounts.matrix import ROLES
from foundation.accounts.models import Department, Grant, Organisation, Role, User
from foundation.accounts.queries import organisation
from foundation.accounts.verbs import words
from foundation.desk.admin import DeskAdmin, DeskTabularInline
from foundation.desk.words import listed


@admin.register(Organisation)
class OrganisationAdmin(DeskAdmin):
    """One row: its list is its form."""

    fieldsets = [
        (_("Name and look"), {"fields": ["name_zh", "name_en", "hotline", "colour"]}),
        (_("Language and time"), {"fields": ["default_language", "time_zone"]}),
        (
            _("Limits"),
            {
                "fields": [
                    "link_days", "reopen_days", "silence_days", "callback_after_hours", "warn_percent",
                ]
            },
        ),
        (_("Privacy"), {"fields": ["privacy_text_zh", "privacy_text_en"]}),
    ]  # fmt: skip

    def has_add_permission(self, request, obj=None):
        return False

    has_delete_permission = has_add_permission

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        Organisation.objects.get_or_create(pk=organisation().pk)
        return HttpResponseRedirect(reverse("admin:accounts_organisation_change", args=[1]))


@admin.register(Department)
class DepartmentAdmin(DeskAdmin):
    list_display = ["__str__", "key", "email", "order"]
    prepopulated_fields = {"key": ["name_en"]}


class GrantForm(forms.ModelForm):
    """The verbs are those that exist; a free text would grant nothing and say nothing."""

    verb = forms.ChoiceField(label=_("verb"), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Grant
        fields = ["verb", "within"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = {verb for *_rest, verbs in ROLES for verb in verbs}
        self.fields["verb"].choices = [
            (verb, f"{words(verb)} ({verb})")
            for verb in sorted(known | {self.instance.verb} - {""})
        ]


class GrantInline(DeskTabularInline):
    model = Grant
    form = GrantForm


@admin.register(Role)
class RoleAdmin(DeskAdmin):
    list_display = ["__str__", "key", "sees", "personal", "is_staff_role"]
    inlines = [GrantInline]


@admin.register(User)
class UserAdmin(DeskAdmin, DjangoUserAdmin):
    view_verb = edit_verb = "people.edit"
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "display_name", "department", "role_names", "is_active"]
    list_filter = ["is_active", "department", "roles"]
    list_select_related = ["department"]
    search_fields = ["username", "display_name", "email", "phone"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["display_name", "email", "phone", "time_zone"]}),
        (_("Department and roles"), {"fields": ["department", "roles", "is_active"]}),
        (_("Sign-ins"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "display_name", "department", "roles", "password1", "password2"],
            },
        ),
    ]  # fmt: skip

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("roles")

    def has_change_permission(self, request, obj=None):
        """Only a superuser touches a superuser: a new password would make the two one."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """People who leave are made inactive: history keeps their names."""
        return False

    @admin.display(description=_("roles"))
    def role_names(self, row):
        return listed(role.name for role in row.roles.all())
