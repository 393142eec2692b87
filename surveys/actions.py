"""The verbs of surveys: ask, keep what is tapped, and let the answer act.

What an answer does (handbook 2.5):

- *not solved* reopens the ticket with the customer's words as the reason. Where it is too late to
  reopen, the words become a message and a supervisor follows up, so that nothing said is lost;
- *solved* confirms the ticket at once, with or without scores: it is the customer's own word, and
  a customer who leaves after it has still answered;
- a *low overall score* (2 or less as shipped) with "solved" leaves the ticket confirmed, because
  the fault is gone, and opens a follow-up that a supervisor owes within 24 h.

Scores can be changed until the customer finishes, or has tapped nothing for two hours. Saying the
same again changes nothing. The ticket's row is locked before the invitation's, as receivers do.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from care import actions as care
from care.choices import CallbackKind
from foundation.accounts.actors import SYSTEM, Actor, CaseHolder
from foundation.accounts.tokens import nonce
from foundation.clockwork.claims import claim
from foundation.clockwork.sweeps import each
from surveys import rules
from surveys.models import Answer, Invitation, Question, Questionnaire
from tickets import actions as tickets
from tickets.choices import Status
from tickets.models import Ticket
from tickets.queries import grants

Values = Mapping[str, int | str | None]


class Over(ValidationError):
    """The survey takes no answers any more; the message says what to do instead."""


def invite(ticket: Ticket, *, at: datetime) -> Invitation | None:
    """Ask the customer about this resolution; None where no questionnaire is in use."""
    questionnaire = Questionnaire.objects.filter(is_active=True).first()
    if questionnaire is None:
        return None
    expires_at = at + timedelta(days=questionnaire.days_open)
    return Invitation.objects.get_or_create(
        ticket=ticket,
        cycle=ticket.cycle,
        defaults={
            "questionnaire": questionnaire,
            "created_at": at,
            "expires_at": expires_at,
            "due_at": expires_at,
        },
    )[0]


def close_invitations(ticket: Ticket, *, at: datetime) -> int:
    """Nobody need answer about what is being worked on again; returns how many were open."""
    return Invitation.objects.open().filter(ticket=ticket).update(closed_at=at)


def renew_addresses(ticket: Ticket) -> None:
    """Make the addresses given so far useless, as the ticket's other links became."""
    for invitation in Invitation.objects.filter(ticket=ticket):
        invitation.nonce = nonce()
        invitation.save(update_fields=["nonce"])


def _locked(invitation: Invitation, verb: str, by: Actor) -> Invitation:
    ticket = Ticket.objects.select_for_update().get(pk=invitation.ticket_id)
    if not grants(ticket, verb, by):
        raise PermissionDenied(_("Your role does not allow this here."))
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    row.ticket = ticket
    return row


def _refuse_over(row: Invitation, at: datetime) -> None:
    if row.answered_at:
        raise Over(
            _("You have answered already. If something is still wrong, write to us about it."),
            code="answered",
        )
    if not row.is_open(at):
        raise Over(_("This survey is closed. If something is wrong, write to us."), code="closed")


@transaction.atomic
def say_solved(invitation: Invitation, *, by: Actor, at: datetime | None = None) -> Invitation:
    """It works: confirm the ticket; the scores may follow."""
    at = at or timezone.now()
    row = _locked(invitation, "surveys.rate", by)
    if row.is_solved:
        return row
    _refuse_over(row, at)
    row.is_solved = True
    _touch(row, at)
    _confirm(row, by=by, at=at)
    return row


@transaction.atomic
def say_not_solved(
    invitation: Invitation, *, what: str, by: Actor, at: datetime | None = None
) -> Invitation:
    """It does not work: this ends the survey and reopens the ticket with `what` as the reason."""
    at = at or timezone.now()
    row = _locked(invitation, "surveys.rate", by)
    if row.is_solved is False:
        return row
    _refuse_over(row, at)
    _not_solved(row, what, by=by, at=at)
    return row


@transaction.atomic
def keep(
    invitation: Invitation, *, answers: Values, by: Actor, at: datetime | None = None
) -> Invitation:
    """Keep what was tapped so far. `answers` is {question key: number or text; None takes back}."""
    at = at or timezone.now()
    row = _locked(invitation, "surveys.rate", by)
    _refuse_over(row, at)
    _store(row, answers)
    _touch(row, at)
    return row


@transaction.atomic
def finish(
    invitation: Invitation, *, answers: Values, by: Actor, at: datetime | None = None
) -> Invitation:
    """The customer is done: the scores count from now on and act. Again changes nothing."""
    at = at or timezone.now()
    row = _locked(invitation, "surveys.rate", by)
    if row.answered_at:
        return row
    _refuse_over(row, at)
    _store(row, answers)
    _refuse_missing(row)
    row.is_solved = True
    _confirm(row, by=by, at=at)
    _end(row, by=by, at=at)
    return row


@transaction.atomic
def type_in(
    invitation: Invitation,
    *,
    is_solved: bool,
    answers: Values,
    by: Actor,
    what: str = "",
    at: datetime | None = None,
) -> Invitation:
    """A colleague types in what the customer said, on the phone or on paper; counted apart."""
    at = at or timezone.now()
    row = _locked(invitation, "surveys.type_in", by)
    if row.answered_at:
        raise Over(_("The customer has answered already."), code="answered")
    _refuse_over(row, at)
    _store(row, answers)
    row.answered_by_staff = True
    if not is_solved:
        _not_solved(row, what, by=by, at=at)
        return row
    row.is_solved = True
    _confirm(row, by=by, at=at)
    _end(row, by=by, at=at)
    return row


def _touch(row: Invitation, at: datetime) -> None:
    row.touched_at = at
    pause = timedelta(minutes=row.questionnaire.pause_minutes)
    row.due_at = min(at + pause, row.expires_at)
    row.claimed_at = None
    row.save()


def _store(row: Invitation, answers: Values) -> None:
    kinds = dict(row.questionnaire.questions.values_list("key", "kind"))
    for key, value in answers.items():
        if key not in kinds:
            raise ValidationError(_("This question is not asked any more. Open the page again."))
        if value is None or value == "":
            row.answers.filter(question=key).delete()
            continue
        if not rules.fits(kinds[key], value):
            raise ValidationError(_("This answer does not fit the question. Choose again."))
        number = None if isinstance(value, str) else value
        text = value if isinstance(value, str) else ""
        Answer.objects.update_or_create(
            invitation=row, question=key, defaults={"value": number, "text": text}
        )


def _refuse_missing(row: Invitation) -> None:
    given = set(row.answers.values_list("question", flat=True))
    asked = Question.objects.filter(
        questionnaire=row.questionnaire_id, is_active=True, is_required=True
    )
    if missing := [question.text for question in asked if question.key not in given]:
        raise ValidationError(_("Please answer this as well: %(text)s") % {"text": missing[0]})


def _confirm(row: Invitation, *, by: Actor, at: datetime) -> None:
    if row.ticket.status == Status.RESOLVED:
        how = "customer" if by.actor_kind == "customer" else "staff"
        row.ticket = tickets.confirm(row.ticket, by=by, at=at, how=how)


def _not_solved(row: Invitation, what: str, *, by: Actor, at: datetime) -> None:
    if not what.strip():
        raise ValidationError({"what": _("Say what does not work, so that we can help.")})
    # Answered before the ticket moves, else the ear would close it as unanswered.
    row.is_solved, row.answered_at = False, at
    row.save()
    try:
        with transaction.atomic():
            row.ticket = tickets.reopen(row.ticket, by=by, at=at, reason=what)
    except tickets.Refused:
        say = tickets.message if by.actor_kind == "customer" else tickets.note
        row.ticket = say(row.ticket, by=by, at=at, body=what)
        _follow_up(row, by=by, at=at)


def _end(row: Invitation, *, by: Actor, at: datetime) -> None:
    row.answered_at = at
    row.save()
    scores = dict(row.answers.values_list("question", "value"))
    overall, recommend = scores.get(rules.OVERALL), scores.get(rules.RECOMMEND)
    if scores:
        tickets.note_fact(
            row.ticket,
            "survey.typed_in" if row.answered_by_staff else "survey.answered",
            by=by,
            at=at,
            data={"overall": overall, "recommend": recommend},
        )
    if rules.is_low(overall, row.questionnaire.low_score):
        _follow_up(row, by=by, at=at)


def _follow_up(row: Invitation, *, by: Actor, at: datetime) -> None:
    care.open_callback(
        row.ticket,
        kind=CallbackKind.FOLLOW_UP,
        due_at=at + timedelta(hours=row.questionnaire.follow_up_hours),
        by=SYSTEM,
        at=at,
    )


def settle_due(at: datetime) -> int:
    """The sweep: what was tapped and left counts as it is; what nobody answered in time closes."""
    return each(claim(Invitation.objects.open(), at=at), lambda row: _settle(row, at))


def _settle(invitation: Invitation, at: datetime) -> bool:
    row = _locked(invitation, "surveys.rate", SYSTEM)
    if row.answered_at or row.closed_at or row.due_at > at:
        return False  # the customer is still there
    if row.touched_at is None:
        row.closed_at = at
        row.save()
        return True
    _end(row, by=CaseHolder(row.ticket_id), at=at)
    return True
