"""Messages are rows before they are mail, and after they were mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.cached import WatchedQuerySet
from foundation.accounts.choices import Language
from foundation.accounts.models import Department, User
from foundation.clockwork.models import DueRow
from foundation.messaging import templates
from foundation.messaging.choices import IncomingOutcome, OutgoingStatus


def may_read(user) -> bool:
    """Whether this person looks after messages."""
    return user.may("messaging.view") or user.may("messaging.edit")


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MessageQuerySet":
        """All messages, for those who look after them."""
        return self if may_read(user) else self.none()


class MessageTemplate(models.Model):
    """What a message of one kind says in one language."""

    key = models.CharField(_("kind"), max_length=60)
    language = models.CharField(_("language"), max_length=8, choices=Language)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), help_text=_("Variables are written as {{ ticket.number }}."))

    objects = WatchedQuerySet.as_manager()

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


class Endpoint(models.Model):
    """A program elsewhere that is told what happens here."""

    name = models.CharField(_("name"), max_length=60)
    url = models.URLField(_("address"), max_length=500)
    events = models.JSONField(_("is told of"), default=list)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only tickets of"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    nonce = models.CharField(max_length=40, editable=False)
    # Rotated: signatures of the former secret go along until then.
    former_nonce = models.CharField(max_length=40, blank=True, editable=False)
    former_until = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    paused_until = models.DateTimeField(_("next try"), null=True, editable=False)
    disabled_at = models.DateTimeField(_("switched off"), null=True, editable=False)
    last_error = models.CharField(
        _("reason of the failure"), max_length=500, blank=True, editable=False
    )
    last_sent_at = models.DateTimeField(_("last reached"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    created_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )

    objects = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def nonces(self, stamp: float) -> list[str]:
        """Of the secrets that are good at this moment (seconds since 1970)."""
        is_former = self.former_until is not None and self.former_until.timestamp() > stamp
        return [self.nonce, self.former_nonce] if is_former else [self.nonce]


class OutgoingMessage(DueRow):
    """One message to one address. `dedupe_key` makes sending it twice impossible."""

    dedupe_key = models.CharField(max_length=150, unique=True)
    channel = models.CharField(_("channel"), max_length=20, default="email")
    template_key = models.CharField(_("kind"), max_length=60, blank=True)
    endpoint = models.ForeignKey(
        Endpoint,
        models.CASCADE,
        null=True,
        related_name="messages",
        verbose_name=_("webhook"),
    )
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

    objects = MessageQuerySet.as_manager()

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
            models.Index(fields=["template_key", "-id"], name="outgoing_kind"),
            models.Index(fields=["created_at"], name="outgoing_created"),
            models.Index(
                fields=["channel", "due_at"],
                condition=models.Q(status="waiting"),
                name="outgoing_channel",
            ),
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

    objects = MessageQuerySet.as_manager()

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
            models.Index(fields=["received_at"], name="incoming_received"),
            models.Index(
                fields=["received_at"],
                condition=models.Q(handled_at__isnull=True),
                name="incoming_unhandled",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id
