"""The list of survey answers: one row for each time a customer was asked."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from care.lists import ticket_number
from foundation.desk.templatetags.desk import stamp
from foundation.lists import kinds
from foundation.lists.columns import badge, called, moment, said, way_in, yes_no
from foundation.lists.filters import between, days, rows_of
from foundation.lists.kinds import ONE, Column, Filter, List, Order, Reader, StandingView
from surveys import queries, rules
from surveys.defaults import QUESTIONS
from surveys.models import Invitation, Questionnaire
from tickets import rules as tickets
from tickets.queries import readable

COMMENT = "comment"
SHIPPED = {key for key, *_rest in QUESTIONS}
TICKET = ("ticket__customer",)
ANSWERS = ("answers",)

CASES: dict[str, tuple[Any, Callable[[QuerySet], QuerySet]]] = {
    "low": (_("unhappy"), lambda rows: rows.unhappy()),
    "answered": (_("answered"), lambda rows: rows.filter(answered_at__isnull=False)),
    "staff": (_("typed in by staff"), lambda rows: rows.filter(answered_by_staff=True)),
    "open": (_("not answered yet"), lambda rows: rows.open()),
}
SOLVED = {"yes": (_("solved"), True), "no": (_("not solved"), False)}


def one_of(key: str, label: Any, cases: dict[str, tuple[Any, Any]], apply: Callable) -> Filter:
    """One of a few named cases: {value: (words, what `apply(rows, case)` needs)}."""

    def narrowed(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
        return apply(rows, cases[asked[0]][1])

    return Filter(
        key,
        label,
        known=lambda asked, reader: {v: cases[v][0] for v in asked[:1] if v in cases},
        apply=narrowed,
        options=lambda reader: [(value, words) for value, (words, _case) in cases.items()],
        look=ONE,
    )


def _score(key: str, label: Any) -> Column:
    return Column(key, label, lambda row, reader: _given(row).get(key), prefetch=ANSWERS)


def _given(row: Invitation) -> dict[str, int | str]:
    """Answers, by question; asked by several columns of a row."""
    if not hasattr(row, "given"):
        row.given = queries.given(row)
    return row.given


def _comment(row: Invitation, reader: Reader) -> str:
    return readable(row.ticket, reader.user, str(_given(row).get(COMMENT, "")))


def _comment_html(row: Invitation, reader: Reader) -> Any:
    return format_html('<span class="what">{}</span>', _comment(row, reader))


def _others(row: Invitation, reader: Reader) -> str:
    """Answers to questions that the organisation added."""
    words = (f"{key}: {value}" for key, value in _given(row).items() if key not in SHIPPED)
    return readable(row.ticket, reader.user, " · ".join(words))


def _solved(row: Invitation, reader: Reader) -> Any:
    return badge("resolved" if row.is_solved else "failed", said(row.is_solved))


def _questionnaires(reader: Reader) -> dict[str, str]:
    rows = Questionnaire.objects.all()
    return reader.once("questionnaires", lambda: {str(row.pk): str(row) for row in rows})


def search(rows: QuerySet, user: Any, text: str) -> tuple[QuerySet, bool]:
    """The answers about the ticket whose number was typed."""
    return rows.filter(ticket__number=tickets.parse_number(text) or text), False


def may_read(user: Any) -> bool:
    return user.is_authenticated and user.may("surveys.view")


INVITATIONS = List(
    key="surveys.answers",
    label=_("Survey answers"),
    family="surveys",
    model=Invitation,
    rows=lambda user: Invitation.objects.visible_to(user),
    may=may_read,
    columns=[
        Column(
            "asked",
            _("asked on"),
            lambda row, reader: row.created_at,
            html=way_in(lambda row, reader: stamp(row.created_at)),
            order=("newest", "oldest"),
        ),
        ticket_number(),
        Column("solved", _("solved"), lambda row, reader: said(row.is_solved), html=_solved),
        _score(rules.OVERALL, _("overall")),
        _score(rules.RECOMMEND, _("recommend")),
        Column(
            COMMENT,
            _("comment"),
            _comment,
            html=_comment_html,
            related=TICKET,
            prefetch=ANSWERS,
            is_wide=True,
        ),
        yes_no("staff", _("typed in by staff"), "answered_by_staff"),
        moment("answered", _("answered on"), "answered_at", order=("answered",)),
        _score("timeliness", _("timeliness")),
        _score("professionalism", _("professionalism")),
        _score("effect", _("effect")),
        Column("others", _("other answers"), _others, related=TICKET, prefetch=ANSWERS),
        called("questionnaire", _("questionnaire")),
        moment("until", _("can be answered until"), "expires_at"),
        Column("cycle", _("cycle"), lambda row, reader: row.cycle),
    ],
    shown=("asked", "number", "solved", rules.OVERALL, rules.RECOMMEND, COMMENT, "answered"),
    always=("asked",),
    filters=[
        one_of("answer", _("answer"), CASES, lambda rows, narrow: narrow(rows)),
        one_of("solved", _("solved"), SOLVED, lambda rows, is_so: rows.filter(is_solved=is_so)),
        rows_of("questionnaire", _("questionnaire"), _questionnaires, "questionnaire"),
        days("asked", _("asked on"), between("created_at")),
        days("answered", _("answered on"), between("answered_at")),
    ],
    orders=(
        Order("newest", _("newest first"), ("-created_at", "-pk")),
        Order("oldest", _("oldest first"), ("created_at", "pk")),
        Order(
            "answered",
            _("last answered first"),
            ("-answered_at", "-pk"),
            only=lambda rows: rows.filter(answered_at__isnull=False),
        ),
    ),
    quick=(("answer", "low"), ("answer", "answered")),
    empty=(
        _("Nobody was asked yet"),
        _(
            "Every customer is asked how it went when their ticket is resolved. The answers "
            "appear here."
        ),
    ),
    views=(
        StandingView("low", _("Unhappy"), "answer=low"),
        StandingView("answered", _("Answered"), "answer=answered&order=answered"),
    ),
    search=search,
    search_hint=lambda user: _("Ticket number"),
)


def register() -> None:
    kinds.register(INVITATIONS)
