"""Departments help each other 协办: a task is given, accepted, done, turned down or withdrawn."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Department, User
from tickets.actions import helping
from tickets.actions.base import verb
from tickets.actions.conversation import write
from tickets.choices import HelpState
from tickets.models import Task, Ticket


@verb("give_task")
def give_task(
    row: Ticket,
    *,
    by: Actor,
    at: datetime,
    title: str,
    due_at: datetime,
    department: Department | None = None,
    person: User | None = None,
) -> dict:
    """Ask a department or a person for a piece of the work, done by `due_at`.

    They see the ticket while the task is open, and it is not resolved before.
    """
    if not title.strip():
        raise ValidationError({"title": _("Say what is to be done.")})
    if due_at <= at:
        raise ValidationError({"due_at": _("The day must lie ahead.")})
    task = helping.begin(
        row, Task, by=by, at=at, department=department, person=person, due=due_at,
        title=title.strip(),
    )  # fmt: skip
    message = write(row, title, by=by, at=at, public=False)
    if task.department_id:
        return {"department": task.department_id, "message": message}
    return {"event": "ticket.task_given_to", "user": task.person_id, "message": message}


@verb("accept_task")
def accept_task(row: Ticket, *, by: Actor, at: datetime, task: Task) -> dict:
    """Somebody of those who are asked will do it."""
    helping.accept(row, helping.chosen(row, task, "accept_task", by=by), by=by, at=at)
    return {}


@verb("finish_task")
def finish_task(row: Ticket, *, by: Actor, at: datetime, task: Task, outcome: str) -> dict:
    """It is done, with what came of it; who asked is told."""
    task = helping.chosen(row, task, "finish_task", by=by)
    if not outcome.strip():
        raise ValidationError({"outcome": _("Say what came of it.")})
    task.outcome = outcome.strip()
    return _ended(row, task, HelpState.DONE, task.outcome, by=by, at=at)


@verb("return_task")
def return_task(row: Ticket, *, by: Actor, at: datetime, task: Task, reason: str) -> dict:
    """It cannot be done here; who asked is told why."""
    task = helping.chosen(row, task, "return_task", by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that somebody else can be asked.")})
    return _ended(row, task, HelpState.RETURNED, reason, by=by, at=at)


@verb("withdraw_task")
def withdraw_task(row: Ticket, *, by: Actor, at: datetime, task: Task, reason: str = "") -> dict:
    """It is no longer needed; who was asked is told."""
    task = helping.chosen(row, task, "withdraw_task", by=by)
    return _ended(row, task, HelpState.WITHDRAWN, reason, by=by, at=at)


def _ended(row: Ticket, task: Task, state: str, words: str, *, by: Actor, at: datetime) -> dict:
    helping.end(row, task, state, by=by, at=at)
    return {"message": write(row, words, by=by, at=at, public=False) if words.strip() else None}
