from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminRadioSelectWidget

from foundation.accounts.choices import Language
from knowledgebase.choices import TextStatus
from knowledgebase.models import ArticleText


class ArticleTextForm(forms.ModelForm):
    """A text; a published one is closed to who may not publish."""

    may_publish = False

    class Meta:
        model = ArticleText
        fields = ["language", "title", "body"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk or not self.fields:
            return
        self.fields["language"].disabled = True
        if self.instance.is_published and not self.may_publish:
            self.fields["title"].disabled = self.fields["body"].disabled = True
            self.fields["body"].help_text = _(
                "This text is published. Somebody who may publish can change it or unpublish it."
            )


class LanguageForm(BaseDialogForm):
    """Asks which text, among those of one status."""

    status = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        texts = ArticleText.objects.filter(article=self.object_id, status=self.status)
        there = set(texts.values_list("language", flat=True))
        choices = [(value, name) for value, name in Language.choices if value in there]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            choices=choices,
            initial=choices[0][0] if choices else None,
            widget=UnfoldAdminRadioSelectWidget,
            error_messages={"required": _("There is no such text. Close this and write one.")},
        )


class PublishForm(LanguageForm):
    status = TextStatus.DRAFT


class UnpublishForm(LanguageForm):
    status = TextStatus.PUBLISHED
