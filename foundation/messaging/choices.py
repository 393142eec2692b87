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
    QUARANTINED = "quarantined", _("needs a person")


# Reasons are kept as keys; the words are chosen when they are shown.
REASONS = {
    "no_address": _("There is no e-mail address."),
    "bad_address": _("The e-mail address is not valid. Correct it at the customer."),
    "gave_up": _(
        "It could not be sent in several tries. Check the mail server, then send it again."
    ),
    "came_back": _("The mail came back: the address does not accept it."),
    "unreadable": _("The mail could not be read."),
    "too_large": _("The mail is larger than 25 MB."),
    "too_many_parts": _("The mail has more than 200 parts."),
    "too_deep": _("The mail is nested too deeply."),
    "no_sender": _("The mail names no sender."),
    "own_mail": _("This is a mail of our own that came back to us."),
    "too_many": _("This address sent too many new requests within an hour."),
    "switched_off": _("The webhook was switched off. Switch it on, then send this again."),
    "private_address": _("The address leads into a private network, which is not allowed."),
    "not_https": _("The address is not https."),
    "no_such_host": _("The name of the host is not known."),
    "bad_certificate": _("The certificate of the other side is not valid for its name."),
    "timeout": _("The other side did not answer in time."),
    "redirect": _("The other side answered with a redirect. Enter the address it leads to."),
    "gone": _("The other side says that nobody listens there any more (410)."),
    "bad_answer": _("What the other side answered could not be read."),
    "ConnectionRefusedError": _("Nothing listens at the address."),
    "no_handler": _("Incoming mail is not set up yet."),
}


def reason_words(reason: str) -> str:
    """The words for a kept reason; what a mail server said stays as it was said."""
    return str(REASONS.get(reason, reason))
