from tickets.serializers.inputs import INPUTS, NewTicketIn, NothingIn
from tickets.serializers.outputs import TicketOut, TicketRowOut, VerbOut, WhyOut

__all__ = [
    "INPUTS",
    "NewTicketIn",
    "NothingIn",
    "TicketOut",
    "TicketRowOut",
    "VerbOut",
    "WhyOut",
]
