"""What a ticket is found by."""

from django.db import models

from foundation.search.models import Document
from tickets.models.ticket import Ticket


class TicketDocument(Document):
    subject = models.OneToOneField(
        Ticket, models.CASCADE, primary_key=True, related_name="document"
    )
