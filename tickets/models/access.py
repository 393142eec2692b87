"""How a customer gets to their case without an account."""

from django.db import models

from foundation.accounts.tokens import nonce
from tickets.models.ticket import Ticket


class AccessLink(models.Model):
    """The row behind a link. The token is signed from it, so a copy of the table opens nothing."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="links")
    nonce = models.CharField(max_length=40, default=nonce)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"


class LookupCode(models.Model):
    """A one-time code sent to the ticket's own address. Only its hash is kept."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"
