"""The supervisor's verbs: what it is, how urgent it is, who does it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.models import User
from tickets import queries
from tickets.actions import notices
from tickets.actions.base import stamp, step, verb
from tickets.actions.conversation import answered, write
from tickets.actions.intake import register
from tickets.actions.promises import moment, moments, recompute
from tickets.actions.work import resolve, start
from tickets.choices import Kind, Moment, Priority, TestResult
from tickets.models import Category, Ticket, TicketCycle


def _reasoned(row: Ticket, priority: str, reason: str, *, by: Actor, at: datetime):
    """A priority other than the proposed one wants a reason."""
    if priority == row.proposed_priority:
        return None
    if not reason.strip():
        proposed = row.get_proposed_priority_display()
        raise ValidationError(
            {
                "reason": _("%(proposed)s is proposed. Say why you choose another.")
                % {"proposed": proposed}
            }
        )
    return write(row, reason, by=by, at=at, public=False)


@verb("classify")
def classify(
    row: Ticket,
    *,
    by: Actor,
    at: datetime,
    category: Category,
    priority: str,
    reason: str = "",
) -> dict:
    """Decide category and priority; the owning department is told.

    `priority` is P1, P2 or P3; where it differs from the proposal `reason` is required. Classifying
    again before assignment corrects the first decision.
    """
    message = _reasoned(row, priority, reason, by=by, at=at)
    row.to_classified(category=category, priority=priority)
    stamp(row, "classified_at", at)
    moments(row, (Moment.TAKEN, Moment.CLASSIFIED), at)
    recompute(row, at, why="category")
    notices.to_department(row, row.department, at=at)
    return {
        "category": category.pk,
        "priority": priority,
        "proposed": row.proposed_priority,
        "message": message,
    }


@verb("set_priority")
def set_priority(row: Ticket, *, by: Actor, at: datetime, priority: str, reason: str) -> dict:
    """Change the priority of a classified ticket; its promises are computed again from their
    own starts."""
    if priority == row.priority:
        raise ValidationError({"priority": _("This is the priority already.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the priority changes.")})
    before, row.priority = row.priority, priority
    message = write(row, reason, by=by, at=at, public=False)
    recompute(row, at, why="priority")
    return {"priority": priority, "before": before, "message": message}


@verb("assign")
def assign(
    row: Ticket,
    *,
    by: Actor,
    at: datetime,
    handler: User,
    contact: User | None = None,
    reason: str = "",
) -> dict:
    """Give the work to a person. Without `contact` the present one stays, else whoever assigns."""
    if not queries.can_handle(handler):
        raise ValidationError(
            {"handler": _("%(name)s cannot take tickets. Choose another.") % {"name": handler}}
        )
    before = row.handler_id
    row.to_assigned(handler=handler, contact=contact or row.contact or user_or_none(by))
    stamp(row, "assigned_at", at)
    TicketCycle.objects.filter(ticket=row, number=row.cycle).update(accepted_at=None)
    moment(row, Moment.ASSIGNED, at)
    message = write(row, reason, by=by, at=at, public=False) if reason.strip() else None
    return {
        "handler": handler.pk,
        "contact": row.contact_id,
        "before": before,
        "message": message,
    }


@verb("answer")
def answer(row: Ticket, *, by: Actor, at: datetime, body: str, category: Category) -> None:
    """Answer a question at once: every step from received to resolved, each on the timeline."""
    if row.kind != Kind.CONSULTATION:
        raise ValidationError(_("Only a question can be answered at once. Classify it first."))
    inner = {"by": by, "at": at}
    if not row.is_registered:
        step(row, "register", register.body, **inner)
    step(
        row,
        "classify",
        classify.body,
        category=category,
        priority=row.priority or row.proposed_priority or Priority.P3,
        **inner,
    )
    step(row, "assign", assign.body, handler=by, contact=by, **inner)
    step(row, "start", start.body, **inner)
    answered(row, at)
    step(
        row,
        "resolve",
        resolve.body,
        result=body,
        test_result=TestResult.NOT_NEEDED,
        **inner,
    )
