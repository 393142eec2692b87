"""What becomes of an inbound mail: kept first, then exactly one outcome.

A higher app registers the handler that makes tickets and replies of mail:

    inbound.register(handler)     # handler(mail, row, thread, at) -> Outcome

and may listen for mail of ours that came back:

    inbound.on_bounce(ear)        # ear(message_id, at)
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor
from foundation.messaging import actions, keys, mime
from foundation.messaging.choices import IncomingOutcome as Is
from foundation.messaging.models import IncomingMessage, OutgoingMessage

logger = logging.getLogger(__name__)
LEFT_AFTER, LEFT_FOR = timedelta(minutes=10), timedelta(days=2)
UNREADABLE = {"unreadable"}


@dataclass(frozen=True)
class Outcome:
    """What a handler made of a mail; `reference` is what people call it, a ticket's number."""

    outcome: Is
    thread: str = ""
    reason: str = ""
    reference: str = ""


@dataclass
class Result:
    """The one outcome of a delivery, for the caller to print."""

    row: IncomingMessage
    outcome: str
    mail: mime.Mail = field(default_factory=mime.Mail)

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": str(self.outcome),
            "ticket": self.row.reference or None,
            "sender": self.row.sender,
            "subject": self.row.subject,
            "text": self.mail.text,
            "attachments": [
                {"name": name, "size": len(content), "type": kind}
                for name, content, kind in self.mail.attachments
            ],
        }

    def as_line(self) -> str:
        """One JSON line that any terminal can print."""
        return json.dumps(self.as_json(), ensure_ascii=True)


Handler = Callable[[mime.Mail, IncomingMessage, str | None, datetime], Outcome]
BounceEar = Callable[[str, datetime], None]
_handlers: list[Handler] = []
_bounce_ears: list[BounceEar] = []


def register(handler: Handler) -> None:
    """Make `handler` the one that takes mail from people; the last one registered counts."""
    _handlers[:] = [handler]


def on_bounce(ear: BounceEar) -> None:
    """Have `ear` told, once per mail, which sent mail of ours came back."""
    _bounce_ears[:] = [ear]


def receive(raw: bytes, *, mailbox: str = "inbox", at: datetime | None = None) -> Result:
    """Keep a mail and handle it once, however often and however many at once deliver it.

    The row is committed by itself before anything is made of it. Database failures
    (OperationalError, InterfaceError) go up to the caller, who has the mail delivered again;
    a row that was kept but not handled is then taken up. Any other error leaves the row in
    quarantine.
    """
    at = at or timezone.now()
    row, _created = actions.keep_incoming(raw, mailbox=mailbox, at=at)
    return _handle(row, at)


def replay(row: IncomingMessage, *, by: Actor, at: datetime | None = None) -> Result:
    """Handle a mail again that was kept for a person or rejected; `by` needs messaging.edit."""
    if not by.may("messaging.edit"):
        raise PermissionDenied
    with transaction.atomic():
        row = IncomingMessage.objects.select_for_update().get(pk=row.pk)
        if row.handled_at and row.outcome not in (Is.QUARANTINED, Is.REJECTED):
            raise ValidationError(_("This message has been handled already."), code="handled")
        IncomingMessage.objects.filter(pk=row.pk).update(handled_at=None)
    return _handle(row, at or timezone.now())


def handle_left(at: datetime | None = None) -> int:
    """Take up mail that was kept when its worker died; returns how many."""
    at = at or timezone.now()
    left = IncomingMessage.objects.filter(
        handled_at=None, received_at__lt=at - LEFT_AFTER, received_at__gt=at - LEFT_FOR
    )
    rows = list(left.order_by("pk")[:5])
    for row in rows:
        _handle(row, at)
    return len(rows)


def thread_of(mail: mime.Mail) -> str | None:
    """The conversation a mail belongs to, by a signature that only we can make."""
    nearest_first = [mail.in_reply_to, *reversed(mail.references), *mail.recipients]
    return keys.thread_in(" ".join(nearest_first))


def _handle(row: IncomingMessage, at: datetime) -> Result:
    """Take the mail apart, then handle and mark it in one transaction."""
    try:
        mail = mime.parse(bytes(row.raw))
    except mime.Refused as refused:
        kind = Is.QUARANTINED if refused.reason in UNREADABLE else Is.REJECTED
        verdict = Outcome(kind, "", refused.reason)
        return _once(row, mime.glance(bytes(row.raw)), at, lambda: verdict)
    try:
        return _once(row, mail, at, lambda: _judge(mail, row, at))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.error("mail %s: %s", row.pk, type(error).__name__)
        kept = Outcome(Is.QUARANTINED, "", _short(error))
        return _once(row, mail, at, lambda: kept)


def _once(
    row: IncomingMessage, mail: mime.Mail, at: datetime, work: Callable[[], Outcome]
) -> Result:
    """Run `work` unless this row was handled; a second delivery waits here for the first."""
    with transaction.atomic():
        row.__dict__.update(
            IncomingMessage.objects.select_for_update()
            .values("outcome", "handled_at", "reference", "thread", "sender", "subject", "reason")
            .get(pk=row.pk)
        )
        if row.handled_at:
            return Result(row, Is.DUPLICATE, mail)
        # The handler may show the mail's sender or subject in what it writes.
        row.sender, row.subject = mail.sender, mail.subject
        became = work()
        actions.settle_incoming(
            row,
            outcome=became.outcome,
            at=at,
            thread=became.thread,
            reason=became.reason,
            reference=became.reference,
            sender=mail.sender,
            subject=mail.subject,
        )
    return Result(row, became.outcome, mail)


def _judge(mail: mime.Mail, row: IncomingMessage, at: datetime) -> Outcome:
    """Machines' mail ends here; what a person wrote goes to the handler."""
    thread = thread_of(mail)
    if mail.is_bounce or mail.is_auto_reply:
        return _from_machine(mail, thread, at)
    if _is_our_own(mail):
        return Outcome(Is.REJECTED, thread or "", "own_mail")
    if not mail.sender:
        return Outcome(Is.QUARANTINED, thread or "", "no_sender")
    if not _handlers:
        return Outcome(Is.QUARANTINED, thread or "", "no_handler")
    return _handlers[0](mail, row, thread, at)


def _from_machine(mail: mime.Mail, thread: str | None, at: datetime) -> Outcome:
    thread = thread or keys.thread_in(mail.original_message_id) or ""
    if not mail.is_bounce:
        return Outcome(Is.AUTO_REPLY, thread)
    if mail.is_final and actions.came_back(mail.original_message_id):
        for ear in _bounce_ears:
            ear(mail.original_message_id, at)
    return Outcome(Is.BOUNCE, thread)


def _is_our_own(mail: mime.Mail) -> bool:
    identity = mail.message_id
    return bool(identity) and OutgoingMessage.objects.filter(message_id=identity).exists()


def _short(error: Exception) -> str:
    """A reason for the staff: our own words for a refusal, only the kind of any other error."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)[:500]
    return type(error).__name__
