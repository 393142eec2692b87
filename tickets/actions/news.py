"""Progress news: the customer hears how it goes, and by when they hear again (handbook, 2.3)."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor
from foundation.notices.actions import News, notify
from tickets.actions import notices
from tickets.actions.base import record, verb
from tickets.actions.conversation import answered, write
from tickets.choices import Channel, Moment, NewsBy
from tickets.models import Deadline, Ticket
from tickets.queries.news import DUE, address, awaited, way
from tickets.signals import customer_to_call

MOST_TOLD = 1000


@verb("news")
def news(row: Ticket, *, by: Actor, at: datetime, body: str, how: str = "") -> dict | None:
    """Tell the customer how it goes, the way they prefer where `how` says no other.

    By mail, or told on the phone just now (`said`), it is a public message and ends the round. A
    call goes on the call list with the text; the round ends when the customer is reached.
    """
    how = how or way(row)
    if how not in NewsBy.values:
        raise ValidationError({"how": _("Choose how the customer hears of it.")})
    if how == NewsBy.CALL:
        _to_call(row, body, by=by, at=at)
        return None
    channel = Channel.PHONE if how == NewsBy.SAID else Channel.WEB
    text = write(row, body, by=by, at=at, public=True, channel=channel)
    answered(row, at)
    if how == NewsBy.MAIL:
        words, once = {"text": text.body}, f"message-{text.pk}"
        notices.to_customer(row, "ticket.message", at=at, words=words, once=once)
    return {"message": text, "how": how}


def _to_call(row: Ticket, body: str, *, by: Actor, at: datetime) -> None:
    if not body.strip():
        raise ValidationError({"body": _("Write something first.")})
    if len(body.strip()) > MOST_TOLD:
        raise ValidationError({"body": _("Shorten it: nobody listens to that much on the phone.")})
    due = awaited(row)
    record(row, "ticket.news_to_tell", by=by, at=at)
    customer_to_call.send(
        Ticket,
        ticket=row,
        text=body.strip(),
        due_at=due.due_at if due else at,
        round=due.round if due else 0,
        by=by,
        at=at,
    )


def remind(rows: Sequence[Deadline], at: datetime) -> None:
    """Who speaks with the customer hears before news are due, with the way to the text."""
    notify(
        [
            News(DUE, [person], str(row.pk), address(row.ticket), {"deadline": row.pk})
            for row in rows
            if row.promise.ends_on == Moment.NEWS
            and (person := row.ticket.contact_id or row.ticket.handler_id)
        ],
        at=at,
    )
