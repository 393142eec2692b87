"""Upward news. Sent inside the verb's transaction; a receiver may veto with ValidationError.

`ticket_moved`: sender=Ticket, ticket, verb, before (status), by, at, event.
"""

from django.dispatch import Signal

ticket_moved = Signal()
