"""Who can be asked for help, what is asked on a ticket, and what waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from foundation.accounts.models import Department, Grant, User
from tickets.choices import HelpState, Verb
from tickets.models import Finding, Question, Task, Ticket
from tickets.queries.permissions import may_answer, permits, readable, sees_personal

# What a verb of a task or question is called on its own line.
DO = {
    Task: ("accept_task", "finish_task", "return_task", "withdraw_task"),
    Question: ("accept_question", "advise", "return_question"),
}


def able_to(verb: str) -> QuerySet[User]:
    """Active people with a role that grants the verb of tickets."""
    granted = Grant.objects.filter(verb=f"tickets.{verb}", role__people=OuterRef("pk"))
    return User.objects.filter(Exists(granted), is_active=True, is_program=False)


def askable(verb: str, department: Department | None, person: User | None) -> set[int]:
    """Whom to tell: the person, else everybody of the department who could take it; one query."""
    asked = Q(pk=person.pk) if person else Q(department=department)
    return set(able_to(verb).filter(asked).values_list("pk", flat=True))


def finding_of(ticket: Ticket) -> Finding | None:
    """Who is responsible by what was found last; one query."""
    return ticket.findings.select_related("evidence", "by").first()


def waiting(user: User, at: datetime) -> list[dict[str, Any]]:
    """[{kind, count, late}] of what is asked of this person and not done; one query each."""
    found = []
    for kind, verb in ((Task, "finish_task"), (Question, "advise")):
        if user.may(f"tickets.{verb}"):
            late = Count("pk", filter=Q(deadline__due_at__lt=at))
            rows = kind.objects.open().asked_of(user).order_by()
            found.append(
                {"kind": kind._meta.model_name, **rows.aggregate(count=Count("pk"), late=late)}
            )
    return found


@dataclass(frozen=True)
class Step:
    """A verb that a person may use on a task or question."""

    key: str
    label: str


def help_on(ticket: Ticket, user: User) -> dict[str, Any]:
    """{tasks, questions, finding} of a ticket as this person may read them, each task and question
    with the steps (`can`) that they may take; four queries, one more with files."""
    people = ("department", "person", "deadline__promise", "asked_by", "ended_by", "accepted_by")
    shown: dict[str, Any] = {}
    for kind, name in ((Task, "tasks"), (Question, "questions")):
        rows = list(kind.objects.filter(ticket=ticket).select_related(*people))
        for row in rows:
            row.can = _can(ticket, row, user)
            for field in ("title", "outcome", "question", "answer"):
                if hasattr(row, field):
                    setattr(row, field, readable(ticket, user, getattr(row, field)))
        shown[name] = rows
    finding = finding_of(ticket)
    teaches = user.may("knowledge.write")
    for row in shown["questions"]:
        row.teaches = teaches and row.state == HelpState.DONE and not ticket.is_open
    if finding:
        opens_all = sees_personal(ticket, user)
        files = finding.attachments.select_related("file")
        finding.files = [one for one in files if opens_all or not one.is_from_customer]
        finding.words = readable(ticket, user, finding.evidence.body)
    return shown | {"finding": finding}


def _can(ticket: Ticket, row: Task | Question, user: User) -> list[Step]:
    if not row.is_open or not ticket.is_open:
        return []
    verbs = [
        verb
        for verb in DO[type(row)]
        if permits(ticket, verb, user) and may_answer(row, verb, user)
    ]
    return [
        Step(verb, str(Verb(verb).label))
        for verb in verbs
        if not (verb.startswith("accept_") and row.accepted_at)
    ]


NEWS = {
    "task.given": lambda: _("%(number)s: your help is asked for"),
    "task.done": lambda: _("%(number)s: the task is done"),
    "task.returned": lambda: _("%(number)s: the task was turned down"),
    "task.withdrawn": lambda: _("%(number)s: your help is no longer needed"),
    "question.given": lambda: _("%(number)s: a question for you"),
    "question.done": lambda: _("%(number)s: your question is answered"),
    "question.returned": lambda: _("%(number)s: your question was turned down"),
    "question.withdrawn": lambda: _("%(number)s: the question is no longer open"),
}


def words_of_news(kind: str):
    """The words of a kind of notices, for `notices.kinds.register`."""

    def words(data: Sequence[dict[str, Any]]) -> list[str]:
        return [NEWS[kind]() % {"number": one.get("number", "")} for one in data]

    return words
