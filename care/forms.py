from django import forms
from django.utils.translation import gettext_lazy as _

from care.choices import OUTCOMES, CallbackKind, Outcome
from care.models import Callback
from foundation.desk.forms import CardRadio, DeskForm


class CallForm(DeskForm):
    """Of progress news the note is what the customer hears, and reads afterwards."""

    outcome = forms.ChoiceField(label=_("Outcome of the call"), choices=Outcome, widget=CardRadio)
    note = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For colleagues only. If it is not solved, write what does not work."),
    )
    tries = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, call: Callback, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("tries", call.tries)
        self.fields["outcome"].choices = [(one.value, one.label) for one in OUTCOMES[call.kind]]
        if call.kind == CallbackKind.PROGRESS:
            self.initial.setdefault("note", call.note)
            self.fields["note"].label = _("What to tell the customer")
            self.fields["note"].help_text = _(
                "Correct what you said otherwise. The customer sees it."
            )
