"""Progress news: the text prepared from the ticket, when they are due, how the customer hears."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.choices import PreferredChannel
from foundation.calendars.rules import OutOfRange
from foundation.desk.words import clock
from tickets.choices import Moment, NewsBy
from tickets.models import Deadline, Ticket
from tickets.queries.person import Person
from tickets.queries.progress import Progress, progress
from tickets.queries.terms import book
from tickets.rules import clocks

DUE = "ticket.news_due"


def awaited(ticket: Ticket) -> Deadline | None:
    """The news that are due next; one query."""
    rows = ticket.deadlines.filter(cycle=ticket.cycle, ended_at__isnull=True)
    return rows.filter(promise__ends_on=Moment.NEWS).select_related("promise").first()


def address(ticket: Ticket) -> str:
    """Where the prepared text waits to be sent."""
    return reverse("admin:tickets_alltickets_verb", args=[ticket.pk, "news"])


def way(ticket: Ticket) -> str:
    """How the customer hears (`NewsBy`): as they prefer, where they can be reached so; without
    any address the text stands on their page."""
    reach = Person(ticket, is_masked=False)
    customer = ticket.customer if ticket.customer_id else None
    prefers_phone = customer is not None and customer.preferred_channel == PreferredChannel.PHONE
    if reach.phone and (prefers_phone or not reach.emails):
        return NewsBy.CALL
    return NewsBy.MAIL


def prepared(ticket: Ticket, at: datetime) -> str:
    """A text for the customer, in their language: where it stands, what is done, what comes next
    and by when. For a person to read over and send."""
    with override(ticket.language):
        shown = progress(ticket, at)
        return "\n".join(filter(None, [*_state(shown), *_next(ticket, shown, at)]))


def _state(shown: Progress) -> list[str]:
    lines = [shown.next]
    if shown.who:
        lines.append(_("Your colleague for this is %(who)s.") % {"who": shown.who})
    if shown.plan:
        lines.append(_("What we do for you: %(plan)s.") % {"plan": shown.plan})
    lines += shown.waits
    if shown.needs_customer:
        lines.append(_("We need an answer from you to go on."))
    return lines


def _next(ticket: Ticket, shown: Progress, at: datetime) -> list[str]:
    lines = []
    if shown.is_late:
        lines.append(_("It takes longer than we promised, and we are sorry."))
    elif shown.due_at:
        texts = {
            "finish": _("We plan to be finished by %(when)s."),
            "answer": _("You have our answer by %(when)s."),
            "decision": _("We decide who can help you best by %(when)s."),
            "start": _("We begin with the work by %(when)s."),
        }
        if words := texts.get(shown.due_for):
            lines.append(words % {"when": day_and_time(shown.due_at)})
    if again := again_at(ticket, at):
        lines.append(_("You hear from us again by %(when)s.") % {"when": day_and_time(again)})
    return lines


def again_at(ticket: Ticket, at: datetime) -> datetime | None:
    """When the next news would be due, were these sent now; None where none are promised."""
    row = awaited(ticket)
    if row is None:
        return None
    try:
        hours = book().hours(row.calendar, row.calendar_version)
        return clocks.due(hours, at, row.length)
    except OutOfRange:
        return None


def day_and_time(moment: datetime) -> str:
    """With its date: a mail is read on another day."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M}"


def latest_rounds(rows: Iterable[Deadline]) -> list[Deadline]:
    """Of promises that repeat the latest round only, with `rounds` and `missed` of all; others as
    they are. No query."""
    rows = list(rows)
    kept: list[Deadline] = []
    for row in rows:
        if not row.promise.repeats:
            kept.append(row)
            continue
        same = [other for other in rows if other.promise_id == row.promise_id]
        if row.round == max(other.round for other in same):
            row.rounds = len(same)
            row.missed = sum(other.breached_at is not None for other in same)
            kept.append(row)
    return kept


def words(data: Sequence[dict[str, Any]]) -> list[str]:
    """Notices of news that are due, as they stand now; one query."""
    rows = Deadline.objects.select_related("ticket")
    known = rows.in_bulk({one["deadline"] for one in data})
    return [_line(known.get(one["deadline"])) for one in data]


def _line(deadline: Deadline | None) -> str:
    if deadline is None:
        return _("A ticket that is gone")
    facts = {"number": deadline.ticket.number, "clock": clock(deadline.due_at)}
    if not deadline.is_waited_for:
        return _("%(number)s: the customer has heard from us") % facts
    return _("%(number)s: tell the customer how it goes by %(clock)s. A text is prepared.") % facts
