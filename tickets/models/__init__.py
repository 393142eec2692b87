from tickets.models.access import AccessLink, LookupCode
from tickets.models.conversation import Attachment, TicketEvent, TicketMessage
from tickets.models.promises import Deadline, DeadlineEvent, Promise
from tickets.models.queues import AllTickets, Intake, MyWork, ToAssign, ToClassify
from tickets.models.ticket import Hold, NumberSequence, ServicePlan, Ticket, TicketCycle
from tickets.models.vocabulary import Category, PriorityRule, SafetyWord

__all__ = [
    "AccessLink",
    "AllTickets",
    "Attachment",
    "Category",
    "Deadline",
    "DeadlineEvent",
    "Hold",
    "Intake",
    "LookupCode",
    "MyWork",
    "NumberSequence",
    "PriorityRule",
    "Promise",
    "SafetyWord",
    "ServicePlan",
    "Ticket",
    "TicketCycle",
    "TicketEvent",
    "TicketMessage",
    "ToAssign",
    "ToClassify",
]
