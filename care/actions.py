"""The verbs of calls: open one, record a try."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from care import queries
from care.choices import OUTCOMES, CallbackKind, CallbackState, Outcome
from care.models import Callback
from foundation.accounts.actors import SYSTEM, Actor, user_or_none
from foundation.accounts.models import User
from foundation.clockwork.sweeps import each
from tickets import actions as tickets
from tickets.choices import NewsBy, Status
from tickets.models import Ticket

# A customer who was reached, or cannot be: the call is over.
ENDING = set(Outcome) - {Outcome.NOT_REACHED}
SATISFACTION_HOURS = 24


@transaction.atomic
def open_callback(
    ticket: Ticket,
    *,
    kind: str,
    due_at: datetime,
    by: Actor = SYSTEM,
    at: datetime | None = None,
    assigned_to: User | None = None,
    round: int = 1,
    note: str = "",
) -> Callback:
    """Put a call on the list: one per ticket, cycle, kind and round, however often it is asked for.

    Without `assigned_to` it waits for whoever may make it.
    """
    at = at or timezone.now()
    callback, fresh = Callback.objects.get_or_create(
        ticket=ticket,
        cycle=ticket.cycle,
        kind=kind,
        round=round,
        defaults={
            "due_at": due_at,
            "assigned_to": assigned_to,
            "created_at": at,
            "note": note,
        },
    )
    if fresh:
        data = {"kind": kind, "due_at": due_at.isoformat()}
        tickets.note_fact(ticket, "care.callback_opened", by=by, at=at, data=data)
    return callback


def open_news_call(
    ticket: Ticket, *, text: str, due_at: datetime, by: Actor, at: datetime
) -> Callback:
    """Put on the list that the customer is to hear how it goes: for who speaks with them, where
    that person makes calls. While one waits, it gets the new `text` (at most 1,000 characters)."""
    rows = Callback.objects.filter(ticket=ticket, cycle=ticket.cycle, kind=CallbackKind.PROGRESS)
    waiting = rows.open().first()
    if waiting is not None:
        waiting.note, waiting.due_at = text, due_at
        waiting.save(update_fields=["note", "due_at"])
        return waiting
    contact = ticket.contact
    return open_callback(
        ticket,
        kind=CallbackKind.PROGRESS,
        due_at=due_at,
        by=by,
        at=at,
        assigned_to=contact if contact and contact.may("care.callback") else None,
        round=rows.count() + 1,
        note=text,
    )


def _locked(callback: Callback, by: Actor) -> Callback:
    """The row for update, its ticket locked before it (as the verbs of tickets do)."""
    Ticket.objects.select_for_update().get(pk=callback.ticket_id)
    row = (
        Callback.objects.visible_to(by)
        .filter(pk=callback.pk)
        .select_for_update(of=("self",))
        .first()
    )
    if row is None:
        raise PermissionDenied(_("Your role does not allow this here."))
    return row


def _refuse_recorded(row: Callback, tries: int | None) -> None:
    """Raise where somebody recorded this call since the form was opened."""
    if not row.is_open:
        who = row.done_by or _("The customer or a colleague")
        raise ValidationError(
            _(
                "%(who)s has dealt with this already. Nothing was recorded; go on with the next call."
            )
            % {"who": who},
            code="settled",
        )
    if tries is not None and tries != row.tries:
        raise ValidationError(
            _("A try was recorded meanwhile: %(outcome)s. Check, and record again if you called.")
            % {"outcome": row.get_outcome_display()},
            code="stale",
        )


@transaction.atomic
def record_try(
    callback: Callback,
    *,
    outcome: str,
    by: User,
    note: str = "",
    at: datetime | None = None,
    tries: int | None = None,
) -> Callback:
    """Keep how a call went, and let it act.

    Reached and satisfied confirms the ticket; reached and not solved reopens it with `note` as the
    reason (too late to reopen: the note stays on the ticket). Of progress news `note` is what the
    customer was told, for them to read. Not reached counts and stays on the
    list, due as before. A wrong number ends the call: nobody rings it twice. `note` goes to the
    ticket as an internal note. `tries` is what the form showed: a second click changes nothing.
    """
    at = at or timezone.now()
    if outcome not in OUTCOMES[callback.kind]:
        raise ValidationError({"outcome": _("Choose how the call went.")})
    if outcome == Outcome.REACHED_NOT_SOLVED and not note.strip():
        raise ValidationError({"note": _("Write what does not work, so that we can go on.")})
    if outcome == Outcome.REACHED_TOLD and not note.strip():
        raise ValidationError({"note": _("Write what you told the customer.")})
    row = _locked(callback, by)
    _refuse_recorded(row, tries)
    _keep(row, outcome, note.strip(), by=by, at=at)
    ticket = row.ticket
    tickets.note_fact(
        ticket,
        "care.callback_tried",
        by=by,
        at=at,
        data={"kind": row.kind, "outcome": outcome, "number": row.tries},
    )
    if row.kind != CallbackKind.PROGRESS:
        _act(ticket, outcome, note.strip(), by=by, at=at)
    elif outcome == Outcome.REACHED_TOLD:
        _tell(ticket, note, by=by, at=at)
    return row


def _keep(row: Callback, outcome: str, note: str, *, by: User, at: datetime) -> None:
    row.outcome, row.note, row.tries = outcome, note[:1000], row.tries + 1
    if outcome in ENDING:
        # Done before the ticket moves, else the ear would take it for one no longer needed.
        row.state, row.done_at, row.done_by = CallbackState.DONE, at, user_or_none(by)
    row.save()


def _act(ticket: Ticket, outcome: str, note: str, *, by: User, at: datetime) -> None:
    if outcome == Outcome.REACHED_NOT_SOLVED:
        _reopen(ticket, note, by=by, at=at)
        return
    if note:
        tickets.note(ticket, by=by, at=at, body=note)
    if outcome == Outcome.REACHED_SATISFIED and ticket.status == Status.RESOLVED:
        tickets.confirm(ticket, by=by, at=at, how="staff")


def _tell(ticket: Ticket, text: str, *, by: User, at: datetime) -> None:
    """What the customer was told is theirs to read, and ends the round while the ticket is open."""
    if ticket.is_open:
        tickets.news(ticket, by=by, at=at, body=text, how=NewsBy.SAID)
    else:
        tickets.note(ticket, by=by, at=at, body=text)


def _reopen(ticket: Ticket, reason: str, *, by: User, at: datetime) -> None:
    try:
        with transaction.atomic():
            tickets.reopen(ticket, by=by, at=at, reason=reason)
    except tickets.Refused:
        # Being worked on already, or too old: what the customer said is kept all the same.
        tickets.note(ticket, by=by, at=at, body=reason)


def close_callbacks(
    ticket: Ticket, *, kinds: list[str], at: datetime, reached_by: User | None = None
) -> int:
    """Take calls off the list that the ticket no longer needs; returns how many.

    `reached_by`: a colleague heard from the customer that all is well, so the call counts as made.
    """
    rows = Callback.objects.open().filter(ticket=ticket, kind__in=kinds)
    if reached_by is None:
        return rows.update(state=CallbackState.CANCELLED, done_at=at)
    return rows.update(
        state=CallbackState.DONE,
        outcome=Outcome.REACHED_SATISFIED,
        tries=F("tries") + 1,
        done_at=at,
        done_by=reached_by,
    )


def open_satisfaction_calls(at: datetime) -> int:
    """The sweep: urgent and important tickets whose customers have not answered go on the list.

    Due when the promise of satisfaction is, which is 24 h after the resolution as shipped
    (handbook 2.5).
    """
    return each(queries.unanswered(at), lambda pk: _open_satisfaction_call(pk, at))


def _open_satisfaction_call(ticket_id: int, at: datetime) -> bool:
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    if ticket.status != Status.RESOLVED:
        return False  # the customer was quicker
    promise = ticket.deadlines.filter(key="satisfaction", cycle=ticket.cycle).first()
    due = promise.due_at if promise else ticket.status_at + timedelta(hours=SATISFACTION_HOURS)
    contact = ticket.contact
    open_callback(
        ticket,
        kind=CallbackKind.SATISFACTION,
        due_at=due,
        at=at,
        assigned_to=contact if contact and contact.may("care.callback") else None,
    )
    return True
