from tickets.models.access import AccessLink, LookupCode
from tickets.models.conversation import Attachment, TicketEvent, TicketMessage
from tickets.models.cycle import Hold, TicketCycle
from tickets.models.ladders import Climb, Ladder, LadderStep
from tickets.models.plans import Finding, Question, ServicePlan, Task
from tickets.models.promises import (
    Deadline,
    DeadlineEvent,
    Policy,
    PolicyTerms,
    Promise,
    Rulebook,
)
from tickets.models.queues import AllTickets, Intake, MyWork, ToAssign, ToClassify
from tickets.models.search import TicketDocument
from tickets.models.ticket import NumberSequence, Ticket
from tickets.models.vocabulary import Category, PriorityRule, SafetyWord

__all__ = [
    "AccessLink",
    "AllTickets",
    "Attachment",
    "Category",
    "Climb",
    "Deadline",
    "DeadlineEvent",
    "Finding",
    "Hold",
    "Intake",
    "Ladder",
    "LadderStep",
    "LookupCode",
    "MyWork",
    "NumberSequence",
    "Policy",
    "PolicyTerms",
    "PriorityRule",
    "Promise",
    "Question",
    "Rulebook",
    "SafetyWord",
    "ServicePlan",
    "Task",
    "Ticket",
    "TicketCycle",
    "TicketDocument",
    "TicketEvent",
    "TicketMessage",
    "ToAssign",
    "ToClassify",
]
