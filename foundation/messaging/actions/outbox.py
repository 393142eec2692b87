"""The outbox and what came in. Rows first; mail leaves later, by the sweep."""

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor
from foundation.accounts.choices import Language
from foundation.accounts.queries import organisation
from foundation.clockwork.claims import claim
from foundation.messaging import channels, keys, mime, nudges, sandbox, templates
from foundation.messaging.channels import email
from foundation.messaging.choices import IncomingOutcome, OutgoingStatus
from foundation.messaging.models import IncomingMessage, MessageTemplate, OutgoingMessage
from foundation.messaging.queries import texts_of

logger = logging.getLogger(__name__)

CHANNELS = {"email": email.send}
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360)]
MOST_ATTEMPTS = len(BACKOFF) + 1
BATCH = 10
# Seconds: well inside the worker's time limit and the lease of a claim.
BUDGET = 60
LIVE = timedelta(minutes=5)


def queue(
    template_key: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any],
    dedupe_key: str,
    thread: str = "",
    at: datetime | None = None,
    due_at: datetime | None = None,
    in_reply_to: str = "",
    is_automatic: bool = True,
    is_new: bool = False,
) -> OutgoingMessage:
    """Write one message to one address, once per `dedupe_key`; returns the row there is.

    Only a row, in the caller's transaction: it leaves after the commit, at `due_at` (default
    `at`). `context` holds plain values ({"ticket": {"number": …}}); the organisation is added.
    An address that cannot work makes a row that says so, never an error for the caller.
    `is_new`: what it tells of was written just now, so that nobody can have used the key.
    Raises TypeError for values that are not plain, MessageTemplate.DoesNotExist for a kind
    without any text.
    """
    at = at or timezone.now()
    there = OutgoingMessage.objects.filter(dedupe_key=dedupe_key)
    if not is_new and (existing := there.first()):
        return existing
    language = language if language in Language else organisation().default_language
    subject, body = _words(template_key, language, context)
    status, reason = _judge(to)
    message = OutgoingMessage(
        dedupe_key=dedupe_key,
        template_key=template_key,
        thread=thread,
        to_address=to[:254],
        language=language,
        subject=subject,
        body=body,
        message_id=keys.message_id(thread, keys.new_nonce()),
        in_reply_to=in_reply_to[:998],
        is_automatic=is_automatic,
        status=status,
        last_error=reason,
        created_at=at,
        due_at=due_at or at,
    )
    if is_new:
        message.save(force_insert=True)
        _nudge_after_commit(message, at)
        return message
    return _insert(message, at)


def _words(key: str, language: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text in that language, else in the one there is."""
    texts = texts_of(key)
    text = texts.get(language) or next(iter(texts.values()), None)
    if text is None:
        raise MessageTemplate.DoesNotExist(f"no text for {key}")
    values = {**context, "organisation": templates.organisation_values(language)}
    subject = templates.one_line(sandbox.render(text.subject, values))
    return subject, sandbox.render(text.body, values)


def _judge(address: str) -> tuple[OutgoingStatus, str]:
    if not address:
        return OutgoingStatus.DROPPED, "no_address"
    try:
        validate_email(address)
    except ValidationError:
        return OutgoingStatus.FAILED, "bad_address"
    return OutgoingStatus.WAITING, ""


def _insert(message: OutgoingMessage, at: datetime) -> OutgoingMessage:
    """Insert, or read the row that somebody else inserted meanwhile."""
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return OutgoingMessage.objects.get(dedupe_key=message.dedupe_key)
    _nudge_after_commit(message, at)
    return message


def _nudge_after_commit(message: OutgoingMessage, at: datetime) -> None:
    """Only for what is due now and happens now: imports and the demo need no hurry."""
    now = timezone.now()
    if message.status == OutgoingStatus.WAITING and message.due_at <= now and at > now - LIVE:
        transaction.on_commit(nudge if message.channel in CHANNELS else nudge_hooks, robust=True)


def nudge() -> None:
    """Ask the worker to look at the outbox now; without it the minute tick does."""
    nudges.ask("foundation.messaging.tasks.send_due", "outbox")


def nudge_hooks() -> None:
    """Ask the worker to tell other programs now; without it the minute tick does."""
    nudges.ask("foundation.messaging.tasks.deliver_due", "webhooks")


def send_due(at: datetime | None = None) -> int:
    """Send what is due at `at`; returns how many left. No transaction is open while sending.

    A worker that dies between sending and marking leaves its claim: after the lease the same
    Message-ID goes again, so that the recipient's system can tell it is the same mail.
    """
    at = at or timezone.now()
    stop, sent, going = monotonic() + BUDGET, 0, True
    while going and (batch := claim(_waiting(), at=at, limit=BATCH)):
        for position, message in enumerate(batch):
            if not going or monotonic() > stop:
                _release(batch[position:])
                return sent
            status, going = _send(message, at)
            sent += status == OutgoingStatus.SENT
    return sent


def _waiting() -> QuerySet[OutgoingMessage]:
    return OutgoingMessage.objects.filter(status=OutgoingStatus.WAITING, channel__in=CHANNELS)


def _send(message: OutgoingMessage, at: datetime) -> tuple[OutgoingStatus, bool]:
    """Try one claimed message; returns (its status, whether the channel still answers)."""
    if message.attempts > MOST_ATTEMPTS:
        return _mark(message, OutgoingStatus.FAILED, last_error="gave_up"), True
    try:
        CHANNELS[message.channel](message)
    except channels.Permanent as failure:
        return _mark(message, OutgoingStatus.FAILED, last_error=failure.reason), True
    except channels.Temporary as failure:
        return _later(message, failure.reason, at), not isinstance(failure, channels.Unreachable)
    except Exception as error:
        logger.error("message %s: %s", message.pk, type(error).__name__)
        return _later(message, type(error).__name__, at), True
    return _mark(message, OutgoingStatus.SENT, sent_at=at, last_error=""), True


def _later(message: OutgoingMessage, reason: str, at: datetime) -> OutgoingStatus:
    if message.attempts >= MOST_ATTEMPTS:
        return _mark(message, OutgoingStatus.FAILED, last_error=reason)
    due_at = at + BACKOFF[message.attempts - 1]
    return _mark(message, OutgoingStatus.WAITING, last_error=reason, due_at=due_at)


def _mark(message: OutgoingMessage, status: OutgoingStatus, **changes) -> OutgoingStatus:
    OutgoingMessage.objects.filter(pk=message.pk).update(status=status, claimed_at=None, **changes)
    return status


def _release(messages: list[OutgoingMessage]) -> None:
    """Give back what was claimed and not tried."""
    untouched = [message.pk for message in messages]
    OutgoingMessage.objects.filter(pk__in=untouched, status=OutgoingStatus.WAITING).update(
        claimed_at=None, attempts=F("attempts") - 1
    )


@transaction.atomic
def send_again(
    message: OutgoingMessage, *, by: Actor, at: datetime | None = None
) -> OutgoingMessage:
    """Send a message once more; returns the row that will leave.

    One that failed or was held back waits again under its own Message-ID. Of one that was sent a
    copy goes, one at a time, because two mails with one Message-ID may be shown as one.
    """
    _allow(by)
    at = at or timezone.now()
    message = OutgoingMessage.objects.select_for_update().get(pk=message.pk)
    if message.status == OutgoingStatus.WAITING:
        raise ValidationError(_("This message is already waiting to be sent."), code="waiting")
    if not message.to_address:
        raise ValidationError(
            _("There is no e-mail address. Add one to the customer and write a new message."),
            code="no_address",
        )
    if message.status == OutgoingStatus.SENT:
        return _copy(message, at)
    fresh = {"due_at": at, "sent_at": None, "attempts": 0, "last_error": ""}
    _mark(message, OutgoingStatus.WAITING, **fresh)
    message.refresh_from_db()
    _nudge_after_commit(message, at)
    return message


def _copy(message: OutgoingMessage, at: datetime) -> OutgoingMessage:
    copies = OutgoingMessage.objects.filter(dedupe_key__startswith=f"again:{message.pk}:")
    if waiting := copies.filter(status=OutgoingStatus.WAITING).first():
        return waiting
    copy = OutgoingMessage.objects.get(pk=message.pk)
    copy.pk, copy._state.adding = None, True
    copy.dedupe_key = f"again:{message.pk}:{copies.count() + 1}"
    copy.message_id = keys.message_id(copy.thread, keys.new_nonce())
    copy.status, copy.sent_at, copy.attempts, copy.claimed_at = (
        OutgoingStatus.WAITING,
        None,
        0,
        None,
    )
    copy.created_at = copy.due_at = at
    return _insert(copy, at)


def drop(dedupe_key: str, *, reason: str = "") -> bool:
    """Hold back a message that has not left yet; returns whether there was one."""
    waiting = _waiting().filter(dedupe_key=dedupe_key, claimed_at__isnull=True)
    return bool(waiting.update(status=OutgoingStatus.DROPPED, last_error=reason[:500]))


def came_back(message_id: str) -> bool:
    """Mark the sent message that a bounce speaks of; returns whether we know it."""
    sent = OutgoingMessage.objects.filter(message_id=message_id, status=OutgoingStatus.SENT)
    return bool(sent.update(status=OutgoingStatus.FAILED, last_error="came_back"))


def keep_incoming(
    raw: bytes, *, mailbox: str, at: datetime | None = None
) -> tuple[IncomingMessage, bool]:
    """Keep a mail whole before anything is made of it; returns (row, whether it is new).

    One mail is mailbox + Message-ID + digest of its body: two ways to us differ in the headers
    that mail servers add. Without a Message-ID the digest covers everything.
    """
    identity = mime.message_id(raw)
    return IncomingMessage.objects.get_or_create(
        mailbox=mailbox[:100],
        message_id=identity,
        sha256=hashlib.sha256(mime.body_of(raw) if identity else raw).hexdigest(),
        defaults={"raw": raw, "received_at": at or timezone.now()},
    )


def _allow(by: Actor) -> None:
    if not by.may("messaging.edit"):
        raise PermissionDenied


def settle_incoming(
    row: IncomingMessage, *, outcome: IncomingOutcome, at: datetime, **facts
) -> None:
    """Write what became of a mail. `facts` are columns: thread, reason, reference, sender …"""
    for column, value in facts.items():
        longest = IncomingMessage._meta.get_field(column).max_length
        setattr(row, column, value[:longest])
    row.outcome, row.handled_at = outcome, at
    row.save(update_fields=["outcome", "handled_at", *facts])
