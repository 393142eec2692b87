"""The ticket list as CSV: one row per ticket, in the reader's language and zone."""

import csv
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from foundation.accounts.models import User
from reports import rules
from reports.queries import Line, lines
from tickets import queries
from tickets.models import Ticket

Column = tuple[str | Lazy, Callable[[Line, User], Any]]


def _fact(name: str) -> Callable[[Line, User], Any]:
    """A field of the ticket, choices in words."""

    def read(line: Line, user: User):
        show = getattr(line.ticket, f"get_{name}_display", None)
        return show() if show else getattr(line.ticket, name)

    return read


def _outcome(name: str) -> Callable[[Line, User], Any]:
    def read(line: Line, user: User):
        show = getattr(line.cycle, f"get_{name}_display", None)
        return show() if show else getattr(line.cycle, name)

    return read


def _stamp(name: str) -> Callable[[Line, User], str]:
    return lambda line, user: moment(getattr(line.cycle, name))


def _length(name: str) -> Callable[[Line, User], int | None]:
    return lambda line, user: line.since_opened(name)


def _score(key: str) -> Callable[[Line, User], Any]:
    return lambda line, user: line.scores.get(key)


def _name(name: str) -> Callable[[Line, User], str]:
    """A department or person of the ticket, as readers call it."""

    def read(line: Line, user: User):
        row = getattr(line.ticket, name)
        return str(row) if row else ""

    return read


def moment(at: datetime | None) -> str:
    """A moment in the present zone, in the form that spreadsheets read."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _customer(line: Line, user: User) -> str:
    return queries.person_of(line.ticket, user).customer


def _tier(line: Line, user: User) -> str:
    customer = line.ticket.customer
    return customer.tier.name if customer and customer.tier_id else ""


def _serial(line: Line, user: User) -> str:
    return str(line.ticket.unit) if line.ticket.unit_id else line.ticket.serial_text


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


COLUMNS: list[Column] = [
    (gettext_lazy("Number"), _fact("number")),
    (gettext_lazy("State"), _fact("status")),
    (gettext_lazy("Priority"), _fact("priority")),
    (gettext_lazy("Kind of request"), _fact("kind")),
    (gettext_lazy("Channel"), _fact("channel")),
    (gettext_lazy("Category"), lambda line, user: line.branch[0].name if line.branch else ""),
    (
        gettext_lazy("Sub-category"),
        lambda line, user: " › ".join(category.name for category in line.branch[1:]),
    ),
    (gettext_lazy("Department"), _name("department")),
    (gettext_lazy("Handler"), _name("handler")),
    (gettext_lazy("Contact (agent)"), _name("contact")),
    (gettext_lazy("Customer"), _customer),
    (gettext_lazy("Tier"), _tier),
    (
        gettext_lazy("Region"),
        lambda line, user: line.ticket.customer.region if line.ticket.customer_id else "",
    ),
    (gettext_lazy("Product"), _name("product")),
    (gettext_lazy("Serial number"), _serial),
    (gettext_lazy("Danger to people"), lambda line, user: _yes(line.ticket.is_safety)),
    (gettext_lazy("Cycle"), _fact("cycle")),
    (gettext_lazy("Was reopened"), lambda line, user: _yes(line.ticket.cycle > 1)),
    (gettext_lazy("Received at"), lambda line, user: moment(line.ticket.received_at)),
    (gettext_lazy("Cycle began at"), _stamp("opened_at")),
    (gettext_lazy("First response at"), _stamp("first_response_at")),
    (gettext_lazy("Registered at"), _stamp("registered_at")),
    (gettext_lazy("Classified at"), _stamp("classified_at")),
    (gettext_lazy("Assigned at"), _stamp("assigned_at")),
    (gettext_lazy("Accepted at"), _stamp("accepted_at")),
    (gettext_lazy("Planned at"), _stamp("planned_at")),
    (gettext_lazy("Work started at"), _stamp("started_at")),
    (gettext_lazy("Resolved at"), _stamp("resolved_at")),
    (gettext_lazy("Confirmed at"), _stamp("confirmed_at")),
    (gettext_lazy("Cancelled at"), _stamp("cancelled_at")),
    (
        gettext_lazy("Time zone"),
        lambda line, user: timezone.get_current_timezone_name(),
    ),
    (gettext_lazy("Minutes to first response"), _length("first_response_at")),
    (gettext_lazy("Minutes to classify"), _length("classified_at")),
    (gettext_lazy("Minutes to resolve"), _length("resolved_at")),
    (gettext_lazy("Minutes on hold"), lambda line, user: line.hold_minutes),
    (gettext_lazy("Promises met"), lambda line, user: line.met),
    (gettext_lazy("Promises missed"), lambda line, user: line.breached),
    (gettext_lazy("Cause"), _outcome("cause")),
    (gettext_lazy("Remedy"), _outcome("remedy")),
    (gettext_lazy("Test"), _outcome("test_result")),
    (gettext_lazy("Responsibility"), _outcome("responsibility")),
    (gettext_lazy("Why cancelled"), _fact("cancel_reason")),
    (gettext_lazy("Satisfaction overall"), _score("overall")),
    (gettext_lazy("Satisfaction with timeliness"), _score("timeliness")),
    (gettext_lazy("Satisfaction with professionalism"), _score("professionalism")),
    (gettext_lazy("Satisfaction with the effect"), _score("effect")),
    (gettext_lazy("Would recommend"), _score("recommend")),
    (
        gettext_lazy("Answers typed in by staff"),
        lambda line, user: _yes(line.scores["by_staff"]) if line.scores else "",
    ),
]


class _Echo:
    """A file that gives back what is written to it, for the csv module."""

    def write(self, text: str) -> str:
        return text


def ticket_list(
    tickets: QuerySet[Ticket], *, user: User, language: str, zone: str, at: datetime
) -> Iterator[bytes]:
    """The CSV of `tickets` in pieces, UTF-8 with its mark so that spreadsheets read Chinese.

    Names are masked where `user` may not read them. Language and zone are set for each piece
    only: between two of them the thread may serve something else.
    """
    writer = csv.writer(_Echo())
    chunks = lines(tickets, at=at)
    with override(language):
        yield ("\ufeff" + writer.writerow([str(label) for label, read in COLUMNS])).encode()
    while True:
        with override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            chunk = next(chunks, None)
            if chunk is None:
                return
            piece = "".join(writer.writerow(_cells(line, user)) for line in chunk)
        yield piece.encode()


def _cells(line: Line, user: User) -> list:
    return [rules.safe_cell(read(line, user)) for label, read in COLUMNS]
