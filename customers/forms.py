from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Consent


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
