"""Who may do what to this ticket now, and why not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from customers.rules import mask_address, mask_name, mask_text
from foundation.accounts.actors import Actor
from foundation.accounts.choices import Personal, Scope
from foundation.accounts.models import User
from foundation.accounts.queries import organisation
from foundation.desk.words import listed, said
from tickets import rules
from tickets.choices import HelpState, Kind, Status, Verb
from tickets.models import Attachment, Question, Task, Ticket
from tickets.models.ticket import VISIT_KINDS, VISIT_STATES
from tickets.queries.climbs import is_climbing
from tickets.queries.plans import decides_on_own, plan_of


def in_scope(ticket: Ticket, scope: str, by: Actor) -> bool:
    """Whether the ticket lies in a scope of the matrix; twin of `models.ticket.scope_q`."""
    own = by.pk is not None and by.pk in (ticket.handler_id, ticket.contact_id)
    if scope == Scope.ALL:
        return True
    if scope == Scope.OWN:
        return own
    if scope == Scope.INTAKE:
        return own or ticket.status == Status.RECEIVED or ticket.contact_id is None
    if scope == Scope.DEPARTMENT and by.department_id:
        return own or ticket.department_id == by.department_id
    if scope == Scope.VISITS:
        return own or (ticket.kind in VISIT_KINDS and ticket.status in VISIT_STATES)
    if scope == Scope.CONSULTATION:
        return ticket.kind == Kind.CONSULTATION
    if scope == Scope.TASK:
        return any(is_asked(one, by) for one in asked_now(ticket))
    if scope == Scope.CASE:
        return getattr(by, "ticket_id", None) == ticket.pk
    return False


@dataclass(frozen=True)
class Asked:
    """Help that is asked on a ticket and not given yet; `kind` is task or question."""

    kind: str
    department_id: int | None
    person_id: int | None
    state: str
    title: str


def asked_now(ticket: Ticket) -> list[Asked]:
    """The open tasks and questions; one query, kept on the instance (`forget_asked`)."""
    if "_asked_now" not in ticket.__dict__:
        names = ("department", "person", "state")
        words = Value("", output_field=CharField())
        tasks, questions = (
            kind.objects.open().filter(ticket=ticket.pk).order_by() for kind in (Task, Question)
        )
        rows = tasks.values_list(Value("task"), *names, "title").union(
            questions.values_list(Value("question"), *names, words), all=True
        )
        ticket.__dict__["_asked_now"] = [Asked(*row) for row in rows]
    return ticket.__dict__["_asked_now"]


def forget_asked(ticket: Ticket) -> None:
    """After a change of what is asked on it."""
    ticket.__dict__.pop("_asked_now", None)


def is_asked(help: Asked | Task | Question, by: Actor) -> bool:
    """Whether it is asked of this actor or of their department."""
    if by.pk is None:
        return False
    ours = by.department_id is not None and help.department_id == by.department_id
    return ours or help.person_id == by.pk


def may_answer(help: Task | Question, verb: str, by: Actor) -> bool:
    """Whether a verb that the actor may use on the ticket is theirs on this task or question: who
    is asked answers, or whom the matrix allows it everywhere; withdrawing is for those who ask."""
    if by.is_superuser or verb == "withdraw_task":
        return True
    return Scope.ALL in by.matrix[f"tickets.{verb}"] or is_asked(help, by)


def permits(ticket: Ticket, verb: str, by: Actor) -> bool:
    """Whether the actor may use one of the ticket's own verbs on it, whatever its state."""
    return grants(ticket, f"tickets.{verb}", by)


def grants(ticket: Ticket, verb: str, by: Actor) -> bool:
    """Whether the actor sees the ticket and a role of theirs grants `verb` (`app.verb`) on it.

    `TicketQuerySet.granting` is its twin for rows.
    """
    if by.is_superuser:
        return True
    return by.may(verb) and _in_any(ticket, by.scopes, by) and _in_any(ticket, by.matrix[verb], by)


def _in_any(ticket: Ticket, scopes: Iterable[str], by: Actor) -> bool:
    """What is asked costs a query, and so comes last."""
    last = sorted(scopes, key=lambda scope: scope == Scope.TASK)
    return any(in_scope(ticket, scope, by) for scope in last)


# What people type in their own words, and so may hold numbers and addresses.
# Shorter addresses name a town or a street at most, and may be words of the trade.
PLACE_NAME = 5
TYPED = (
    "title", "symptom", "began", "frequency", "environment", "tried", "wanted_when", "bought_at",
)  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    code: str
    words: str


def facts_of(ticket: Ticket, by: Actor, at: datetime) -> rules.Facts:
    """What the rules need to know of a ticket; one query each for cycle, holds, plan and what is
    asked of others, none for the cycle where the ticket was read with it (as `run`), nor for plans
    that were."""
    plan = plan_of(ticket) if ticket.status in rules.PLANNED else None
    asked = Counter()
    for one in asked_now(ticket):
        asked[one.kind] += 1
        asked[one.kind, "new"] += one.state == HelpState.OPEN
    cycle = getattr(ticket, "run", None) or ticket.cycles.filter(number=ticket.cycle).first()
    return rules.Facts(
        status=ticket.status,
        kind=ticket.kind,
        is_registered=ticket.is_registered,
        is_accepted=bool(cycle and cycle.accepted_at),
        is_started=bool(cycle and cycle.started_at),
        is_inspected=bool(cycle and cycle.inspected_at),
        has_symptom=bool(ticket.symptom.strip()),
        has_contact=bool(ticket.customer_id or ticket.requester_phone or ticket.requester_email),
        has_product=bool(ticket.product_id or ticket.unit_id),
        open_holds=frozenset(
            ticket.holds.filter(ended_at__isnull=True).values_list("reason", flat=True)
        )
        if ticket.is_on_hold
        else frozenset(),
        tasks=asked["task"],
        new_tasks=asked["task", "new"],
        questions=asked["question"],
        new_questions=asked["question", "new"],
        closed_days=(at - ticket.status_at).total_seconds() / 86400,
        reopen_days=organisation().reopen_days,
        by_customer=by.actor_kind == "customer",
        is_climbing=is_climbing(ticket, at),
        by_handler=by.pk is not None and by.pk == ticket.handler_id,
        priority=ticket.priority,
        plan_approval=plan.approval if plan else "",
        plan_acceptance=plan.acceptance if plan else "",
        decides_on_own_plan=plan is not None and decides_on_own(plan, by),
    )


def refusal(
    ticket: Ticket, verb: str, by: Actor, at: datetime, facts: rules.Facts | None = None
) -> Refusal | None:
    """Why the verb is not possible now, in words that say what to do; None where it is."""
    facts = facts or facts_of(ticket, by, at)
    code = rules.refusal(verb, facts)
    return Refusal(code, _words(code, ticket, verb, facts)) if code else None


def _words(code: str, ticket: Ticket, verb: str, facts: rules.Facts) -> str:
    if code == "state":
        return _("“%(verb)s” is not possible: the ticket is %(state)s.") % {
            "verb": Verb(verb).label,
            "state": said(ticket, "status"),
        }
    if code == "facts_missing":
        names = {
            "symptom": _("what is wrong"),
            "contact": _("how to reach the customer"),
            "product": _("which product it is"),
        }
        missing = listed(names[name] for name in rules.missing_facts(facts))
        return _("Still missing: %(facts)s. Add it with “Correct facts”.") % {"facts": missing}
    if code == "task_open":
        titles = (one.title for one in asked_now(ticket) if one.kind == "task")
        return _("Help is still asked for: %(tasks)s. Wait until it is done, or withdraw it.") % {
            "tasks": listed(titles)
        }
    return {
        "no_task": _("No such task is open."),
        "no_question": _("No such question is open."),
        "not_registered": _("Registration is not complete yet. Complete registration first."),
        "registered_already": _("Registration is complete already. Classify it next."),
        "accepted_already": _("This job is accepted already. Start when you are ready."),
        "started_already": _("Work has started already."),
        "inspected_already": _("The inspection is recorded already."),
        "not_taken_up": _("The reopened case is not taken up yet. Start work first."),
        "no_hold": _("The ticket is not on hold."),
        "nothing_late": _("No missed promise waits for somebody to see to it."),
        "own_lateness": _("You work on this ticket yourself. Somebody above has to see to it."),
        "own_plan": _("This is your own plan. Somebody else has to approve it."),
        "no_approval_asked": _("There is no plan to approve."),
        "no_acceptance_asked": _("The customer is not asked about a plan now."),
        "plan_not_approved": _(
            "The plan is not approved yet. Ask the department head, or make another plan."
        ),
        "plan_sent_back": _("The department head sent the plan back. Make another plan first."),
        "plan_not_accepted": _(
            "The customer has not answered about the plan. Ask them; what they say on the phone can "
            "be recorded."
        ),
        "plan_declined": _("The customer declined the plan. Make another plan first."),
        "work_started": _("Work has started. Please call us if you no longer need it."),
        "too_late": _("More than %(days)s days have passed. Make a new request instead.")
        % {"days": facts.reopen_days},
    }[code]


def allowed_verbs(ticket: Ticket, by: Actor, at: datetime) -> list[tuple[str, Refusal | None]]:
    """The verbs this actor's roles grant here, each with its refusal or None; at most 3 queries."""
    facts = facts_of(ticket, by, at)
    return [
        (verb, refusal(ticket, verb, by, at, facts))
        for verb in rules.SOURCES
        if permits(ticket, verb, by)
    ]


def can_handle(user: User) -> bool:
    """Whether a person may be given work: active, and some role lets them start it."""
    return user.may("tickets.start")


def sees_personal(ticket: Ticket, user: User) -> bool:
    """Whether this person sees the customer's data in full, by the matrix."""
    if Personal.FULL in user.personal:
        return True
    mine = user.pk in (ticket.handler_id, ticket.contact_id)
    return Personal.WORK in user.personal and mine and ticket.is_open


def readable(ticket: Ticket, user: User, words: str) -> str:
    """Words of this ticket as this person may read them: numbers, addresses and the customer's own
    name masked where the role does not need them."""
    if sees_personal(ticket, user):
        return words
    owner = ticket.customer if ticket.customer_id else None
    for name in {owner.name if owner else "", ticket.requester_name}:
        if len(name) > 1:
            words = words.replace(name, mask_name(name))
    for address in {owner.address if owner else "", ticket.requester_address}:
        if len(address) > PLACE_NAME:
            words = words.replace(address, mask_address(address))
    return mask_text(words)


def veil(ticket: Ticket, user: User) -> Ticket:
    """The instance with its typed facts as this person may read them; it must not be saved."""
    for name in TYPED:
        setattr(ticket, name, readable(ticket, user, getattr(ticket, name)))
    return ticket


def may_open(attachment: Attachment, user: User) -> bool:
    """Whether this person may open a file: what customers send shows more than a mask can hide."""
    return not attachment.is_from_customer or sees_personal(attachment.ticket, user)
