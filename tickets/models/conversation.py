"""The story: what happened, what was said, what was shown."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.files.models import StoredFile
from tickets.choices import Audience, Channel
from tickets.models.ticket import Ticket


class TicketMessage(models.Model):
    """What a person wrote, kept as typed."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    audience = models.CharField(max_length=10, choices=Audience)
    channel = models.CharField(max_length=20, choices=Channel, default=Channel.WEB)
    is_from_customer = models.BooleanField(default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    body = models.TextField(_("text"), max_length=10000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.at:%Y-%m-%d %H:%M}"


class TicketEvent(models.Model):
    """Timeline and audit. `data` holds ids and codes; words are chosen when shown."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events")
    cycle = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    key = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    data = models.JSONField(default=dict)
    is_public = models.BooleanField(default=False)
    message = models.ForeignKey(TicketMessage, models.CASCADE, null=True, related_name="events")

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["ticket", "at"], name="event_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.key}"


class Attachment(models.Model):
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="attachments")
    message = models.ForeignKey(
        TicketMessage, models.CASCADE, null=True, related_name="attachments"
    )
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="ticket_attachment")
    audience = models.CharField(max_length=10, choices=Audience)
    is_from_customer = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.file)
