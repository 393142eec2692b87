"""Upward news. Sent inside the verb's transaction; a receiver may veto with ValidationError.

`ticket_moved`: sender=Ticket, ticket, verb, before (status), by, at, event.
`deadlines_warned`, `deadlines_breached`: sender=Deadline, rows (with `ticket` and `promise`), at.
Each row is told once.
`customer_to_call`: sender=Ticket, ticket, text (to tell), due_at, by, at.
"""

from django.dispatch import Signal

ticket_moved = Signal()
deadlines_warned = Signal()
deadlines_breached = Signal()
customer_to_call = Signal()
