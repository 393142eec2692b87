"""What a link from the figures narrows the lists of tickets to."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from foundation.lists.kinds import HIDDEN, Filter, Reader, register_filter
from reports import catalogue, showing
from reports.queries import sources
from tickets.lists import FAMILY

# Up to so many rows behind a number its tickets are counted; a list never counts more.
COUNTED = 5000


def _known(asked: Sequence[str], reader: Reader) -> dict[str, str]:
    """{signed word: what it names}; words of those who may not see figures name nothing."""
    if not reader.user.may("reports.figures"):
        return {}
    named = {word: sources.read(word) for word in asked}
    return {word: _words(number, reader) for word, number in named.items() if number}


def _words(number: sources.Behind, reader: Reader) -> str:
    name = catalogue.entry_of(number.key).name
    said = [str(name), showing.span(number.first, number.end), _base(number, reader)]
    return " · ".join(filter(None, said))


def _base(number: sources.Behind, reader: Reader) -> str:
    """How often something was counted, and in how many tickets: each of them is listed once."""
    times = showing.words(number.times, "tickets")
    if number.times > COUNTED:
        return gettext("counted %(times)s times; each ticket is listed once") % {"times": times}
    if not number.times:
        return ""
    rows = sources.behind(reader.user, number).count()
    said = {"times": times, "tickets": showing.words(rows, "tickets")}
    if rows == number.times:
        return ngettext("%(tickets)s ticket", "%(tickets)s tickets", rows) % said
    return (
        ngettext(
            "%(times)s times, %(tickets)s ticket", "%(times)s times, %(tickets)s tickets", rows
        )
        % said
    )


def _apply(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
    for number in filter(None, map(sources.read, asked)):
        rows = rows.filter(pk__in=sources.behind(reader.user, number).order_by().values("pk"))
    return rows


def register() -> None:
    register_filter(FAMILY, Filter("figure", _("figure"), known=_known, apply=_apply, look=HIDDEN))
