"""Reads of surveys: who may answer, what was answered, and what the panels show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from care.choices import CallbackKind
from care.models import Callback
from foundation.accounts import tokens
from foundation.accounts.actors import CaseHolder
from foundation.sheets.tables import among
from surveys.models import Answer, Invitation, Question
from tickets.models import AccessLink, Ticket
from tickets.queries import grants

SALT = "surveys.invitation"


def token_of(invitation: Invitation) -> str:
    """The unguessable word in the address; derived, never stored."""
    return tokens.token_of(SALT, invitation)


def address_of(invitation: Invitation) -> str:
    """The path of the customer's survey page."""
    return reverse("surveys:survey", args=[token_of(invitation)])


def find(token: str) -> Invitation | None:
    """The invitation behind a token, open or not; None for a forged one."""
    rows = Invitation.objects.select_related("ticket__product", "questionnaire")
    row = rows.filter(pk=tokens.number_in(token)).first()
    return row if row and tokens.opens(token, SALT, row) else None


def asked(invitation: Invitation) -> list[Question]:
    """The questions put to the customer now, in order."""
    return list(invitation.questionnaire.questions.filter(is_active=True))


def given(invitation: Invitation) -> dict[str, int | str]:
    """{question key: number or text} answered so far."""
    return {answer.question: answer.shown for answer in invitation.answers.all()}


def follow_up_of(invitation: Invitation) -> Callback | None:
    """The supervisor's call that an answer opened, to tell the customer by when."""
    rows = Callback.objects.open().filter(kind=CallbackKind.FOLLOW_UP)
    return rows.filter(ticket=invitation.ticket_id, cycle=invitation.cycle).first()


@dataclass(frozen=True)
class Line:
    """One question with its answer, for staff. `top` is the end of its scale, None for text."""

    name: str
    value: int | str
    top: int | None


TOPS = {"scale": 5, "nps": 10}


def lines(invitation: Invitation) -> list[Line]:
    """What was answered, in the order of the questions; two queries."""
    answers = given(invitation)
    return [
        Line(question.name, answers[question.key], TOPS.get(question.kind))
        for question in invitation.questionnaire.questions.all()
        if question.key in answers
    ]


def csat_of(ticket_ids: Iterable[int]) -> dict[int, dict]:
    """The last finished answers of each ticket, for exports; one query.

    {ticket id: {question key: number or text, …, "cycle": int, "by_staff": bool}}; tickets that
    nobody answered about are absent. What staff typed in is marked, to be counted apart.
    """
    wanted = sorted(ticket_ids)
    rows = Answer.objects.filter(
        invitation__answered_at__isnull=False, **among("invitation__ticket", wanted)
    ).values_list(
        "invitation__ticket_id", "invitation__cycle", "invitation__answered_by_staff",
        "question", "value", "text",
    )  # fmt: skip
    found: dict[int, dict] = {}
    known = set(wanted)
    for ticket, cycle, by_staff, question, value, text in rows.order_by("invitation__cycle"):
        if ticket not in known:
            continue
        before = found.get(ticket)
        if before is None or before["cycle"] != cycle:
            before = found[ticket] = {"cycle": cycle, "by_staff": by_staff}
        before[question] = text if value is None else value
    return found


def open_invitation(ticket: Ticket, at: datetime) -> Invitation | None:
    """What the customer can answer about this ticket now."""
    rows = Invitation.objects.open().filter(ticket=ticket, cycle=ticket.cycle)
    return rows.filter(expires_at__gt=at).first()


def access_link(ticket: Ticket, at: datetime) -> AccessLink | None:
    """The customer's way to their page, where they have one; reading makes no new one."""
    rows = AccessLink.objects.filter(ticket=ticket, revoked_at__isnull=True, expires_at__gt=at)
    return rows.order_by("-pk").first()


def on_progress(ticket: Ticket, request) -> dict | None:
    """For the customer's page: the way to the survey, while it can be answered."""
    invitation = open_invitation(ticket, timezone.now())
    if invitation is None or not grants(ticket, "surveys.rate", CaseHolder(ticket.pk)):
        return None
    return {"address": address_of(invitation)}


def on_ticket(ticket: Ticket, request) -> dict | None:
    """For the staff's page: what the customer answered last, or that they were asked."""
    rows = Invitation.objects.filter(ticket=ticket).select_related("questionnaire")
    invitation = rows.order_by("-cycle").first()
    if invitation is None:
        return None
    is_open = invitation.is_open(timezone.now())
    return {
        "invitation": invitation,
        "is_open": is_open,
        "lines": lines(invitation),
        "may_type_in": is_open and grants(ticket, "surveys.type_in", request.user),
    }
