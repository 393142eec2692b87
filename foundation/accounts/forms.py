"""Making a key for a program."""

import secrets
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.choices import KeyScope
from foundation.accounts.models import Department, Role, User
from foundation.desk.forms import DeskForm

ME, NEW = "me", "new"
LIVES = [
    (30, _("30 days")),
    (90, _("90 days")),
    (365, _("one year")),
    (0, _("until it is withdrawn")),
]


class KeyForm(DeskForm):
    """With `people.edit` also for programs that are nobody's."""

    name = forms.CharField(
        label=_("What for"), max_length=60, help_text=_("Such as “Web shop” or “Wall display”.")
    )
    acts_as = forms.ChoiceField(label=_("Acts as"))
    role = forms.ModelChoiceField(
        Role.objects.exclude(key="customer"), label=_("Role of the new program"), required=False
    )
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("Its department"), required=False
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=KeyScope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than the roles allow."),
    )
    days = forms.TypedChoiceField(label=_("It works for"), choices=LIVES, coerce=int, initial=365)
    form = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial["form"] = secrets.token_hex(16)
        if not user.may("people.edit"):
            for name in ("acts_as", "role", "department"):
                del self.fields[name]
            return
        programs = User.objects.filter(is_program=True, is_active=True).order_by("display_name")
        self.fields["acts_as"].choices = [
            (ME, _("me, with my roles")),
            (NEW, _("a new program, with a role of its own")),
            *((str(row.pk), str(row)) for row in programs),
        ]

    def clean(self):
        data = super().clean()
        if data.get("acts_as") == NEW and not data.get("role"):
            self.add_error("role", _("Choose what the program may do at most."))
        return data

    def expires_at(self):
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None
