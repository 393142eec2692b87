"""What care writes on a ticket's timeline. Customers see none of it: they get the call."""

from django.utils.translation import gettext_lazy as _

from care.choices import CallbackKind, Outcome
from tickets import events


def register_kinds() -> None:
    events.register(
        "care.callback_opened",
        _("Call to make, %(kind)s, by %(due_at)s"),
        kind=CallbackKind,
        due_at="moment",
    )
    events.register(
        "care.callback_tried",
        _("Call, %(kind)s: %(outcome)s"),
        kind=CallbackKind,
        outcome=Outcome,
        number="number",
    )
