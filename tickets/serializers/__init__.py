from tickets.serializers.inputs import INPUTS, NewTicketIn, NothingIn
from tickets.serializers.outputs import ErrorOut, TicketOut, TicketRowOut, VerbOut

__all__ = [
    "INPUTS",
    "ErrorOut",
    "NewTicketIn",
    "NothingIn",
    "TicketOut",
    "TicketRowOut",
    "VerbOut",
]
