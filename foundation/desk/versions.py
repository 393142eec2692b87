"""Editing a row that two people may have open: the second learns of the first, and keeps the text.

The row has `version` and `refuse_stale(version)`; its app has the verbs that save it.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy as _


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


class SavedByVerb:
    """Saving calls the verbs `record` and `change` with the fields they take."""

    form = VersionedForm
    change_form_before_template = "desk/version.html"
    record = change = None
    verb_fields: frozenset[str] = frozenset()

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        names = self.verb_fields & set(form.cleaned_data)
        if change:
            values = {name: form.cleaned_data[name] for name in names & set(form.changed_data)}
            version = form.cleaned_data["version"]
            row = self.change(obj, version=version, by=request.user, **values)
        else:
            row = self.record(by=request.user, **{n: form.cleaned_data[n] for n in names})
        obj.__dict__.update(row.__dict__)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as error:
            # Somebody came between the form's check and the verb's; nothing was saved.
            for text in error.messages:
                self.message_user(request, text, "error")
            return HttpResponseRedirect(request.get_full_path())
