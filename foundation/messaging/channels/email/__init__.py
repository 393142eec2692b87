"""E-mail through Django's configured backend."""

import smtplib
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import override

from foundation.accounts.queries import organisation
from foundation.messaging import keys
from foundation.messaging.channels import Permanent, Temporary, Unreachable
from foundation.messaging.channels.email.html import as_html
from foundation.messaging.models import OutgoingMessage


def send(message: OutgoingMessage) -> None:
    """Hand one message to the mail server; raises Permanent, Temporary or Unreachable."""
    try:
        compose(message).send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
        raise _refused(error) from error
    except smtplib.SMTPDataError as error:
        kind = Permanent if error.smtp_code >= 500 else Temporary
        raise kind(_words(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPResponseException as error:
        # Greeting, login or our own address refused: not this message's fault.
        raise Unreachable(_words(error.smtp_code, error.smtp_error)) from error
    except OSError as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    except ValueError as error:
        raise Permanent("bad_address") from error


def compose(message: OutgoingMessage) -> EmailMultiAlternatives:
    """The mail as it leaves: plain text, its HTML twin, and the signed way back."""
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        from_email=formataddr((_sender_name(message.language), settings.MAIL_ADDRESS)),
        to=[message.to_address],
        reply_to=[keys.reply_address(message.thread)],
        headers=_headers(message),
    )
    mail.attach_alternative(as_html(message.body, message.language), "text/html")
    return mail


def _headers(message: OutgoingMessage) -> dict[str, str]:
    headers = {"Message-ID": message.message_id, "X-Auto-Response-Suppress": "All"}
    if message.is_automatic:
        headers["Auto-Submitted"] = "auto-generated"
    if message.in_reply_to:
        headers["In-Reply-To"] = headers["References"] = message.in_reply_to
    return headers


def _sender_name(language: str) -> str:
    with override(language):
        return organisation().name


def _refused(error: smtplib.SMTPException) -> Permanent | Temporary:
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return Permanent("bad_address")
    code, words = next(iter(error.recipients.values()), (550, b""))
    return (Permanent if code >= 500 else Temporary)(_words(code, words))


def _words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(f"{code} {text}".replace("\x00", " ").split())
