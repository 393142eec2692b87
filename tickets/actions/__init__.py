"""The verbs of tickets: the only writers. Call them as `actions.classify(ticket, …, by=user)`.

Each takes `by` (the actor), `at` (the moment, default now) and `version` (what the form showed), and
returns the fresh ticket. `Stale`, `Refused` and `ValidationError` carry words for the person;
`PermissionDenied` is for the door.
"""

from tickets.actions.base import Refused, Stale
from tickets.actions.climbing import acknowledge, climb_due
from tickets.actions.closing import cancel, confirm, confirm_silent, reopen, restore
from tickets.actions.conversation import attach, message, note, revoke_link, send_link
from tickets.actions.findings import find
from tickets.actions.intake import amend, draw_number, link, receive, register, take
from tickets.actions.news import news
from tickets.actions.plans import accept_plan, approve_plan, decline_plan, plan, reject_plan
from tickets.actions.promises import breach_due, recalculate, show_next_promises, warn_due
from tickets.actions.questions import accept_question, advise, ask, return_question
from tickets.actions.tasks import (
    accept_task,
    finish_task,
    give_task,
    return_task,
    withdraw_task,
)
from tickets.actions.triage import answer, assign, classify, set_priority
from tickets.actions.work import (
    accept,
    hold,
    inspect,
    note_fact,
    refuse,
    resolve,
    resume,
    start,
)

VERBS = {
    run.key: run
    for run in (
        take, amend, link, register, classify, set_priority, answer, assign, accept, refuse,
        plan, approve_plan, reject_plan, accept_plan, decline_plan, start, inspect, give_task, accept_task,
        finish_task, return_task, withdraw_task, ask, accept_question, advise, return_question,
        find, hold, resume, resolve, confirm, reopen, cancel, restore, message, news, note,
        attach, send_link, revoke_link, acknowledge,
    )
}  # fmt: skip

__all__ = [
    "VERBS",
    "Refused",
    "Stale",
    "breach_due",
    "climb_due",
    "confirm_silent",
    "draw_number",
    "note_fact",
    "recalculate",
    "receive",
    "show_next_promises",
    "warn_due",
    *VERBS,
]
