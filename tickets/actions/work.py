"""The handler's verbs: accept, do, wait, finish."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor, user_or_none
from tickets.actions import notices
from tickets.actions.base import record, stamp, verb
from tickets.actions.conversation import answered, end_holds, reported, write
from tickets.actions.helping import withdraw_all
from tickets.actions.promises import close, follow_holds, moment
from tickets.choices import Answer, HoldReason, Moment, Responsibility, TestResult
from tickets.models import Hold, Ticket, TicketCycle
from tickets.queries.helping import finding_of
from tickets.queries.plans import plan_of


@verb("accept")
def accept(row: Ticket, *, by: Actor, at: datetime) -> dict:
    """The handler has seen the job and will do it."""
    stamp(row, "accepted_at", at)
    return {}


@verb("refuse")
def refuse(row: Ticket, *, by: Actor, at: datetime, reason: str) -> dict:
    """The handler cannot do it and says why; the ticket is to be assigned again."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that somebody else can be found.")})
    message = write(row, reason, by=by, at=at, public=False)
    handler = row.handler_id
    row.to_unassigned()
    TicketCycle.objects.filter(ticket=row, number=row.cycle).update(accepted_at=None)
    return {"handler": handler, "message": message}


@verb("start")
def start(row: Ticket, *, by: Actor, at: datetime) -> dict:
    """Work begins; also takes up a reopened case."""
    row.to_started()
    stamp(row, "accepted_at", at)
    stamp(row, "started_at", at)
    moment(row, Moment.STARTED, at)
    return {}


@verb("inspect")
def inspect(row: Ticket, *, by: Actor, at: datetime, body: str = "") -> dict:
    """Somebody has looked at it where it stands; what was found is a note for colleagues."""
    stamp(row, "inspected_at", at)
    moment(row, Moment.INSPECTED, at)
    message = write(row, body, by=by, at=at, public=False) if body.strip() else None
    return {"message": message}


@verb("hold")
def hold(row: Ticket, *, by: Actor, at: datetime, reason: str, body: str = "") -> dict:
    """Note that the ticket waits, and for what. One open hold per reason.

    The first wait of a run for the customer is stamped as `asked_at`.
    """
    if reason not in HoldReason.values:
        raise ValidationError({"reason": _("Choose what the ticket waits for.")})
    if row.holds.filter(reason=reason, ended_at__isnull=True).exists():
        raise ValidationError({"reason": _("The ticket is on hold for this reason already.")})
    Hold.objects.create(ticket=row, reason=reason, started_at=at)
    row.is_on_hold = True
    if reason == HoldReason.CUSTOMER:
        stamp(row, "asked_at", at)
    follow_holds(row, at)
    message = write(row, body, by=by, at=at, public=False) if body.strip() else None
    return {"reason": reason, "message": message}


@verb("resume")
def resume(row: Ticket, *, by: Actor, at: datetime, reason: str = "") -> None:
    """End the hold of one reason, or all; that for an approval ends with the decision."""
    reasons = [reason] if reason else list(HoldReason)
    plan = plan_of(row)
    if plan and plan.approval == Answer.ASKED:
        if reason == HoldReason.APPROVAL:
            raise ValidationError(
                {"reason": _("The plan is not decided yet. The hold ends with the decision.")}
            )
        reasons = [one for one in reasons if one != HoldReason.APPROVAL]
    if not end_holds(row, at, by=by, reasons=reasons):
        raise ValidationError({"reason": _("There is no such hold.")})


@verb("resolve")
def resolve(
    row: Ticket,
    *,
    by: Actor,
    at: datetime,
    result: str,
    cause: str = "",
    remedy: str = "",
    test_result: str = TestResult.PASSED,
    responsibility: str = "",
) -> dict:
    """The work is done: keep cause, remedy and test, tell the customer the result, ask them.

    Without `responsibility` that of the last finding holds. A failed test is not a resolution. All holds end; promises that no longer matter close.
    """
    if not result.strip():
        raise ValidationError({"result": _("Tell the customer what was done.")})
    if test_result == TestResult.FAILED:
        raise ValidationError(
            {"test_result": _("It does not work yet. Put the ticket on hold, or go on working.")}
        )
    if not responsibility:
        found = finding_of(row)
        responsibility = found.party if found else Responsibility.UNDECIDED
    end_holds(row, at, by=by)
    withdraw_all(row, by=by, at=at)
    message = write(row, result, by=by, at=at, public=True)
    row.to_resolved()
    answered(row, at)
    stamp(row, "resolved_at", at)
    TicketCycle.objects.filter(ticket=row, number=row.cycle).update(
        cause=cause,
        remedy=remedy,
        test_result=test_result,
        responsibility=responsibility,
        result=result,
        resolved_by=user_or_none(by),
    )
    moment(row, Moment.RESOLVED, at)
    close(row, at, after=Moment.RESOLVED)
    if notices.to_customer(row, "ticket.resolved", at=at, words={"text": result}):
        reported(row, at)
    return {
        "test_result": test_result,
        "responsibility": responsibility,
        "message": message,
    }


def note_fact(row: Ticket, key: str, *, by: Actor, at: datetime, data: dict | None = None) -> None:
    """Write a higher app's fact (its key registered with `events.register`) on the timeline."""
    record(row, key, by=by, at=at, data=data)
