"""What tickets are found by, and how they are shown when found."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.signals import post_save
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from customers.models import ContactPoint
from customers.rules import normalise_phone, unsaid
from customers.search import in_a_row, point_tokens, product_tokens, unit_tokens
from foundation.accounts.choices import Personal, Scope
from foundation.desk.templatetags import desk
from foundation.desk.words import clock
from foundation.search import kinds
from foundation.search.actions import changed
from foundation.search.kinds import Entry, Hit, Kind
from foundation.search.rules import (
    Query,
    answers,
    is_in,
    marked,
    normal,
    numbers,
    phone,
    tokens,
)
from tickets import rules
from tickets.models import Category, Ticket, TicketCycle, TicketDocument, TicketMessage
from tickets.queries.permissions import PLACE_NAME, TYPED, readable, sees_personal
from tickets.queries.person import person_of

# Of the talk, so many characters, the newest first.
MOST_TALK = 20_000
# Longer names are companies', whose words are words of the trade too.
PERSONS_NAME = 4


# --- what a ticket is found by -------------------------------------------------------------------


def entries(pks: Sequence[int]) -> Iterable[Entry]:
    """Four queries for any number of tickets."""
    rows = Ticket.objects.filter(pk__in=pks).select_related(
        "customer", "unit", "product", "category__parent__parent"
    )
    said = TicketMessage.objects.order_by("-at", "-pk").only("ticket_id", "body")
    done = TicketCycle.objects.only("ticket_id", "cause", "remedy", "result")
    rows = rows.prefetch_related(
        "customer__contact_points", Prefetch("messages", said), Prefetch("cycles", done)
    )
    return (entry_of(row, row.messages.all(), row.cycles.all()) for row in rows)


def entry_of(
    row: Ticket, messages: Iterable[TicketMessage] = (), cycles: Iterable[TicketCycle] = ()
) -> Entry:
    """The document of one ticket from what is at hand; a new one has neither talk nor results."""
    said = normal(_words(row, messages, cycles))
    names, reach = _names(row), _reach(row)
    private = {token for name in names for token in _of_a_name(name)} | reach
    found = tokens(unsaid(said, names | _addresses(row))) - private
    found -= {token for token in found if _is_part_of_a_number(token, reach)}
    return Entry(
        pk=row.pk,
        at=row.received_at,
        tokens=[*_facts(row), *found],
        personal=[
            *reach,
            *(token for name in names for token in tokens(name)),
            *tokens(row.requester_address),
            *tokens(said),
        ],
    )


def _facts(row: Ticket) -> Iterable[str]:
    """Numbers and the words of the trade."""
    yield from numbers(row.number)
    # "Ticket 123": nobody says the zeros.
    yield row.number.split("-")[1].lstrip("0")
    for text in (row.serial_text, row.order_number, row.proof_number, row.former_number):
        yield from numbers(text)
    if row.unit_id:
        yield from unit_tokens(row.unit)
    yield from product_tokens(row.product)
    node = row.category
    while node is not None:
        yield from tokens(f"{node.name_zh}\n{node.name_en}")
        node = node.parent if node.parent_id else None


def _words(row: Ticket, messages: Iterable[TicketMessage], cycles: Iterable[TicketCycle]) -> str:
    words = [getattr(row, name) for name in TYPED]
    for cycle in cycles:
        words += [cycle.cause, cycle.remedy, cycle.result]
    talk = "\n".join(message.body for message in messages)
    return "\n".join([*words, talk[:MOST_TALK]])


def _names(row: Ticket) -> set[str]:
    names = {row.requester_name, row.customer.name if row.customer_id else ""}
    return {name for name in names if name}


def _addresses(row: Ticket) -> set[str]:
    places = {row.requester_address, row.customer.address if row.customer_id else ""}
    return {place for place in places if len(place) > PLACE_NAME}


def _of_a_name(name: str) -> set[str]:
    """What of a name is left out of the words that anybody may find the ticket by."""
    han = len(name) > PERSONS_NAME and not name.isascii()
    return set() if han else {token for token in tokens(name) if len(token) > 1}


def _reach(row: Ticket) -> set[str]:
    """Numbers and addresses at which the customer is reached."""
    found = phone(normalise_phone(row.requester_phone)) if row.requester_phone else set()
    found |= tokens(row.requester_email)
    if row.customer_id:
        for point in row.customer.contact_points.all():
            found |= point_tokens(point)
    return found


def _is_part_of_a_number(token: str, reach: Collection[str]) -> bool:
    return len(token) > 3 and token.isdecimal() and any(token in number for number in reach)


# --- who finds what ------------------------------------------------------------------------------


def visible(user) -> QuerySet | None:
    if not user or not (set(user.scopes) - {Scope.NONE}):
        return None
    return Ticket.objects.visible_to(user)


def personal(user) -> bool | QuerySet:
    """As `sees_personal`: who needs the data for their work finds by it in their open tickets."""
    if Personal.FULL in user.personal:
        return True
    if Personal.WORK in user.personal:
        return Ticket.objects.open().filter(Q(handler=user) | Q(contact=user))
    return False


def named(user, text: str) -> list[int]:
    """The ticket whose number was typed, with its check digit."""
    number = rules.parse_number(text) if len(text) <= 40 else None
    rows = Ticket.objects.filter(number=number) if number else Ticket.objects.none()
    return list(rows.values_list("pk", flat=True))


# --- how it is shown -----------------------------------------------------------------------------

# What a hit shows, and what tells how much of it this reader may see.
SHOWN = (
    *("number", "status", "is_on_hold", "priority", "proposed_priority", "received_at"),
    *("serial_text", "order_number", "proof_number", "handler", "contact", "unit__serial"),
    *("requester_name", "requester_phone", "requester_email", "requester_address", *TYPED),
    *(f"customer__{name}" for name in ("name", "address", "region", "city", "language")),
    *(f"product__{name}" for name in ("code", "name_zh", "name_en")),
)
POINT = ("customer", "kind", "value", "is_bounced")


def hits(pks: Sequence[int], user, asked: Query) -> list[Hit]:
    """At most four queries for any number of tickets."""
    rows = Ticket.objects.select_related("customer", "product", "unit").only(*SHOWN)
    points = Prefetch("customer__contact_points", ContactPoint.objects.only(*POINT))
    found = rows.prefetch_related(points).in_bulk(pks)
    shown = {pk: _own_words(found[pk], user) for pk in pks if pk in found}
    silent = [pk for pk, words in shown.items() if not any(is_in(asked, one) for one in words)]
    for pk, words in _said_later(silent).items():
        shown[pk] += [readable(found[pk], user, one) for one in words]
    return [_hit(found[pk], words, user, asked) for pk, words in shown.items()]


def _own_words(row: Ticket, user) -> list[str]:
    words = (getattr(row, name) for name in TYPED if name != "title")
    return [readable(row, user, one) for one in words if one]


def _said_later(pks: Sequence[int]) -> dict[int, list[str]]:
    """What was found and said about these tickets, the newest first."""
    if not pks:
        return {}
    words: dict[int, list[str]] = {pk: [] for pk in pks}
    cycles = TicketCycle.objects.filter(ticket__in=pks).order_by("-number")
    for pk, *done in cycles.values_list("ticket", "cause", "remedy", "result"):
        words[pk] += done
    said = TicketMessage.objects.filter(ticket__in=pks).order_by("-at", "-pk")
    for pk, body in said.values_list("ticket", "body"):
        words[pk].append(body)
    return words


def _hit(row: Ticket, words: list[str], user, asked: Query) -> Hit:
    text = next((one for one in words if is_in(asked, one)), words[0] if words else "")
    is_named = answers(asked, numbers(row.number))
    return Hit(
        pk=row.pk,
        url=reverse("admin:tickets_alltickets_change", args=[row.pk]),
        title=[(row.number, is_named)],
        facts=in_a_row(_shown_facts(row, user, asked)),
        excerpt=marked(asked, text),
        badges=format_html("{} {}", desk.state_badge(row), desk.priority_badge(row)),
    )


def _shown_facts(row: Ticket, user, asked: Query) -> Iterable[tuple[str, bool]]:
    """Who, what and when; and the number by which it was found."""
    person, product = person_of(row, user), row.product
    full = sees_personal(row, user)
    yield person.customer, full and answers(asked, tokens(person.customer))
    if person.company:
        yield person.name, full and answers(asked, tokens(person.name))
    if product:
        yield product.name, answers(asked, product_tokens(product))
    for number in (
        row.serial_text,
        row.unit and row.unit.serial,
        row.order_number,
        row.proof_number,
    ):
        if number and answers(asked, numbers(number)):
            yield number, True
    if full:
        for number in person.phones:
            if answers(asked, phone(normalise_phone(number))):
                yield number, True
        for address in (*person.emails, person.address):
            if answers(asked, tokens(address)):
                yield address, True
    yield clock(row.received_at), False


# --- registration --------------------------------------------------------------------------------

TICKETS = Kind(
    key="tickets",
    label=_("Tickets"),
    model=Ticket,
    document=TicketDocument,
    entries=entries,
    visible=visible,
    sees_all=lambda user: Scope.ALL in user.scopes,
    personal=personal,
    hits=hits,
    exact=named,
    goes_straight=True,
    order=10,
)


def register() -> None:
    kinds.register(TICKETS)
    for followed, name in (("customers", "customer"), ("units", "unit"), ("products", "product")):
        kinds.follow(followed, "tickets", _tickets_of(name))
    kinds.follow("categories", "tickets", _tickets_in)
    post_save.connect(_category_saved, sender=Category, dispatch_uid="search_category_saved")


def _tickets_of(name: str):
    return lambda pks: Ticket.objects.filter(**{f"{name}__in": pks})


def _tickets_in(pks: Sequence[int]) -> QuerySet:
    return Ticket.objects.filter(Q(category__in=pks) | Q(category__parent__in=pks))


def _category_saved(sender, instance, created, raw=False, **kwargs) -> None:
    """Categories are rows that an administrator edits: their names stand in tickets' documents."""
    if not created and not raw:
        changed("categories", [instance.pk])
