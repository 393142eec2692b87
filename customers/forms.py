import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Consent, Tier
from foundation.desk.forms import DeskForm


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


class TierForm(DeskForm):
    """The tier that many customers get."""

    tier = forms.ModelChoiceField(
        Tier.objects.all(), label=_("tier"), required=False, empty_label=_("no tier")
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once", uuid.uuid4().hex)

    def facts(self) -> dict:
        """The keywords of the verb."""
        return {"tier": self.cleaned_data["tier"]}
