"""What a list of tickets can show: plain words for sheets, badges for pages."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from foundation.desk.templatetags import desk
from foundation.lists.kinds import Column, Reader
from tickets import queries
from tickets.models import Promise, Ticket


def _number(row: Ticket, reader: Reader):
    danger = format_html('<b class="danger" title="{}">!</b> ', _("danger to people"))
    return format_html(
        '<a class="row-link" href="{}">{}{}</a>',
        reader.address(row.pk),
        danger if row.is_safety else "",
        row.number,
    )


def promise_names(reader: Reader) -> dict[str, str]:
    return reader.once("promises", lambda: {row.key: row.name for row in Promise.objects.all()})


def _promise(row: Ticket, reader: Reader):
    if row.next_due_at is None:
        # Nothing runs while it waits for what pauses all its promises.
        return _("paused") if row.is_on_hold and row.is_open else "–"
    return format_html(
        '<span class="due due-{}" title="{}">{}</span>',
        desk.lateness(row.next_due_at),
        promise_names(reader).get(row.next_promise, row.next_promise),
        desk.until_short(row.next_due_at),
    )


def _who(row: Ticket, reader: Reader) -> str:
    return queries.person_of(row, reader.user).customer


def _who_html(row: Ticket, reader: Reader):
    name = _who(row, reader) or _("unknown")
    if row.customer_id is None:
        return format_html('<span class="unlinked" title="{}">{}</span>', _("not linked"), name)
    vip = row.customer.tier_id and row.customer.tier.is_vip
    return format_html("{}{}", name, mark_safe(' <b class="vip">VIP</b>') if vip else "")


def _what(row: Ticket, reader: Reader) -> str:
    return queries.readable(row, reader.user, row.title)


def _what_html(row: Ticket, reader: Reader):
    waiting = format_html(
        ' <b class="unread" title="{}">●</b>', _("the customer waits for an answer")
    )
    return format_html(
        '<span class="what"><b>{}</b> {}{}</span>',
        row.product.name if row.product_id else "",
        _what(row, reader),
        waiting if row.awaits_answer and row.status != "cancelled" else "",
    )


def _owner(row: Ticket, reader: Reader) -> str:
    person = row.handler or row.contact
    return str(person) if person else (row.department.name if row.department_id else "")


def _age(row: Ticket, reader: Reader):
    return format_html(
        '<span class="age" title="{}">{}</span>', desk.clock(row.received_at), desk.age(row.received_at)
    )  # fmt: skip


def _serial(row: Ticket, reader: Reader) -> str:
    return str(row.unit) if row.unit_id else row.serial_text


def _fact(name: str):
    """A field of the ticket, choices in words."""

    def read(row: Ticket, reader: Reader) -> Any:
        show = getattr(row, f"get_{name}_display", None)
        return show() if show else getattr(row, name)

    return read


def _named(name: str):
    """A row that the ticket points to, as people call it."""

    def read(row: Ticket, reader: Reader) -> str:
        found = getattr(row, name)
        return str(found) if found else ""

    return read


def _of_customer(name: str):
    return lambda row, reader: getattr(row.customer, name) if row.customer_id else ""


def _stamped(name: str):
    return lambda row, reader: desk.stamp(getattr(row, name))


def _moment(key: str, label, name: str, order: tuple[str, ...] = ()) -> Column:
    return Column(
        key, label, lambda row, reader: getattr(row, name), html=_stamped(name), order=order
    )


COLUMNS = [
    Column("number", _("number"), _fact("number"), html=_number),
    Column("state", _("state"), _fact("status"), html=lambda row, reader: desk.state_badge(row)),
    Column(
        "level",
        _("P"),
        lambda row, reader: row.priority or row.proposed_priority,
        html=lambda row, reader: desk.priority_badge(row),
    ),
    Column(
        "promise",
        _("next promise"),
        lambda row, reader: row.next_due_at,
        html=_promise,
        order=("due", "urgency"),
    ),
    Column("who", _("customer"), _who, html=_who_html, related=("customer__tier",)),
    Column(
        "what", _("what"), _what, html=_what_html, related=("customer", "product"), is_wide=True
    ),
    Column(
        "owner", _("responsible"), _owner, related=("handler", "contact", "department")
    ),
    Column(
        "since",
        _("age"),
        lambda row, reader: desk.age(row.received_at),
        html=_age,
        order=("newest", "oldest"),
    ),
    Column(
        "category",
        _("category"),
        lambda row, reader: row.category.path if row.category_id else "",
        related=("category__parent",),
    ),
    Column("product", _("product"), _named("product"), related=("product",)),
    Column("department", _("department"), _named("department"), related=("department",)),
    Column("handler", _("handler"), _named("handler"), related=("handler",)),
    Column("contact", _("contact"), _named("contact"), related=("contact",)),
    Column("kind", _("kind of request"), _fact("kind")),
    Column("channel", _("channel"), _fact("channel")),
    Column(
        "tier",
        _("tier"),
        lambda row, reader: _tier(row),
        related=("customer__tier",),
    ),
    Column("city", _("city"), _of_customer("city"), related=("customer",)),
    Column("region", _("province or region"), _of_customer("region"), related=("customer",)),
    Column("serial", _("serial number"), _serial, related=("unit",)),
    Column(
        "order_number",
        _("order number"),
        lambda row, reader: queries.readable(row, reader.user, row.order_number),
        related=("customer",),
    ),
    _moment("received", _("received at"), "received_at", ("newest", "oldest")),
    _moment("state_since", _("in this state since"), "status_at", ("waiting",)),
    _moment("customer_word", _("last word of the customer"), "last_customer_at"),
    Column("cycle", _("cycle"), _fact("cycle")),
]  # fmt: skip


def _tier(row: Ticket) -> str:
    return row.customer.tier.name if row.customer_id and row.customer.tier_id else ""
