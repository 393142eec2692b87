"""What customers and departments are told: rows in the outbox, in the same transaction."""

import re
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from foundation.accounts.models import Department
from foundation.accounts.queries import organisation
from foundation.messaging import actions as outbox
from tickets.models import Ticket

ADDRESS = re.compile(r"//|\w\.\w{2,}")


def thread_of(ticket: Ticket) -> str:
    """The name of the conversation, signed into every mail."""
    return f"ticket-{ticket.pk}"


def address_of(ticket: Ticket) -> str:
    """Where mail about this ticket goes: the address given with it, else the customer's."""
    if ticket.requester_email:
        return ticket.requester_email
    if ticket.customer_id is None:
        return ""
    point = ticket.customer.contact_points.filter(kind="email", is_bounced=False).first()
    return point.value if point else ""


def context_of(ticket: Ticket, words: dict | None = None, language: str = "") -> dict:
    """Plain values for a template, in `language` (default the customer's)."""
    with override(language or ticket.language):
        return {
            "ticket": {
                "number": ticket.number,
                "title": ticket.title,
                "status": str(ticket.get_status_display()),
                "product": ticket.product.name if ticket.product_id else "",
            },
            "customer": {"name": _greeted(ticket)},
            **(words or {}),
        }


def _greeted(ticket: Ticket) -> str:
    """The name to greet by, on one line; nobody's where it could be an address of a page: a
    stranger may have typed it, with somebody else's e-mail."""
    name = ticket.requester_name or (ticket.customer.name if ticket.customer_id else "")
    return "" if ADDRESS.search(name) else " ".join(name.split())


def to_customer(
    ticket: Ticket,
    template: str,
    *,
    at: datetime,
    words: dict | None = None,
    once: str = "",
    with_link: bool = True,
    is_new: bool = False,
) -> bool:
    """Queue one mail to the customer; False where there is no address.

    `once` tells this mail from others of the same template and cycle. Of a ticket that `is_new`
    nothing was told yet.
    """
    from tickets.actions.links import address_for

    address = address_of(ticket)
    if not address:
        return False
    context = context_of(ticket, words)
    if with_link:
        context["link"] = address_for(ticket, at=at, is_new=is_new)
    outbox.queue(
        template,
        to=address,
        language=ticket.language,
        context=context,
        dedupe_key=f"{template}:{ticket.pk}:{ticket.cycle}:{once}",
        thread=thread_of(ticket),
        at=at,
        is_new=is_new,
    )
    return True


def to_department(ticket: Ticket, department: Department | None, *, at: datetime) -> None:
    """Tell the owning department that a ticket is theirs."""
    if department is None or not department.email:
        return
    path = reverse("admin:tickets_alltickets_change", args=[ticket.pk])
    language = organisation().default_language
    with override(language):
        name = department.name
    words = {
        "priority": ticket.priority,
        "department": {"name": name},
        "link": settings.SITE_URL + path,
    }
    outbox.queue(
        "department.ticket",
        to=department.email,
        language=language,
        context=context_of(ticket, words, language),
        dedupe_key=f"department.ticket:{ticket.pk}:{ticket.cycle}:{department.pk}",
        at=at,
    )
