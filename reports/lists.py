"""What a link from the figures narrows the lists of tickets to."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.lists.kinds import HIDDEN, Filter, Reader, register_filter
from reports import catalogue, showing
from reports.queries import sources
from tickets.lists import FAMILY


def _known(asked: Sequence[str], reader: Reader) -> dict[str, str]:
    """{signed word: what it names}; words of those who may not see figures name nothing."""
    if not reader.user.may("reports.figures"):
        return {}
    named = {word: sources.read(word) for word in asked}
    return {word: _words(number) for word, number in named.items() if number}


def _words(number: sources.Behind) -> str:
    name = catalogue.entry_of(number.key).name
    return f"{name} · {showing.span(number.first, number.end)}"


def _apply(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
    for number in filter(None, map(sources.read, asked)):
        rows = rows.filter(pk__in=sources.behind(reader.user, number).order_by().values("pk"))
    return rows


def register() -> None:
    register_filter(FAMILY, Filter("figure", _("figure"), known=_known, apply=_apply, look=HIDDEN))
