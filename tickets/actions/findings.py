"""Who is responsible 责任归属, as soon as it is known, with the evidence."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor, user_or_none
from tickets.actions.base import verb
from tickets.actions.conversation import write
from tickets.choices import Responsibility
from tickets.models import Attachment, Finding, Ticket


@verb("find")
def find(
    row: Ticket,
    *,
    by: Actor,
    at: datetime,
    party: str,
    evidence: str,
    attachments: Sequence[Attachment] = (),
) -> dict:
    """Record who is responsible and what shows it; the latest finding holds, and the resolution
    takes it over. `attachments` are files of this ticket."""
    if party not in Responsibility.values:
        raise ValidationError({"party": _("Choose who is responsible.")})
    if not evidence.strip():
        raise ValidationError({"evidence": _("Say what shows it.")})
    if any(one.ticket_id != row.pk for one in attachments):
        raise ValidationError({"attachments": _("Choose files of this ticket.")})
    message = write(row, evidence, by=by, at=at, public=False)
    finding = Finding.objects.create(
        ticket=row, cycle=row.cycle, party=party, evidence=message, at=at, by=user_or_none(by)
    )
    finding.attachments.set(attachments)
    return {"party": party, "message": message}
