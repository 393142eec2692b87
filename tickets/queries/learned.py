"""What a resolved ticket taught, as the beginning of an article, without anybody's data."""

from django.utils import translation
from django.utils.translation import gettext as _

from customers.rules import mask_name, mask_text
from foundation.accounts.models import User
from knowledgebase.beginnings import Beginning
from tickets.choices import Status
from tickets.models import Ticket

SOLVED = (Status.RESOLVED, Status.CONFIRMED)


def may_teach(ticket: Ticket, user: User) -> bool:
    """Whether this person may make an article of this ticket."""
    return ticket.status in SOLVED and user.may("knowledge.write")


def beginning(key: str, user: User) -> Beginning | None:
    """Symptom, cause and remedy of a ticket that this person sees. Names, numbers and addresses are
    masked whatever the role: an article has other readers."""
    if not key.isdecimal() or len(key) > 18:
        return None
    rows = Ticket.objects.visible_to(user).select_related("customer", "product", "unit__product")
    ticket = rows.filter(pk=int(key)).first()
    if ticket is None or not may_teach(ticket, user):
        return None
    product = ticket.unit.product if ticket.unit_id else ticket.product
    with translation.override(ticket.language):
        body = _body(ticket)
    return Beginning(
        language=ticket.language,
        title=_bare(ticket, ticket.title)[:150],
        body=body,
        category=product.category_id if product else None,
        products=(product.pk,) if product else (),
    )


def _body(ticket: Ticket) -> str:
    cycle = ticket.cycles.filter(number=ticket.cycle).first()
    parts = [
        (_("What happens"), ticket.symptom),
        (_("Why"), cycle.cause if cycle else ""),
        (_("What helps"), (cycle.remedy or cycle.result) if cycle else ""),
    ]
    return "\n\n".join(f"# {head}\n{_bare(ticket, words)}" for head, words in parts if words)


def _bare(ticket: Ticket, words: str) -> str:
    """Words that name nobody."""
    customer = ticket.customer.name if ticket.customer_id else ""
    for name in {customer, ticket.requester_name}:
        if len(name) > 1:
            words = words.replace(name, mask_name(name))
    return mask_text(words).replace(ticket.serial_text or "\0", "****")
