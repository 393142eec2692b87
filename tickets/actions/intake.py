"""A request comes in and becomes a complete record."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.actions import record_customer
from customers.models import Customer, Unit
from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.queries import organisation
from foundation.desk.words import listed
from foundation.files.actions import all_or_none
from foundation.search import actions as search
from tickets import queries, rules
from tickets.actions import notices
from tickets.actions.base import fact, show_next_promise, stamp, verb
from tickets.actions.conversation import keep_files
from tickets.actions.promises import begin, moment, moments, recompute
from tickets.choices import Channel, Moment, Urgency
from tickets.models import NumberSequence, Ticket, TicketCycle, TicketEvent
from tickets.search import entry_of
from tickets.signals import ticket_moved

FACTS = (
    "kind", "language",
    "requester_name", "requester_phone", "requester_email", "requester_address",
    "product", "serial_text", "order_number", "bought_on", "bought_at", "proof_number",
    "symptom", "began", "frequency", "environment", "tried",
    "wanted", "wanted_how", "wanted_when",
    "reach", "urgency", "impact", "mood", "is_exposure", "is_safety",
)  # fmt: skip


def receive(
    *,
    by: Actor,
    channel: str,
    facts: Mapping[str, Any],
    customer: Customer | None = None,
    unit: Unit | None = None,
    files: Iterable = (),
    number: str = "",
    at: datetime | None = None,
) -> Ticket:
    """Record a request and promise the customer news.

    `facts` holds values of the columns named in FACTS. `customer` and `unit` are given only by
    staff who know them: what strangers claim stays unlinked until a person links it. `files` are
    uploads or (name, bytes) pairs. The acknowledgement is queued where there is an address.
    `number` was drawn before (`draw_number`) by who calls this inside a transaction of their own.
    On the ticket returned `written` holds the rows made with it, by relation, for its first answer.
    """
    _allow_receiving(by)
    at = at or timezone.now()
    facts = {name: facts[name] for name in FACTS if facts.get(name) not in (None, "")}
    if not facts.get("symptom", "").strip():
        raise ValidationError({"symptom": _("Tell us what is wrong.")})
    # Before the transaction: else everybody waits for its end to get the next one.
    number = number or next_number(at)
    with all_or_none(), transaction.atomic():
        return _record_request(number, channel, facts, customer, unit, files, by=by, at=at)


def _record_request(number, channel, facts, customer, unit, files, *, by: Actor, at: datetime):
    row = Ticket(
        number=number,
        channel=channel,
        customer=customer,
        unit=unit,
        received_at=at,
        status_at=at,
        last_customer_at=at,
        **facts,
    )
    _fill_from_known(row, "language" in facts)
    _judge(row)
    if channel in (Channel.PHONE, Channel.COUNTER):
        row.contact = user_or_none(by)
    # On the phone and at the counter a person answers while recording.
    spoken_at = row.last_answer_at = at if row.contact_id else None
    promised = begin(row, Moment.RECEIVED, at)
    row.save(force_insert=True)
    cycle = TicketCycle.objects.create(
        ticket=row, number=1, opened_at=at, first_response_at=spoken_at
    )
    told = [fact(row, "ticket.received", by=by, at=at, data={"channel": channel})]
    if row.is_safety:
        told.append(_danger(row, by, at))
    TicketEvent.objects.bulk_create(told)
    promised.write()
    row.written = {"cycles": [cycle], "deadlines": promised.new}
    row.written["attachments"] = keep_files(row, files, by=by, at=at, public=True)
    _go_on(row, by, at)
    search.put("tickets", [entry_of(row)], are_new=True)
    notices.to_customer(row, "ticket.received", at=at, is_new=True)
    ticket_moved.send(Ticket, ticket=row, verb="receive", before="", by=by, at=at, event=None)
    return row


def _go_on(row: Ticket, by: Actor, at: datetime) -> None:
    """What comes with the first moment: danger or haste, and a person who answers."""
    is_urgent = row.is_safety or _is_urgent(row, by)
    if is_urgent:
        moment(row, Moment.URGENT, at)
    if row.contact_id:
        moments(row, (Moment.TAKEN, Moment.ANSWERED, Moment.NEWS), at)
    if is_urgent or row.contact_id:
        show_next_promise(row)
        row.save(update_fields=["next_due_at", "next_promise"])
        del row.written["deadlines"]


def _allow_receiving(by: Actor) -> None:
    if not by.may("tickets.receive"):
        raise PermissionDenied(_("Your role does not allow this here."))


def draw_number(*, by: Actor, at: datetime | None = None) -> str:
    """A number for `receive`, for who may receive. In no transaction others do not wait for it."""
    _allow_receiving(by)
    return next_number(at or timezone.now())


# One statement: the row is locked for no longer than it takes.
NEXT = """
INSERT INTO {table} AS t (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = t.last + 1 RETURNING last
"""


def next_number(at: datetime) -> str:
    """The next ticket number of the organisation's year. Gaps are allowed."""
    year = at.astimezone(ZoneInfo(organisation().time_zone)).year
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(NumberSequence._meta.db_table)
        cursor.execute(NEXT.format(table=table), [year])
        return rules.ticket_number(year, cursor.fetchone()[0])


def _fill_from_known(row: Ticket, language_given: bool) -> None:
    """What the linked customer and unit already tell need not be typed again."""
    if row.unit_id and row.product_id is None:
        row.product = row.unit.product
    if row.customer_id and not language_given:
        row.language = row.customer.language
    row.title = " ".join(row.symptom.split())[:80]


def _judge(row: Ticket) -> None:
    """Raise the safety flag on its words and propose a priority."""
    if queries.safety_words(row.symptom):
        row.is_safety = True
    row.proposed_priority = queries.proposal(row).priority


def _danger(row: Ticket, by: Actor, at: datetime) -> TicketEvent:
    words = listed(queries.safety_words(row.symptom))
    return fact(row, "ticket.safety_flagged", by=by, at=at, data={"matched": words})


def _is_urgent(row: Ticket, by: Actor) -> bool:
    """An agent's or a VIP's urgent mark calls a person like danger does (handbook 2.1)."""
    vip = row.customer_id and row.customer.tier_id and row.customer.tier.is_vip
    return row.urgency == Urgency.HIGH and bool(vip or user_or_none(by))


@verb("take")
def take(row: Ticket, *, by: Actor, at: datetime) -> dict:
    """Become the contact: the person who speaks with this customer."""
    row.contact = user_or_none(by)
    moment(row, Moment.TAKEN, at)
    return {"user": by.pk}


@verb("amend")
def amend(row: Ticket, *, by: Actor, at: datetime, facts: Mapping[str, Any]) -> dict:
    """Correct facts of the request (columns in FACTS; others are left out)."""
    changed = [name for name in FACTS if name in facts and facts[name] != getattr(row, name)]
    was_flagged, words = row.is_safety, set(queries.safety_words(row.symptom))
    for name in changed:
        setattr(row, name, facts[name])
    if not row.symptom.strip():
        raise ValidationError({"symptom": _("Tell us what is wrong.")})
    _fill_from_known(row, True)
    # Words that stood there before were judged by a person: they do not raise the flag again.
    if set(queries.safety_words(row.symptom)) - words:
        row.is_safety = True
    row.proposed_priority = queries.proposal(row).priority
    is_danger = row.is_safety and not was_flagged
    if is_danger:
        _danger(row, by, at).save(force_insert=True)
    if row.is_open and (is_danger or ("urgency" in changed and _is_urgent(row, by))):
        moment(row, Moment.URGENT, at)
    recompute(row, at, why="facts")
    return {"fields": ",".join(changed)}


@verb("link")
def link(
    row: Ticket,
    *,
    by: Actor,
    at: datetime,
    customer: Customer | None,
    unit: Unit | None = None,
    is_new: bool = False,
) -> dict:
    """Say who the customer is and which unit it is about. A person vouches for it.

    With `is_new` the customer is recorded from what the request says of them.
    """
    if is_new:
        customer = record_customer(
            name=row.requester_name,
            phone=row.requester_phone,
            email=row.requester_email,
            address=row.requester_address,
            language=row.language,
            by=by,
            at=at,
        )
    if unit and customer and unit.customer_id not in (None, customer.pk):
        raise ValidationError(
            {"unit": _("This unit belongs to another customer. Change its owner first.")}
        )
    row.customer, row.unit = customer, unit
    _fill_from_known(row, True)
    row.proposed_priority = queries.proposal(row).priority
    recompute(row, at, why="customer")
    return {"customer": customer and customer.pk, "unit": unit and unit.pk}


@verb("register")
def register(row: Ticket, *, by: Actor, at: datetime) -> dict:
    """All facts are there and confirmed with the customer; the classification clock starts."""
    row.is_registered = True
    stamp(row, "registered_at", at)
    if row.contact_id is None:
        row.contact = user_or_none(by)
    moments(row, (Moment.TAKEN, Moment.REGISTERED), at)
    return {}
