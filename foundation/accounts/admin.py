"""Settings that belong to everybody: the organisation, people, departments, the matrix."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from foundation.accounts import actions
from foundation.accounts.choices import KeyScope
from foundation.accounts.forms import ME, NEW, KeyForm
from foundation.accounts.matrix import ROLES
from foundation.accounts.models import Department, Grant, Organisation, ProgramKey, Role, User
from foundation.accounts.queries import organisation
from foundation.accounts.verbs import words
from foundation.desk.admin import DeskAdmin, DeskTabularInline, ReadOnly
from foundation.desk.forms import tell
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
                    "compensation_limit",
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


WITHDRAW = {
    "title": _("Withdraw the key"),
    "description": _("Programs that use it are turned away from now on. This cannot be undone."),
    "form_submit_text": _("Withdraw"),
}


@admin.register(ProgramKey)
class ProgramKeyAdmin(ReadOnly, DeskAdmin):
    """One's own keys; whoever edits people sees everybody's and those of programs."""

    list_display = ["name", "start", "user", "may", "last_used_at", "expires_at", "state"]
    list_select_related = ["user"]
    search_fields = ["name"]
    fields = [
        "name", "start", "user", "may", "created_at", "created_by", "last_used_at", "expires_at",
        "state_words", "revoked_at",
    ]  # fmt: skip
    readonly_fields = ["may", "state_words"]
    actions_detail = ["revoke"]

    def has_view_permission(self, request, obj=None):
        mine = obj is None or ProgramKey.objects.visible_to(request.user).filter(pk=obj.pk).exists()
        return request.user.is_authenticated and mine

    def has_add_permission(self, request, obj=None):
        return request.user.is_authenticated

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @display(description=_("is allowed to"))
    def may(self, key):
        return listed(str(KeyScope(scope).label) for scope in key.scopes if scope in KeyScope)

    @display(description=_("state"), label={"works": "success", "ended": "danger"})
    def state(self, key):
        if key.revoked_at:
            return "ended", gettext("withdrawn")
        if key.expires_at and key.expires_at <= timezone.now():
            return "ended", gettext("has ended")
        return "works", gettext("works")

    @display(description=_("state"))
    def state_words(self, key):
        return self.state(key)[1]

    def add_view(self, request, form_url="", extra_context=None):
        form = KeyForm(request.POST or None, user=request.user)
        if request.method == "POST" and form.is_valid():
            try:
                return self._made(request, form)
            except ValidationError as error:
                tell(form, error)
        context = {**self.admin_site.each_context(request), "form": form}
        return render(request, "accounts/new_key.html", context | {"title": gettext("New key")})

    @transaction.atomic
    def _made(self, request, form):
        data = form.cleaned_data
        key, secret = actions.make_key(
            name=data["name"],
            scopes=data["scopes"],
            user=self._who(request, data),
            expires_at=form.expires_at(),
            form=data["form"] or None,
            by=request.user,
        )
        address = f"{settings.SITE_URL}{reverse('api:docs')}".removesuffix("docs/")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The new key"),
            "advice": gettext("Copy it now: it is shown this once and kept nowhere."),
            "about": f"{key.name} · {key.user}",
            "secret": secret,
            "example": f'curl -H "Authorization: Bearer {secret}" {address}v1/tickets/',
            "back": reverse("admin:accounts_programkey_changelist"),
        }
        answer = render(request, "desk/secret.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    def _who(self, request, data) -> User:
        chosen = data.get("acts_as", ME)
        if chosen == NEW:
            return actions.record_program(
                name=data["name"], role=data["role"], department=data["department"], by=request.user
            )
        if chosen == ME:
            return request.user
        return get_object_or_404(User, pk=chosen, is_program=True)

    def has_revoke_permission(self, request, object_id=None):
        keys = ProgramKey.objects.visible_to(request.user).filter(revoked_at__isnull=True)
        return request.method == "POST" or keys.filter(pk=object_id).exists()

    @action(description=_("Withdraw"), icon="block", permissions=["revoke"], dialog=WITHDRAW)
    def revoke(self, request, form, object_id):
        key = get_object_or_404(ProgramKey.objects.visible_to(request.user), pk=object_id)
        actions.revoke_key(key, by=request.user)
        messages.success(request, gettext("The key no longer works."))
        url = reverse("admin:accounts_programkey_changelist")
        # A dialog follows a redirect silently, so it gets a header.
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)
