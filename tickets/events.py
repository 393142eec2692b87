"""The kinds of facts on a timeline: stable keys, typed data, words chosen when shown.

Data holds ids and codes only, so that history can be read in either language and holds no personal
data. A higher app registers its own kinds from `ready()`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from tickets import choices


@dataclass(frozen=True)
class EventKind:
    """`fields` name each datum and its type: user, department, category, promise, number, text
    (a code), or a choices class. `public_words` is None where customers do not see it."""

    key: str
    words: str | Lazy
    fields: Mapping[str, object] = field(default_factory=dict)
    public_words: str | Lazy | None = None


KINDS: dict[str, EventKind] = {}

# A reason as it is said to the customer, where the desk's own word would sound odd.
TOLD_TO_CUSTOMERS = {
    choices.HoldReason.CUSTOMER.value: _("we wait for your answer"),
    choices.HoldReason.LATER.value: _("you chose a later day"),
    choices.HoldReason.PARTS.value: _("we wait for a part"),
    choices.HoldReason.THIRD_PARTY.value: _("we wait for a partner"),
    choices.HoldReason.APPROVAL.value: _("we wait for an internal decision"),
    choices.CancelReason.WITHDRAWN.value: _("as you wished"),
    choices.CancelReason.DUPLICATE.value: _("we go on with your other request"),
}


def register(key: str, words, public_words=None, **fields) -> None:
    KINDS[key] = EventKind(key, words, fields, public_words)


def checked(key: str, data: dict) -> dict:
    """The data of an event, refused where it does not fit what the key registered."""
    unknown = set(data) - set(KINDS[key].fields)
    if unknown:
        raise ValueError(f"{key} has no data called {sorted(unknown)}")
    return {name: value for name, value in data.items() if value not in (None, "")}


register("ticket.received", _("Received"), _("We received your request"), channel=choices.Channel)
register("ticket.safety_flagged", _("Danger to people: a person must call at once"), matched="text")
register("ticket.imported", _("Brought in from %(former)s"), former="text")
register("ticket.taken", _("Taken on"), user="user")
register("ticket.amended", _("Facts corrected"), fields="text")
register("ticket.linked", _("Linked to customer and unit"), customer="number", unit="number")
register("ticket.registered", _("Registration complete"), _("Your details are complete"))
register(
    "ticket.classified",
    _("Classified: %(category)s, %(priority)s"),
    _("We know what it is about: %(category)s"),
    category="category",
    priority=choices.Priority,
    proposed=choices.Priority,
)
register(
    "ticket.priority_set",
    _("Priority changed from %(before)s to %(priority)s"),
    priority=choices.Priority,
    before=choices.Priority,
)
register(
    "ticket.assigned",
    _("Assigned to %(handler)s"),
    _("A colleague was chosen for you"),
    handler="user",
    contact="user",
    before="user",
)
register("ticket.accepted", _("Accepted"))
register("ticket.refused", _("Refused by %(handler)s"), handler="user")
register(
    "ticket.planned",
    _("Plan made, to be finished by %(finish_at)s"),
    _("We plan to be finished by %(finish_at)s"),
    finish_at="moment",
    plan_version="number",
)
register(
    "ticket.plan_approved",
    _("Plan approved"),
    _("We plan to be finished by %(finish_at)s"),
    finish_at="moment",
    plan_version="number",
)
register("ticket.plan_rejected", _("Plan sent back"), plan_version="number")
register(
    "ticket.plan_offered",
    _("The customer is asked to agree to the plan"),
    _("We asked you to agree to our plan"),
    plan_version="number",
)
register(
    "ticket.plan_accepted",
    _("The customer agreed to the plan (%(how)s)"),
    _("You agreed to our plan"),
    how=choices.Channel,
    plan_version="number",
)
register(
    "ticket.plan_declined",
    _("The customer declined the plan (%(how)s)"),
    _("You declined our plan"),
    how=choices.Channel,
    plan_version="number",
)
register("ticket.started", _("Work started"), _("Work has started"))
register("ticket.inspected", _("Inspection finished"), _("We have looked at it on site"))
register("ticket.task_given", _("Help asked of %(department)s"), department="department")
register("ticket.task_given_to", _("Help asked of %(user)s"), user="user")
register("ticket.task_accepted", _("Task accepted"))
register("ticket.task_done", _("Task done"))
register("ticket.task_returned", _("Task turned down"))
register("ticket.task_withdrawn", _("Task withdrawn"))
register(
    "ticket.asked",
    _("Question to %(department)s (%(target)s)"),
    department="department",
    target=choices.QuestionTarget,
)
register(
    "ticket.asked_person",
    _("Question to %(user)s (%(target)s)"),
    user="user",
    target=choices.QuestionTarget,
)
register("ticket.question_accepted", _("Question accepted"))
register("ticket.advised", _("Question answered"))
register("ticket.question_returned", _("Question turned down"))
register("ticket.found", _("Responsible: %(party)s"), party=choices.Responsibility)
register(
    "ticket.held", _("On hold: %(reason)s"), _("Paused: %(reason)s"), reason=choices.HoldReason
)
register("ticket.resumed", _("Hold ended: %(reason)s"), _("Continued"), reason=choices.HoldReason)
register(
    "ticket.resolved",
    _("Resolved"),
    _("Resolved"),
    test_result=choices.TestResult,
    responsibility=choices.Responsibility,
)
register("ticket.confirmed", _("Confirmed"), _("Confirmed"), how="text")
register("ticket.reopened", _("Reopened"), _("Reopened"), cycle_number="number")
register(
    "ticket.cancelled",
    _("Cancelled: %(reason)s"),
    _("Cancelled: %(reason)s"),
    reason=choices.CancelReason,
)
register("ticket.restored", _("Restored"), _("Restored"))
register("ticket.message", _("Message"), _("Message"))
register("ticket.news", _("Progress news (%(how)s)"), _("How it goes"), how=choices.NewsBy)
register("ticket.news_to_tell", _("Progress news to be told on the phone"))
register("ticket.note", _("Internal note"))
register("ticket.attached", _("File added"), _("File added"), attachment="number")
register("ticket.link_sent", _("New link sent to the customer"))
register("ticket.link_revoked", _("The customer's links were withdrawn"))
register(
    "ticket.article_sent", _("Article sent: %(article)s"), _("Article: %(article)s"), article="text"
)
register("deadline.breached", _("Promise missed: %(promise)s"), promise="promise")
register(
    "deadline.escalated",
    _("“%(promise)s” is late: told %(rung)s"),
    promise="promise",
    rung=choices.Rung,
)
register("ticket.lateness_seen", _("Lateness acknowledged"))
