"""What tasks and questions share: whom is asked, who may answer, what follows the ticket."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.models import Department, User
from foundation.notices.actions import News, notify
from tickets import queries
from tickets.actions.promises import drop, moment
from tickets.choices import HelpState, Moment
from tickets.models import Question, Task, Ticket
from tickets.queries.helping import askable

# kind of help: what begins and ends its promise, what is asked of people, who may take it
BEGINS = {Task: Moment.TASK_GIVEN, Question: Moment.ASKED}
ENDS = {Task: Moment.TASK_DONE, Question: Moment.ADVISED}
TAKES = {Task: "accept_task", Question: "accept_question"}


def begin(
    row: Ticket,
    kind: type[Task] | type[Question],
    *,
    by: Actor,
    at: datetime,
    department: Department | None,
    person: User | None,
    due: datetime | None = None,
    **words,
) -> Task | Question:
    """Ask a department or a person, with a promise of its own, and tell them.

    Raises ValidationError where nobody is named, or nobody of those could answer.
    """
    if department is None and person is None:
        raise ValidationError({"department": _("Choose who is asked: a department or a person.")})
    people = askable(TAKES[kind], department, person)
    if person is not None and person.pk not in people:
        raise ValidationError(
            {"person": _("%(name)s cannot be asked. Choose somebody else.") % {"name": person}}
        )
    begun = moment(row, BEGINS[kind], at, due=due)
    own = [deadline for deadline in begun if deadline.promise.ends_on == ENDS[kind]]
    help = kind.objects.create(
        ticket=row,
        cycle=row.cycle,
        department=department,
        person=person,
        deadline=own[0] if own else None,
        asked_at=at,
        asked_by=user_or_none(by),
        **words,
    )
    queries.forget_asked(row)
    tell(row, help, "given", people, by=by, at=at)
    return help


def chosen(row: Ticket, help: Task | Question, verb: str, *, by: Actor) -> Task | Question:
    """The open one of this ticket as it is now.

    Raises ValidationError where it has ended, PermissionDenied where others are asked.
    """
    found = type(help).objects.open().filter(ticket=row, pk=help.pk).first()
    if found is None:
        raise ValidationError(_("This has ended already. Look at the ticket again."))
    if not queries.may_answer(found, verb, by):
        raise PermissionDenied(_("Somebody else is asked here."))
    return found


def accept(row: Ticket, help: Task | Question, *, by: Actor, at: datetime) -> None:
    """Somebody of those who are asked will do it."""
    if help.accepted_at is not None:
        raise ValidationError(_("This is accepted already."))
    help.state, help.accepted_at, help.accepted_by = HelpState.ACCEPTED, at, user_or_none(by)
    help.save()
    queries.forget_asked(row)


def end(row: Ticket, help: Task | Question, state: str, *, by: Actor, at: datetime) -> None:
    """Done meets its promise; turned down or withdrawn, nothing is waited for any more. Who asked
    is told of an answer, who was asked of a withdrawal."""
    kind = type(help)
    help.state, help.ended_at, help.ended_by = state, at, user_or_none(by)
    help.save()
    queries.forget_asked(row)
    if help.deadline_id and state == HelpState.DONE:
        moment(row, ENDS[kind], at, round=help.deadline.round)
    elif help.deadline_id:
        drop(row, BEGINS[kind], help.deadline.round, at)
    if state == HelpState.WITHDRAWN:
        people = askable(TAKES[kind], help.department, help.person)
    else:
        people = {help.asked_by_id or row.handler_id}
    tell(row, help, state, people, by=by, at=at)


def withdraw_all(row: Ticket, *, by: Actor, at: datetime) -> None:
    """The run ends, so nobody's help is needed. The promises are closed with the run's own."""
    for kind in (Task, Question):
        for help in kind.objects.open().filter(ticket=row).select_related("department", "person"):
            help.state, help.ended_at, help.ended_by = HelpState.WITHDRAWN, at, user_or_none(by)
            help.save()
            people = askable(TAKES[kind], help.department, help.person)
            tell(row, help, HelpState.WITHDRAWN, people, by=by, at=at)
    queries.forget_asked(row)


def ask_again(row: Ticket, closed_at: datetime, *, at: datetime) -> None:
    """A restored ticket needs the help that ended with it, as far as it had come."""
    for kind in (Task, Question):
        closed = kind.objects.filter(
            ticket=row, cycle=row.cycle, state=HelpState.WITHDRAWN, ended_at=closed_at
        )
        open_again = {"ended_at": None, "ended_by": None}
        closed.filter(accepted_at=None).update(state=HelpState.OPEN, **open_again)
        closed.exclude(accepted_at=None).update(state=HelpState.ACCEPTED, **open_again)
    queries.forget_asked(row)


def tell(
    row: Ticket, help: Task | Question, what: str, people: set[int], *, by: Actor, at: datetime
) -> None:
    """A notice for these people, but for whoever does it; once each."""
    name = f"{help._meta.model_name}.{what}"
    address = reverse("admin:tickets_alltickets_change", args=[row.pk])
    users = people - {None, by.pk}
    notify([News(name, users, f"{help.pk}", address, {"number": row.number})], at=at)
