"""Mail from people becomes tickets and replies.

Only the signed key of one of our own mails leads to a ticket; a number in a subject proves nothing.
Mail of machines never comes here, so an acknowledgement cannot start a war of mails.
"""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.actions import mark_bounced
from customers.choices import ContactKind
from customers.rules import mask_email, normalise_email
from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.accounts.choices import Language
from foundation.accounts.models import User
from foundation.accounts.queries import organisation
from foundation.clockwork import limits
from foundation.files.actions import check
from foundation.files.rules import clean_name
from foundation.messaging.choices import IncomingOutcome
from foundation.messaging.inbound import Outcome
from foundation.messaging.mime import Mail
from foundation.messaging.models import IncomingMessage, OutgoingMessage
from tickets import actions, queries, rules
from tickets.actions.notices import thread_of
from tickets.choices import Channel, Kind, Status
from tickets.models import Ticket

THREAD = re.compile(r"ticket-(\d{1,18})")
CHINESE, WORDS = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]{2,}")
MOST_NEW, PER = 10, timedelta(hours=1)
LONGEST_REQUEST, LONGEST_MESSAGE = 5000, 10_000


def handle(mail: Mail, row: IncomingMessage, thread: str | None, at: datetime) -> Outcome:
    """Make a reply or a new ticket of one mail; called inside the mail's own transaction.

    `thread` is the conversation whose signature the mail carries, or None.
    """
    if not _is_address(mail.sender):
        return Outcome(IncomingOutcome.QUARANTINED, reason="no_sender")
    ticket = _ticket_of(thread)
    if ticket and _takes_replies(ticket, at):
        return _reply(ticket, mail, at)
    return _new(mail, at, before=ticket)


def came_back(message_id: str, at: datetime) -> None:
    """One of our mails could not be delivered: do not choose the address again, tell the staff."""
    message = OutgoingMessage.objects.filter(message_id=message_id).first()
    if message is None:
        return
    mark_bounced(email=message.to_address, by=SYSTEM)
    if ticket := _ticket_of(message.thread):
        with override(organisation().default_language):
            words = _("A mail to %(address)s came back. Call the customer or correct the address.")
            body = words % {"address": mask_email(message.to_address)}
        actions.note(ticket, by=SYSTEM, at=at, body=body)


def conversation(text: str, user: User) -> str:
    """The conversation of the ticket whose number was typed, where this person may see it."""
    number = rules.parse_number(text) or text
    row = Ticket.objects.visible_to(user).filter(number=number).only("pk").first()
    return thread_of(row) if row else ""


def _ticket_of(thread: str | None) -> Ticket | None:
    found = THREAD.fullmatch(thread or "")
    # Locked, so that nobody closes it between the question whether it takes replies and the reply.
    rows = Ticket.objects.select_for_update()
    return rows.filter(pk=int(found[1])).first() if found else None


def _takes_replies(ticket: Ticket, at: datetime) -> bool:
    """A closed ticket takes replies as long as it may be reopened; a cancelled one none."""
    if ticket.status == Status.CONFIRMED:
        return queries.refusal(ticket, "reopen", CaseHolder(ticket.pk), at) is None
    return ticket.status != Status.CANCELLED


def _reply(ticket: Ticket, mail: Mail, at: datetime) -> Outcome:
    files, refused = _sorted_files(mail, LONGEST_MESSAGE)
    with override(ticket.language):
        empty = _("See the files.") if files else _("(The mail has no text.)")
    row = actions.message(
        ticket,
        by=CaseHolder(ticket.pk),
        at=at,
        body=mail.text.strip()[:LONGEST_MESSAGE] or empty,
        files=files,
        channel=Channel.EMAIL,
    )
    stranger = mail.sender if not _is_known(row, mail.sender) else ""
    _tell_staff(row, at, refused=refused, stranger=stranger)
    return Outcome(IncomingOutcome.REPLY, thread=thread_of(row), reference=row.number)


def _new(mail: Mail, at: datetime, *, before: Ticket | None) -> Outcome:
    """A request of somebody we do not know: it stays unlinked until a person links it."""
    try:
        limits.count("mail.ticket", mail.sender, most=MOST_NEW, per=PER, at=at)
    except limits.TooMany:
        return Outcome(IncomingOutcome.REJECTED, reason="too_many")
    request = request_of(mail)
    files, refused = _sorted_files(mail, LONGEST_REQUEST - len(mail.subject) - 2)
    facts = {
        "kind": kind_of(request),
        "language": language_of(request) or organisation().default_language,
        "requester_email": mail.sender,
        "requester_name": mail.sender_name.strip()[:100],
        "symptom": request,
    }
    row = actions.receive(
        by=CaseHolder(None), channel=Channel.EMAIL, facts=facts, files=files, at=at
    )
    _tell_staff(row, at, refused=refused, before=before)
    return Outcome(IncomingOutcome.TICKET, thread=thread_of(row), reference=row.number)


def request_of(mail: Mail) -> str:
    """Subject and text as one request, at most 5,000 long; never empty."""
    subject, text = mail.subject.strip(), mail.text.strip()
    parts = [text] if text.startswith(subject) else [subject, text]
    words = "\n\n".join(part for part in parts if part)
    return words[:LONGEST_REQUEST] or _("(The mail has no text.)")


def kind_of(text: str) -> str:
    """A question where it ends as one and speaks of no danger, else a fault."""
    asks = text.rstrip().endswith(("?", "？"))
    return Kind.CONSULTATION if asks and not queries.safety_words(text) else Kind.FAULT


def language_of(text: str) -> str:
    """Chinese where it has as many Chinese characters as Latin words; "" where it has neither."""
    chinese, latin = len(CHINESE.findall(text)), len(WORDS.findall(text))
    if not chinese and not latin:
        return ""
    return Language.ZH if chinese >= latin else Language.EN


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_known(ticket: Ticket, sender: str) -> bool:
    """Whether mail about this ticket may be expected from this address."""
    known = {normalise_email(ticket.requester_email)}
    if ticket.customer_id:
        points = ticket.customer.contact_points.filter(kind=ContactKind.EMAIL)
        known |= set(points.values_list("normalised", flat=True))
    return normalise_email(sender) in known


def _sorted_files(mail: Mail, longest: int) -> tuple[list[tuple[str, bytes]], list[str]]:
    """(files we keep, why each other one was refused); a text cut at `longest` becomes a file."""
    files, refused = [], []
    if len(mail.text.strip()) > longest:
        files.append(("mail.txt", mail.text.encode()))
    with override(organisation().default_language):
        for attachment in mail.attachments:
            name = clean_name(attachment.name)
            if reason := _why_not(name, attachment.content, len(files)):
                refused.append(reason)
            else:
                files.append((name, attachment.content))
    return files, refused


def _why_not(name: str, content: bytes, kept: int) -> str:
    most = settings.UPLOAD_MAX_FILES
    if kept >= most:
        return _("“%(name)s”: only the first %(most)s files are kept.") % {
            "name": name,
            "most": most,
        }
    try:
        check(ContentFile(content), name, len(content))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _tell_staff(
    ticket: Ticket,
    at: datetime,
    *,
    refused: list[str],
    stranger: str = "",
    before: Ticket | None = None,
) -> None:
    """What colleagues should know about how this mail came, as an internal note."""
    lines = []
    with override(organisation().default_language):
        if stranger:
            lines.append(_("This reply came from another address: %(who)s") % {"who": stranger})
        if before:
            words = _("The customer replied to ticket %(number)s, which takes no more replies.")
            lines.append(words % {"number": before.number})
        if refused:
            lines += [_("These files of the mail are not kept with the ticket:"), *refused]
    if lines:
        body = "\n".join(lines)[:LONGEST_MESSAGE]
        actions.note(ticket, by=SYSTEM, at=at, body=body)
