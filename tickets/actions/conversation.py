"""What is said and shown: messages, notes, files, links."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor, user_or_none
from foundation.files.actions import store
from tickets import rules
from tickets.actions import notices
from tickets.actions.base import record, stamp, verb
from tickets.actions.links import revoke_all
from tickets.actions.promises import follow_holds, moment, moments
from tickets.choices import Audience, Channel, HoldReason, Moment, Status
from tickets.models import Attachment, Ticket, TicketCycle, TicketMessage

if TYPE_CHECKING:
    from knowledgebase.models import Article


def keep_files(
    row: Ticket,
    files: Iterable,
    *,
    by: Actor,
    at: datetime,
    public: bool,
    message: TicketMessage | None = None,
) -> list[Attachment]:
    """Store uploads (Django files or (name, bytes) pairs) with the ticket."""
    kept = []
    for upload in files:
        name, content = upload if isinstance(upload, tuple) else (upload.name, upload)
        kept.append(
            Attachment.objects.create(
                ticket=row,
                message=message,
                file=store(content, name=name, by=by, at=at),
                audience=Audience.PUBLIC if public else Audience.INTERNAL,
                is_from_customer=by.actor_kind == "customer",
                at=at,
            )
        )
    return kept


def write(
    row: Ticket, body: str, *, by: Actor, at: datetime, public: bool, channel: str = Channel.WEB
) -> TicketMessage:
    """Keep what a person wrote; an empty text is refused."""
    if not body.strip():
        raise ValidationError({"body": _("Write something first.")})
    return TicketMessage.objects.create(
        ticket=row,
        audience=Audience.PUBLIC if public else Audience.INTERNAL,
        channel=channel,
        is_from_customer=by.actor_kind == "customer",
        author=user_or_none(by),
        body=body.strip(),
        at=at,
    )


def spoke(row: Ticket, *, by: Actor, at: datetime) -> None:
    """The customer has said or shown something, which is also what we may have waited for."""
    stamp(row, "spoke_again_at", at)
    row.last_customer_at = at
    end_holds(row, at, by=by, reasons=[HoldReason.CUSTOMER])


def answered(row: Ticket, at: datetime) -> None:
    """A person has answered the customer in public, which is also news."""
    stamp(row, "first_response_at", at)
    row.last_answer_at = at
    moments(row, (Moment.TAKEN, Moment.ANSWERED, Moment.NEWS), at)


def reported(row: Ticket, at: datetime) -> None:
    """The customer was told the result."""
    stamp(row, "reported_at", at)
    moment(row, Moment.REPORTED, at)


@verb("message")
def message(
    row: Ticket,
    *,
    by: Actor,
    at: datetime,
    body: str,
    files: Iterable = (),
    channel: str = Channel.WEB,
    article: Article | None = None,
) -> dict:
    """Say something that the customer sees: staff by mail too, customers into the story.

    What was said on the phone (`channel` phone) is kept and not mailed. `article` is linked below
    the mail. A customer's message ends the hold "waiting for the customer".
    """
    text = write(row, body, by=by, at=at, public=True, channel=channel)
    keep_files(row, files, by=by, at=at, public=True, message=text)
    if by.actor_kind == "customer":
        spoke(row, by=by, at=at)
    else:
        answered(row, at)
        if row.status == Status.RESOLVED:
            reported(row, at)
    if by.actor_kind != "customer" and channel != Channel.PHONE:
        said = text.body + (
            f"\n\n{settings.SITE_URL}{article.get_absolute_url()}" if article else ""
        )
        notices.to_customer(
            row, "ticket.message", at=at, words={"text": said}, once=f"message-{text.pk}"
        )
    if article is not None:
        record(row, "ticket.article_sent", by=by, at=at, data={"article": article.slug})
    return {"message": text}


@verb("note")
def note(row: Ticket, *, by: Actor, at: datetime, body: str, files: Iterable = ()) -> dict:
    """Write something for colleagues only."""
    text = write(row, body, by=by, at=at, public=False)
    keep_files(row, files, by=by, at=at, public=False, message=text)
    return {"message": text}


@verb("attach")
def attach(row: Ticket, *, by: Actor, at: datetime, files: Iterable, public: bool = False) -> None:
    """Add files to the ticket. What customers add is public to them, and what we waited for."""
    public = public or by.actor_kind == "customer"
    kept = keep_files(row, files, by=by, at=at, public=public)
    if not kept:
        raise ValidationError({"files": _("Choose a file first.")})
    if by.actor_kind == "customer":
        spoke(row, by=by, at=at)
    for attachment in kept:
        record(
            row,
            "ticket.attached",
            by=by,
            at=at,
            data={"attachment": attachment.pk},
            is_public=public,
        )


@verb("send_link")
def send_link(row: Ticket, *, by: Actor, at: datetime) -> dict:
    """Mail the customer a fresh link and make the old ones useless."""
    if not notices.address_of(row):
        raise ValidationError(_("There is no e-mail address. Add one with “Correct facts”."))
    revoke_all(row, at)
    notices.to_customer(row, "ticket.link", at=at, once=f"link-{at.timestamp()}")
    return {}


@verb("revoke_link")
def revoke_link(row: Ticket, *, by: Actor, at: datetime) -> dict:
    """Make every link of this ticket useless, for one that got into wrong hands."""
    revoke_all(row, at)
    return {}


def end_holds(row: Ticket, at: datetime, *, by: Actor, reasons: list[str] | None = None) -> int:
    """End open holds (all, or those of `reasons`), each with its line on the timeline.

    The run's `held_seconds` follow, so they are complete once it is resolved.
    """
    holds = row.holds.filter(ended_at__isnull=True)
    if reasons is not None:
        holds = holds.filter(reason__in=reasons)
    ended = list(holds)
    for hold in ended:
        hold.ended_at = at
        hold.save(update_fields=["ended_at"])
        record(row, "ticket.resumed", by=by, at=at, data={"reason": hold.reason})
    row.is_on_hold = row.holds.filter(ended_at__isnull=True).exists()
    if ended:
        _keep_held(row)
        follow_holds(row, at)
    return len(ended)


def _keep_held(row: Ticket) -> None:
    """Write down how long the present run was on hold: the union of its ended holds."""
    cycle = TicketCycle.objects.get(ticket=row, number=row.cycle)
    spans = list(
        row.holds.filter(started_at__gte=cycle.opened_at, ended_at__isnull=False).values_list(
            "started_at", "ended_at"
        )
    )
    last = max(end for begin, end in spans)
    cycle.held_seconds = int(rules.seconds_within(spans, cycle.opened_at, last))
    cycle.save(update_fields=["held_seconds"])
