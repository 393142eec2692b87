from django.db import models
from django.utils.translation import gettext_lazy as _


class OutgoingStatus(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    DROPPED = "dropped", _("not sent")


class IncomingOutcome(models.TextChoices):
    TICKET = "ticket", _("new ticket")
    REPLY = "reply", _("reply")
    DUPLICATE = "duplicate", _("duplicate")
    BOUNCE = "bounce", _("bounce")
    AUTO_REPLY = "auto_reply", _("automatic reply")
    REJECTED = "rejected", _("rejected")
    QUARANTINED = "quarantined", _("kept for a person")
