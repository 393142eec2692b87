from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from foundation.accounts.choices import Language
from knowledgebase import queries, rules
from knowledgebase.models import ArticleText


class Prose(forms.CharField):
    """Browsers send line ends of their own; that is no change."""

    widget = UnfoldAdminTextareaWidget

    def to_python(self, value):
        return rules.lines(super().to_python(value))


class ArticleTextForm(forms.ModelForm):
    """What is being written: the draft beside a published text, where there is one."""

    text_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ArticleText
        fields = ["language", "title", "body"]
        field_classes = {"body": Prose}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk or "body" not in self.fields:
            return
        text = self.instance
        self.fields["language"].disabled = True
        self.initial["text_version"] = text.version
        title, body = text.working
        self.initial |= {"title": title, "body": rules.lines(body)}
        if text.is_published:
            words = gettext("Readers keep version %(number)s until what you write is published.")
            self.fields["title"].help_text = words % {"number": text.shown_number}

    def has_changed(self):
        """What was filled in beforehand, from a ticket, is kept as it stands."""
        brought = not self.instance.pk and self.data.get(self.add_prefix("body"), "").strip()
        return bool(brought) or super().has_changed()

    def clean(self):
        data = super().clean()
        seen, text = data.get("text_version"), self.instance
        if text.pk and seen and seen != text.version and {"title", "body"} & set(self.changed_data):
            self._tell_what_is_stored()
        return data

    def _tell_what_is_stored(self) -> None:
        for name, stored in zip(("title", "body"), self.instance.working, strict=True):
            if name in self.changed_data:
                self.add_error(name, gettext("Stored now: %(value)s") % {"value": stored})
        self.data = self.data.copy()
        self.data[self.add_prefix("text_version")] = self.instance.version


class VerbForm(BaseDialogForm):
    """Asks for which text, among those of which the verb makes sense; tells if somebody was first."""

    verb = ""
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        texts = list(ArticleText.objects.filter(article=self.object_id).select_related("article"))
        if texts:
            self.fields["version"].initial = texts[0].article.version
        there = {text.language for text in texts if queries.POSSIBLE[self.verb](text)}
        choices = [(value, name) for value, name in Language.choices if value in there]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            choices=choices,
            initial=choices[0][0] if choices else None,
            widget=UnfoldAdminRadioSelectWidget,
            error_messages={"required": _("There is no such text now. Close this and look again.")},
        )


class SubmitForm(VerbForm):
    verb = "submit"


class PublishForm(VerbForm):
    verb = "publish"


class SendBackForm(VerbForm):
    verb = "send_back"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["because"] = forms.CharField(
            label=_("What is to be changed?"),
            max_length=300,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        )


class DiscardForm(VerbForm):
    verb = "discard"


class OutdateForm(VerbForm):
    verb = "outdate"


class UnpublishForm(VerbForm):
    verb = "unpublish"


class RenewForm(BaseDialogForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
