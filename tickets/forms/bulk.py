"""What a verb needs when it is done to many tickets: the same forms without what is one ticket's."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.desk.forms import CardRadio
from tickets.choices import HoldReason
from tickets.forms import desk
from tickets.queries.candidates import able, why_of


class _Many(desk.VerbForm):
    """No ticket: nothing is proposed, and each row brings the version that was seen."""

    def __init__(self, *args, user: User, **kwargs):
        self.ticket, self.user = None, user
        super(desk.VerbForm, self).__init__(*args, **kwargs)
        del self.fields["version"]
        self.initial.setdefault("once", uuid.uuid4().hex)
        self.prepare()

    def prepare(self) -> None:
        """Fill choices."""


class ManyForm(_Many):
    """A verb that needs nothing more."""


class ManyClassifyForm(_Many, desk.ClassifyForm):
    def prepare(self) -> None:
        self.fields["category"].choices = desk.category_choices()
        self.fields["reason"].help_text = _("Needed where it is not what was proposed.")


class ManyPriorityForm(_Many, desk.PriorityForm):
    pass


class ManyAssignForm(_Many, desk.AssignForm):
    def prepare(self) -> None:
        people = sorted(able(), key=lambda user: (user.is_lead, user.load, str(user)))
        self.fields["handler"].choices = [(user.pk, f"{user} · {why_of(user)}") for user in people]
        self.initial.setdefault("contact", self.user.pk)


class ManyHoldForm(_Many, desk.HoldForm):
    pass


class ManyResumeForm(_Many):
    reason = forms.ChoiceField(
        label=_("Which hold"),
        choices=[("", _("all holds")), *HoldReason.choices],
        widget=CardRadio,
        required=False,
    )


class ManyCancelForm(_Many, desk.CancelForm):
    pass


class ManyRefuseForm(_Many, desk.ReasonForm):
    pass


class ManyNoteForm(_Many):
    body = forms.CharField(label=_("Text"), widget=desk.TEXT)


class ManyMessageForm(ManyNoteForm):
    says = _("Each customer gets this text in a message of their own.")


MANY: dict[str, type[_Many]] = {
    "classify": ManyClassifyForm,
    "set_priority": ManyPriorityForm,
    "assign": ManyAssignForm,
    "hold": ManyHoldForm,
    "resume": ManyResumeForm,
    "cancel": ManyCancelForm,
    "refuse": ManyRefuseForm,
    "note": ManyNoteForm,
    "message": ManyMessageForm,
    **dict.fromkeys(("take", "register", "accept", "start", "confirm", "restore"), ManyForm),
}
