from django import forms
from django.utils.translation import gettext_lazy as _

from care.choices import Outcome
from foundation.desk.forms import CardRadio, DeskForm


class CallForm(DeskForm):
    outcome = forms.ChoiceField(label=_("Outcome of the call"), choices=Outcome, widget=CardRadio)
    note = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For colleagues only. If it is not solved, write what does not work."),
    )
    tries = forms.IntegerField(widget=forms.HiddenInput)
