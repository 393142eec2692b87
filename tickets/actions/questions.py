"""A case nobody here can solve is put to those who know more: asked, accepted, answered, returned."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Department, User
from tickets import queries
from tickets.actions import helping
from tickets.actions.base import step, verb
from tickets.actions.conversation import message, write
from tickets.choices import HelpState, QuestionTarget
from tickets.models import Question, Ticket


@verb("ask")
def ask(
    row: Ticket,
    *,
    by: Actor,
    at: datetime,
    target: str,
    question: str,
    department: Department | None = None,
    person: User | None = None,
    told: str = "",
) -> dict:
    """Ask the next tier, an expert, another department or R&D. `told` is what the customer is
    honestly told about it, nothing where it is empty; only for who may write to customers."""
    if target not in QuestionTarget.values:
        raise ValidationError({"target": _("Choose who is asked.")})
    if not question.strip():
        raise ValidationError({"question": _("Write down the question.")})
    if told.strip() and not queries.permits(row, "message", by):
        raise ValidationError({"told": _("Your role does not write to customers.")})
    asked = helping.begin(
        row, Question, by=by, at=at, department=department, person=person, target=target,
        question=question.strip(),
    )  # fmt: skip
    data = {"target": target, "message": write(row, question, by=by, at=at, public=False)}
    if told.strip():
        step(row, "message", message.body, by=by, at=at, body=told)
    if asked.department_id:
        return data | {"department": asked.department_id}
    return data | {"event": "ticket.asked_person", "user": asked.person_id}


@verb("accept_question")
def accept_question(row: Ticket, *, by: Actor, at: datetime, question: Question) -> dict:
    """Somebody who knows more looks into it."""
    found = helping.chosen(row, question, "accept_question", by=by)
    helping.accept(row, found, by=by, at=at)
    return {}


@verb("advise")
def advise(row: Ticket, *, by: Actor, at: datetime, question: Question, answer: str) -> dict:
    """Answer the question; who asked is told."""
    found = helping.chosen(row, question, "advise", by=by)
    if not answer.strip():
        raise ValidationError({"answer": _("Write an answer.")})
    found.answer = answer.strip()
    helping.end(row, found, HelpState.DONE, by=by, at=at)
    return {"message": write(row, answer, by=by, at=at, public=False)}


@verb("return_question")
def return_question(
    row: Ticket, *, by: Actor, at: datetime, question: Question, reason: str
) -> dict:
    """It cannot be answered here; who asked is told why."""
    found = helping.chosen(row, question, "return_question", by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that somebody else can be asked.")})
    helping.end(row, found, HelpState.RETURNED, by=by, at=at)
    return {"message": write(row, reason, by=by, at=at, public=False)}
