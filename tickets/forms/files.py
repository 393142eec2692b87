from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.files.actions import check
from foundation.files.rules import ACCEPTED, clean_name


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploads, each checked for what it really is."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", gettext_lazy("Photos and files"))
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", ManyFiles(attrs={"accept": ACCEPTED, "multiple": True}))
        super().__init__(**kwargs)

    def clean(self, data, initial=None) -> list:
        uploads = [item for item in (data or []) if item]
        if len(uploads) > settings.UPLOAD_MAX_FILES:
            raise ValidationError(
                _("Send at most %(n)d files at once.") % {"n": settings.UPLOAD_MAX_FILES}
            )
        errors = []
        for upload in uploads:
            try:
                check(upload, clean_name(upload.name), upload.size)
            except ValidationError as error:
                errors.extend(error.messages)
        if errors:
            raise ValidationError(errors)
        return uploads
