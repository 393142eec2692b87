from tickets.models.access import AccessLink, LookupCode
from tickets.models.conversation import Attachment, TicketEvent, TicketMessage
from tickets.models.cycle import Hold, ServicePlan, TicketCycle
from tickets.models.promises import Deadline, DeadlineEvent, Promise
from tickets.models.queues import AllTickets, Intake, MyWork, ToAssign, ToClassify
from tickets.models.search import TicketDocument
from tickets.models.ticket import NumberSequence, Ticket
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
    "TicketDocument",
    "TicketEvent",
    "TicketMessage",
    "ToAssign",
    "ToClassify",
]
