"""Writing past tickets with their run, timeline and result; and taking them back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count

from customers.imports import owners
from customers.imports.people import points_of
from customers.rules import normalise_order
from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.models import User
from foundation.accounts.queries import organisation
from foundation.search import actions as search
from foundation.sheets import undoing
from foundation.sheets.targets import Kept, Written
from tickets import events, rules
from tickets.choices import Audience, CancelReason, Channel, Kind, Priority, Status
from tickets.imports.judging import Plan
from tickets.models import NumberSequence, Ticket, TicketCycle, TicketEvent, TicketMessage

OWN = ("cycles", "events", "messages", "document")
FIELDS = ("number", "status", "version", "customer_id", "unit_id", "handler_id", "contact_id")
# Room for `count` numbers at once; the last of them comes back.
RESERVE = """
INSERT INTO {table} AS t (year, last) VALUES (%s, %s)
ON CONFLICT (year) DO UPDATE SET last = t.last + %s RETURNING last
"""


def write(plans: dict[int, Plan], by: Actor, at: datetime) -> list[Written]:
    """Write what the rows came to; `plans` are by row number. Constant queries."""
    told = owners.record([plan.owner for plan in plans.values()], at)
    numbers = _numbers(plans.values())
    rows = {number: _ticket(plan, numbers[plan]) for number, plan in plans.items()}
    Ticket.objects.bulk_create(rows.values())
    TicketCycle.objects.bulk_create(_cycle(rows[number], plan) for number, plan in plans.items())
    said = {number: _message(rows[number], plan) for number, plan in plans.items() if _says(plan)}
    TicketMessage.objects.bulk_create(said.values())
    TicketEvent.objects.bulk_create(
        event
        for number, plan in plans.items()
        for event in _events(rows[number], plan, said.get(number), by, at)
    )
    pks = [row.pk for row in rows.values()]
    search.index("tickets", pks)
    marks = marks_of(rows.values())
    return [
        Written(
            number=number,
            pk=row.pk,
            is_new=True,
            before={"created": told[number]} if number in told else None,
            after=marks[row.pk],
        )
        for number, row in rows.items()
    ]


def _numbers(plans: Iterable[Plan]) -> dict[Plan, str]:
    """Our own numbers, of the year in which each was received. One query for each year."""
    zone = ZoneInfo(organisation().time_zone)
    years = {plan: plan.moments["received_at"].astimezone(zone).year for plan in plans}
    last = {year: _reserve(year, count) for year, count in Counter(years.values()).items()}
    left = Counter(years.values())
    numbers = {}
    for plan, year in years.items():
        left[year] -= 1
        numbers[plan] = rules.ticket_number(year, last[year] - left[year])
    return numbers


def _reserve(year: int, count: int) -> int:
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(NumberSequence._meta.db_table)
        cursor.execute(RESERVE.format(table=table), [year, count, count])
        return cursor.fetchone()[0]


def _ticket(plan: Plan, number: str) -> Ticket:
    row, moments = plan.row, plan.moments
    answered = moments.get("resolved_at") or moments.get("first_response_at")
    points = {point.kind: point.value for point in reversed(points_of(row, ("phone", "email")))}
    return Ticket(
        number=number,
        former_number=row["number"],
        former_key=normalise_order(row["number"]),
        status=plan.status,
        kind=row["kind"] or Kind.FAULT,
        channel=row["channel"] or Channel.PHONE,
        **({"language": row["language"]} if row["language"] else {}),
        title=" ".join(row["symptom"].split())[:80],
        customer_id=owners.pk_of(plan.owner),
        requester_name=row["name"] or "",
        requester_phone=points.get("phone", "")[:40],
        requester_email=points.get("email", ""),
        requester_address=row["address"] or "",
        unit=plan.unit,
        product_id=plan.product_id,
        serial_text=row["serial"] or "",
        order_number=row["order_number"] or "",
        bought_on=row["bought_on"],
        symptom=row["symptom"],
        is_registered=plan.status != Status.RECEIVED,
        proposed_priority=row["priority"] or Priority.P3,
        priority=row["priority"] or "",
        category=plan.category,
        department=plan.category.owner if plan.category else None,
        handler=plan.handler,
        cancel_reason=CancelReason.WITHDRAWN if plan.status == Status.CANCELLED else "",
        cancelled_from=Status.RECEIVED if plan.status == Status.CANCELLED else "",
        received_at=moments["received_at"],
        status_at=max(moments.values()),
        last_customer_at=moments["received_at"],
        last_answer_at=answered,
    )


def _cycle(ticket: Ticket, plan: Plan) -> TicketCycle:
    """The figures read these stamps: only what the sheet tells is there."""
    row, moments = plan.row, plan.moments
    received = moments["received_at"]
    classified = plan.status not in (Status.RECEIVED, Status.CANCELLED)
    return TicketCycle(
        ticket=ticket,
        number=1,
        opened_at=received,
        first_response_at=moments.get("first_response_at"),
        registered_at=received if ticket.is_registered else None,
        classified_at=received if classified else None,
        assigned_at=received if classified and plan.handler else None,
        started_at=received if plan.status == Status.IN_PROGRESS else None,
        accepted_at=received if plan.status == Status.IN_PROGRESS else None,
        resolved_at=moments.get("resolved_at"),
        confirmed_at=moments.get("confirmed_at"),
        cancelled_at=moments.get("cancelled_at"),
        resolved_by=plan.handler if "resolved_at" in moments else None,
        cause=row["cause"] or "",
        remedy=row["remedy"] or "",
        result=row["result"] or "",
    )


def _says(plan: Plan) -> bool:
    return bool(plan.row["result"]) and "resolved_at" in plan.moments


def _message(ticket: Ticket, plan: Plan) -> TicketMessage:
    return TicketMessage(
        ticket=ticket,
        audience=Audience.PUBLIC,
        channel=ticket.channel,
        author=plan.handler,
        body=plan.row["result"],
        at=plan.moments["resolved_at"],
    )


def _events(
    ticket: Ticket, plan: Plan, message: TicketMessage | None, by: Actor, at: datetime
) -> list[TicketEvent]:
    """What the sheet tells of the past, and that it was brought in now."""
    moments, handler = plan.moments, plan.handler
    received = moments["received_at"]
    found = [_event(ticket, "ticket.received", received, None, channel=ticket.channel)]
    if plan.category and ticket.priority:
        facts = {"category": plan.category.pk, "priority": ticket.priority}
        found.append(_event(ticket, "ticket.classified", received, None, **facts))
    if handler:
        found.append(_event(ticket, "ticket.assigned", received, None, handler=handler.pk))
    if "resolved_at" in moments:
        event = _event(ticket, "ticket.resolved", moments["resolved_at"], handler)
        event.message = message
        found.append(event)
    if "confirmed_at" in moments:
        confirmed = moments["confirmed_at"]
        found.append(_event(ticket, "ticket.confirmed", confirmed, None, how="import"))
    if "cancelled_at" in moments:
        reason = {"reason": CancelReason.WITHDRAWN.value}
        found.append(_event(ticket, "ticket.cancelled", moments["cancelled_at"], None, **reason))
    who = user_or_none(by)
    found.append(_event(ticket, "ticket.imported", at, who, former=ticket.former_number))
    return found


def _event(ticket: Ticket, key: str, at: datetime, who: User | None, **data: Any) -> TicketEvent:
    return TicketEvent(
        ticket=ticket,
        cycle=1,
        version=1,
        key=key,
        at=at,
        actor_kind="staff" if who else "system",
        actor=who,
        data=events.checked(key, data),
        is_public=events.KINDS[key].public_words is not None,
    )


def marks_of(tickets: Iterable[Ticket]) -> dict[int, str]:
    """The state of tickets with how much was said and done about them."""
    tickets = list(tickets)
    pks = [ticket.pk for ticket in tickets]
    counts = {}
    for model in (TicketEvent, TicketMessage):
        rows = model.objects.filter(ticket__in=pks).order_by().values_list("ticket")
        counts[model] = dict(rows.annotate(n=Count("pk")))
    return {
        row.pk: undoing.mark(
            [undoing.facts(row, FIELDS), *(found.get(row.pk, 0) for found in counts.values())]
        )
        for row in tickets
    }


def undo(written: Sequence[Written]) -> list[Kept]:
    """Remove tickets that nobody has touched; then the customers that came with them."""
    kept = undoing.undo(Ticket, written, FIELDS, own=OWN, marks=marks_of)
    stay = {one.number for one in kept}
    undone = [one.before or {} for one in written if one.number not in stay]
    owners.remove(one["created"] for one in undone if "created" in one)
    return kept
