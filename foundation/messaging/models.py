"""Messages are rows before they are mail, and after they were mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.choices import Language
from foundation.clockwork.models import DueRow
from foundation.messaging import templates
from foundation.messaging.choices import IncomingOutcome, OutgoingStatus


class MessageTemplate(models.Model):
    """What a message of one kind says in one language."""

    key = models.CharField(_("kind"), max_length=60)
    language = models.CharField(_("language"), max_length=8, choices=Language)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), help_text=_("Variables are written as {{ ticket.number }}."))

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["key", "language"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["key", "language"], name="template_per_language")
        ]

    def __str__(self) -> str:
        return f"{templates.kind(self.key).label} · {self.get_language_display()}"


class OutgoingMessage(DueRow):
    """One message to one address. `dedupe_key` makes sending it twice impossible."""

    dedupe_key = models.CharField(max_length=150, unique=True)
    channel = models.CharField(_("channel"), max_length=20, default="email")
    template_key = models.CharField(_("kind"), max_length=60, blank=True)
    thread = models.CharField(_("conversation"), max_length=60, blank=True, db_index=True)
    to_address = models.CharField(_("recipient"), max_length=254)
    language = models.CharField(_("language"), max_length=8, choices=Language)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    message_id = models.CharField(max_length=200, unique=True)
    in_reply_to = models.CharField(max_length=998, blank=True)
    is_automatic = models.BooleanField(_("automatic"), default=True)
    status = models.CharField(
        _("status"), max_length=12, choices=OutgoingStatus, default=OutgoingStatus.WAITING
    )
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.CharField(_("reason of the failure"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(status="waiting"),
                name="outgoing_waiting",
            ),
            models.Index(fields=["status", "-id"], name="outgoing_status"),
        ]

    def __str__(self) -> str:
        return self.subject


class IncomingMessage(models.Model):
    """A mail as it came, kept whole before anything is made of it."""

    mailbox = models.CharField(_("mailbox"), max_length=100)
    message_id = models.CharField(max_length=998, blank=True)
    sha256 = models.CharField(max_length=64)
    raw = models.BinaryField()
    received_at = models.DateTimeField(_("came in"))
    sender = models.CharField(_("from"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    outcome = models.CharField(
        _("outcome"),
        max_length=12,
        choices=IncomingOutcome,
        default=IncomingOutcome.QUARANTINED,
    )
    reason = models.CharField(_("why"), max_length=500, blank=True)
    thread = models.CharField(_("conversation"), max_length=60, blank=True, db_index=True)
    reference = models.CharField(_("ticket"), max_length=40, blank=True)
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("incoming message")
        verbose_name_plural = _("incoming messages")
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "message_id", "sha256"], name="incoming_once"
            )
        ]
        indexes = [
            models.Index(fields=["outcome", "-id"], name="incoming_outcome"),
            models.Index(
                fields=["received_at"],
                condition=models.Q(handled_at__isnull=True),
                name="incoming_unhandled",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id
