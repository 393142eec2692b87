"""The ends of a ticket, and the ways back."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.accounts.actors import SYSTEM, Actor
from foundation.accounts.queries import organisation
from foundation.clockwork.sweeps import each
from tickets.actions import notices
from tickets.actions.base import stamp, verb
from tickets.actions.conversation import end_holds, write
from tickets.actions.helping import ask_again, withdraw_all
from tickets.actions.promises import close, moment, revive
from tickets.choices import CancelReason, Moment, Status
from tickets.models import Ticket, TicketCycle
from tickets.models.ticket import AWAITS_ANSWER


@verb("confirm")
def confirm(row: Ticket, *, by: Actor, at: datetime, how: str = "") -> dict:
    """The customer is satisfied. `how`: customer, staff (they told us), or silence."""
    row.to_confirmed()
    stamp(row, "confirmed_at", at)
    if by is not SYSTEM:
        moment(row, Moment.SATISFACTION, at)
    close(row, at)
    return {"how": how or by.actor_kind}


@verb("reopen")
def reopen(row: Ticket, *, by: Actor, at: datetime, reason: str) -> dict:
    """Not solved: the next cycle begins with its own promises, with the same handler."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say what does not work, so that we can help.")})
    from_customer = by.actor_kind == "customer"
    message = write(row, reason, by=by, at=at, public=from_customer)
    moment(row, Moment.SATISFACTION, at)
    close(row, at)
    row.to_reopened()
    if from_customer:
        row.last_customer_at = at
    TicketCycle.objects.create(ticket=row, number=row.cycle, opened_at=at)
    moment(row, Moment.REOPENED, at)
    notices.to_customer(row, "ticket.reopened", at=at)
    return {"cycle_number": row.cycle, "message": message}


@verb("cancel")
def cancel(row: Ticket, *, by: Actor, at: datetime, reason: str = "", body: str = "") -> dict:
    """End without a result: withdrawn, duplicate or spam. The customer can only withdraw."""
    if by.actor_kind == "customer":
        reason = CancelReason.WITHDRAWN
    if reason not in CancelReason.values:
        raise ValidationError({"reason": _("Choose why the ticket is cancelled.")})
    message = None
    if body.strip():
        message = write(row, body, by=by, at=at, public=by.actor_kind == "customer")
    if by.actor_kind == "customer":
        stamp(row, "spoke_again_at", at)
    end_holds(row, at, by=by)
    withdraw_all(row, by=by, at=at)
    close(row, at)
    row.to_cancelled(reason=reason)
    stamp(row, "cancelled_at", at)
    if reason != CancelReason.SPAM:
        notices.to_customer(row, "ticket.cancelled", at=at, once=str(row.version))
    return {"reason": reason, "message": message}


@verb("restore")
def restore(row: Ticket, *, by: Actor, at: datetime) -> dict:
    """Take a cancellation back: the state before, the promises running on from their starts."""
    cancelled_at = row.status_at
    row.to_restored()
    TicketCycle.objects.filter(ticket=row, number=row.cycle).update(cancelled_at=None)
    revive(row, at, cancelled_at)
    ask_again(row, cancelled_at, at=at)
    return {}


def confirm_silent(at: datetime) -> int:
    """The sweep: tickets resolved long ago that nobody contradicted are confirmed."""
    before = at - timedelta(days=organisation().silence_days)
    resolved = Ticket.objects.filter(status=Status.RESOLVED, status_at__lte=before)
    # Who wrote since is not silent, and who waits for our answer even less.
    silent = resolved.exclude(last_customer_at__gt=before).exclude(AWAITS_ANSWER)
    return each(silent.order_by("status_at")[:100], lambda ticket: _take_silence(ticket, at))


def _take_silence(ticket: Ticket, at: datetime) -> bool:
    try:
        confirm(ticket, by=SYSTEM, at=at, how="silence")
    except ValidationError:
        return False  # somebody was quicker, or a higher app objects
    return True
