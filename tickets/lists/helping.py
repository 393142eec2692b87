"""The lists of what is asked of others: tasks 协办, and questions to those who know more."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Department
from foundation.desk.templatetags import desk
from foundation.lists import kinds
from foundation.lists.columns import badge, called, fact, moment, way_in
from foundation.lists.filters import choices, keyed
from foundation.lists.kinds import ONE, Column, Filter, List, Order, Reader, StandingView
from tickets import queries
from tickets.choices import HelpState, QuestionTarget
from tickets.models import Question, Task

TICKET = ("ticket__customer",)
TONES = {
    HelpState.OPEN: "received",
    HelpState.ACCEPTED: "in_progress",
    HelpState.DONE: "resolved",
    HelpState.RETURNED: "failed",
    HelpState.WITHDRAWN: "cancelled",
}
CASES = {
    "mine": (_("asked of me and my department"), lambda rows, user: rows.open().asked_of(user)),
    "given": (_("asked by me"), lambda rows, user: rows.open().filter(asked_by=user.pk)),
    "open": (_("all open"), lambda rows, user: rows.open()),
}


def _case(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
    return CASES[asked[0]][1](rows, reader.user)


def _late(rows: QuerySet, asked: Sequence[str], reader: Reader) -> QuerySet:
    late = Q(deadline__breached_at__isnull=False) | Q(
        deadline__ended_at__isnull=True, deadline__due_at__lt=reader.at
    )
    return rows.filter(late)


def _typed(name: str):
    return lambda row, reader: queries.readable(row.ticket, reader.user, getattr(row, name))


def _due(row: Task | Question, reader: Reader) -> Any:
    return row.deadline.due_at if row.deadline_id else None


def _due_html(row: Task | Question, reader: Reader) -> Any:
    if not row.deadline_id:
        return "–"
    return desk.until_short(row.deadline.due_at) if row.is_open else desk.stamp(row.deadline.due_at)


def _columns(words: Column, more: Sequence[Column]) -> list[Column]:
    return [
        Column(
            "number",
            _("ticket"),
            lambda row, reader: row.ticket.number,
            html=way_in(lambda row, reader: row.ticket.number),
            related=("ticket",),
        ),
        fact(
            "state",
            _("state"),
            html=lambda row, reader: badge(TONES[row.state], row.get_state_display()),
        ),
        Column(
            "level",
            _("P"),
            lambda row, reader: row.ticket.priority or row.ticket.proposed_priority,
            html=lambda row, reader: desk.priority_badge(row.ticket),
            related=("ticket",),
        ),
        words,
        Column("due", _("due"), _due, html=_due_html, related=("deadline",)),
        Column(
            "department",
            _("department"),
            lambda row, reader: row.department.name if row.department_id else "",
            related=("department",),
        ),
        called("person", _("person")),
        called("accepted", _("accepted by"), "accepted_by"),
        called("asked_by", _("asked by")),
        moment("asked", _("asked"), "asked_at", order=("oldest", "newest")),
        *more,
        moment("ended", _("ended"), "ended_at"),
    ]


def _list(kind: type[Task] | type[Question], label, verb: str, words, more, filters, empty) -> List:
    name = kind._meta.model_name
    return List(
        key=f"tickets.{name}",
        label=label,
        family=f"{name}s",
        model=kind,
        rows=lambda user: kind.objects.visible_to(user),
        may=lambda user: user.is_authenticated and user.may(f"tickets.{verb}"),
        columns=_columns(words, more),
        shown=("number", "state", "level", "words", "due", "department", "person", "asked"),
        always=("number",),
        filters=[
            Filter(
                "case",
                _("whose"),
                known=lambda asked, reader: {v: CASES[v][0] for v in asked[:1] if v in CASES},
                apply=_case,
                options=lambda reader: [(key, told) for key, (told, _do) in CASES.items()],
                look=ONE,
            ),
            choices("state", _("state"), HelpState),
            keyed("department", _("department"), Department, "department"),
            Filter(
                "lateness",
                _("lateness"),
                known=lambda asked, reader: {v: _("late") for v in asked[:1] if v == "late"},
                apply=_late,
                options=lambda reader: [("late", _("late"))],
            ),
            *filters,
        ],
        orders=(
            Order("oldest", _("longest asked first"), ("asked_at", "pk")),
            Order("newest", _("newest first"), ("-asked_at", "-pk")),
        ),
        empty=empty,
        views=(
            StandingView("mine", _("For us"), "case=mine"),
            StandingView("given", _("Asked by me"), "case=given"),
            StandingView("open", _("All open"), "case=open"),
            StandingView("late", _("Late"), "case=open&lateness=late"),
        ),
        opens_with="mine",
    )


TASKS = _list(
    Task,
    _("Tasks"),
    "accept_task",
    Column("words", _("what is to be done"), _typed("title"), related=TICKET, is_wide=True),
    [Column("outcome", _("outcome"), _typed("outcome"), related=TICKET)],
    [],
    (
        _("Nobody waits for your help"),
        _(
            "Tasks appear here when a colleague asks you or your department for a piece of the "
            "work on a ticket, such as finding a part. You ask others with “Ask for help” on a "
            "ticket."
        ),
    ),
)
QUESTIONS = _list(
    Question,
    _("Questions to experts"),
    "accept_question",
    Column("words", _("question"), _typed("question"), related=TICKET, is_wide=True),
    [
        fact("target", _("asked of")),
        Column("answer", _("answer"), _typed("answer"), related=TICKET),
    ],
    [choices("target", _("asked of"), QuestionTarget)],
    (
        _("Nobody waits for your answer"),
        _(
            "Questions appear here when a colleague cannot solve a case and asks you or your "
            "department. You ask others with “Ask an expert” on a ticket."
        ),
    ),
)


def register() -> None:
    kinds.register(TASKS)
    kinds.register(QUESTIONS)
