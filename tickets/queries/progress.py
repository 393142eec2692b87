"""Where a request stands, in the words of somebody who waits for it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from foundation.accounts.queries import organisation
from foundation.desk.words import listed
from tickets.choices import PATH, Answer, HoldReason, Moment, Status
from tickets.models import Attachment, ServicePlan, Ticket, TicketCycle
from tickets.queries.plans import plan_of, told
from tickets.queries.story import promises


@dataclass(frozen=True)
class Stage:
    """One of the six steps: its name for customers, done, now or ahead, and since when."""

    name: str
    state: str
    at: datetime | None = None


@dataclass
class Progress:
    """`next` says what happens now; `due_at` by when (None: nothing is promised), for `due_for`:

    finish, answer, decision, start, silence or return. The page has a sentence for each. `asked`
    is the plan that waits for the customer's answer, `asked_lines` what it says.
    """

    stages: list[Stage]
    next: str
    due_at: datetime | None = None
    due_for: str = ""
    is_late: bool = False
    who: str = ""
    plan: str = ""
    waits: list[str] = field(default_factory=list)
    needs_customer: bool = False
    asked: ServicePlan | None = None
    asked_lines: list[str] = field(default_factory=list)


STAMPS = {
    Status.RECEIVED: "opened_at",
    Status.CLASSIFIED: "classified_at",
    Status.ASSIGNED: "assigned_at",
    Status.IN_PROGRESS: "started_at",
    Status.RESOLVED: "resolved_at",
    Status.CONFIRMED: "confirmed_at",
}
# What a customer waits for in each state: the moment that ends the promise.
AWAITED = {
    Status.RECEIVED: (Moment.ANSWERED, Moment.REGISTERED, Moment.CLASSIFIED),
    Status.CLASSIFIED: (Moment.STARTED,),
    Status.ASSIGNED: (Moment.STARTED,),
    Status.IN_PROGRESS: (Moment.STARTED,),
}

DUE_FOR = {
    Moment.ANSWERED: "answer",
    Moment.REGISTERED: "answer",
    Moment.CLASSIFIED: "decision",
    Moment.STARTED: "start",
}


def progress(ticket: Ticket, at: datetime) -> Progress:
    """The six steps and what comes next; at most six queries."""
    cycles = {cycle.number: cycle for cycle in ticket.cycles.all()}
    cycle = cycles[ticket.cycle]
    shown = Progress(stages=_stages(ticket, cycles), next=_next(ticket, cycle))
    if ticket.is_open:
        _add_waits(shown, ticket)
        _add_people(shown, ticket)
        _add_promise(shown, ticket, at)
    else:
        _add_ends(shown, ticket)
    return shown


def _stages(ticket: Ticket, cycles: dict[int, TicketCycle]) -> list[Stage]:
    names = {
        Status.RECEIVED: _("Received"),
        Status.CLASSIFIED: _("Reviewed"),
        Status.ASSIGNED: _("Colleague chosen"),
        Status.IN_PROGRESS: _("Being worked on"),
        Status.RESOLVED: _("Solved"),
        Status.CONFIRMED: _("Confirmed by you"),
    }
    here = PATH.index(ticket.cancelled_from or ticket.status)
    stages = []
    for place, status in enumerate(PATH):
        state = "done" if place < here else "now" if place == here else "ahead"
        if ticket.status == Status.CONFIRMED:
            state = "done"
        if ticket.status == Status.CANCELLED:
            state = "done" if place <= here else "struck"
        at = _stamp(status, ticket, cycles) if state in ("done", "now") else None
        stages.append(Stage(names[status], state, at))
    return stages


def _stamp(status: str, ticket: Ticket, cycles: dict[int, TicketCycle]) -> datetime | None:
    """When the step was reached: in this run, else (for what is not repeated) in the first."""
    name = STAMPS[status]
    if status in (Status.RECEIVED, Status.CLASSIFIED, Status.ASSIGNED):
        found = [getattr(cycle, name) for _number, cycle in sorted(cycles.items())]
        return next((at for at in found if at), None)
    return getattr(cycles[ticket.cycle], name)


def _next(ticket: Ticket, cycle: TicketCycle) -> str:
    if ticket.status == Status.RECEIVED and not ticket.is_registered:
        return _("We read your request. If something is missing we call or write to you.")
    if ticket.status == Status.IN_PROGRESS and cycle.number > 1 and cycle.started_at is None:
        return _("You told us that it is not solved. We take it up again with precedence.")
    return {
        Status.RECEIVED: _("We have what we need and decide who can help you best."),
        Status.CLASSIFIED: _("We choose the colleague who takes care of it."),
        Status.ASSIGNED: _("Your colleague prepares the work."),
        Status.IN_PROGRESS: _("We are at work for you."),
        Status.RESOLVED: _("We think that it is solved. Please check, and tell us."),
        Status.CONFIRMED: _("Thank you. This request is closed."),
        Status.CANCELLED: _(
            "This request is cancelled. If you still need help, make a new request or call us."
        ),
    }[ticket.status]


def _add_waits(shown: Progress, ticket: Ticket) -> None:
    if not ticket.is_on_hold:
        return
    words = {
        HoldReason.PARTS: _("We wait for a part."),
        HoldReason.THIRD_PARTY: _("We wait for a partner."),
        HoldReason.APPROVAL: _("We wait for an internal approval."),
    }
    reasons = ticket.holds.filter(ended_at__isnull=True).values_list("reason", flat=True)
    shown.waits = [words[reason] for reason in reasons if reason in words]
    shown.needs_customer = HoldReason.CUSTOMER in reasons


def _add_people(shown: Progress, ticket: Ticket) -> None:
    if ticket.status in (Status.ASSIGNED, Status.IN_PROGRESS) and ticket.handler_id:
        shown.who = str(ticket.handler)
    present = plan_of(ticket)
    if present and present.acceptance == Answer.ASKED:
        shown.asked, shown.asked_lines = present, told(present)
    # What is not decided yet is not told as settled; what was agreed before no longer holds.
    if present is None or not present.runs:
        return
    plan = present
    shown.plan = listed(plan.method_words)
    if ticket.status == Status.IN_PROGRESS:
        shown.due_at, shown.due_for = plan.finish_at, "finish"


def _add_promise(shown: Progress, ticket: Ticket, at: datetime) -> None:
    awaited = AWAITED.get(ticket.status, ())
    running = {row.promise.ends_on: row for row in promises(ticket) if row.is_waited_for}
    promise = next((running[moment] for moment in awaited if moment in running), None)
    if promise is not None:
        shown.due_at, shown.due_for = promise.due_at, DUE_FOR[Moment(promise.promise.ends_on)]
    shown.is_late = bool(shown.due_at and shown.due_at < at and not shown.needs_customer)


def _add_ends(shown: Progress, ticket: Ticket) -> None:
    settings = organisation()
    if ticket.status == Status.RESOLVED:
        last_word = max(ticket.status_at, ticket.last_customer_at or ticket.status_at)
        shown.due_at = last_word + timedelta(days=settings.silence_days)
        shown.due_for = "silence"
    elif ticket.status == Status.CONFIRMED:
        shown.due_at = ticket.status_at + timedelta(days=settings.reopen_days)
        shown.due_for = "return"


def public_files(ticket: Ticket) -> list[Attachment]:
    """The papers and photos that the customer may open, oldest first; one query."""
    rows = ticket.attachments.filter(audience="public").select_related("file")
    return list(rows)
