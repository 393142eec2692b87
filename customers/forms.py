from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Consent


class VersionedForm(forms.ModelForm):
    """Refuses input that is older than the row, keeps it, and shows what is stored now.

    The page puts the hidden field in with `change_form_before_template`.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def clean(self):
        data = super().clean()
        if self.instance.pk and (version := self.cleaned_data.get("version")):
            # Locked until the admin has saved, so that nobody comes between.
            stored = type(self.instance).objects.select_for_update().get(pk=self.instance.pk)
            try:
                stored.refuse_stale(version)
            except forms.ValidationError as error:
                self._tell_what_is_stored(stored)
                self.add_error(None, error)
        return data

    def _tell_what_is_stored(self, stored) -> None:
        for name in set(self.changed_data) & {f.name for f in stored._meta.concrete_fields}:
            value = getattr(stored, f"get_{name}_display", lambda n=name: getattr(stored, n))()
            self.add_error(name, _("Stored now: %(value)s") % {"value": value or "–"})
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = stored.version


class ConsentForm(forms.ModelForm):
    """Records a new consent, or the withdrawal of one."""

    withdraw = forms.BooleanField(label=_("withdraw"), required=False)

    class Meta:
        model = Consent
        fields = ["purpose", "text_version", "channel"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("purpose", "text_version", "channel"):
                self.fields[name].disabled = True
            self.fields["withdraw"].disabled = self.instance.withdrawn_at is not None
        else:
            self.fields["withdraw"].disabled = True
