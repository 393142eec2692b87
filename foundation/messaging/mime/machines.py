"""Which mail a machine wrote: bounces, receipts, automatic replies."""

import re
from email.message import Message

from foundation.messaging.mime import headers

FORWARDED = re.compile(r"\s*(?:fwd?|转发|轉寄)\s*[:：]", re.I)
AUTO_SUBJECT = re.compile(
    r"^\s*[\[【(（]?\s*(?:"
    r"(?:自动回复|自动答复|自動回覆|自動回復)\s*(?:$|[:：\]】)）\-—\s])"
    r"|(?:automatic reply|auto[- ]?reply|auto[- ]?response|out of (?:the )?office)"
    r"(?:\s+(?:auto[- ]?reply|reply|response|message))?\s*(?:$|[:：\]】)）\-–—]))",
    re.I,
)
DAEMON = re.compile(r"(?:mailer-daemon|postmaster)@", re.I)
AUTO_PRECEDENCE = {"bulk", "junk", "list", "auto_reply"}
AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
IDS = re.compile(r"^(?:original-)?message-id:\s*(<[^<>\s]{1,500}>)", re.I | re.M)


def is_bounce(message: Message, sender: str) -> bool:
    """A delivery report, mail from a mail system, or mail that wants no answer from anybody."""
    if message.get_content_type() == "multipart/report":
        kind = headers.parameters(headers.raw(message, "Content-Type")).get("report-type", "")
        return kind.lower() in {"delivery-status", ""}
    if DAEMON.match(sender):
        return True
    path = message.get("Return-Path")
    return path is not None and str(path).strip() == "<>" and not _says_auto(message)


def is_auto_reply(message: Message, subject: str) -> bool:
    return (
        message.get_content_type() == "multipart/report"
        or _says_auto(message)
        or headers.raw(message, "Precedence").lower() in AUTO_PRECEDENCE
        or AUTO_SUBJECT.match(subject) is not None
    )


def _says_auto(message: Message) -> bool:
    submitted = headers.raw(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return submitted not in {"", "no"} or any(name in message for name in AUTO_HEADERS)


def is_final(message: Message) -> bool:
    """Whether a bounce says that the mail is lost; "delayed" is only a warning."""
    actions = [
        headers.raw(inner, "Action").lower()
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart()
        for inner in part.get_payload()
        if "Action" in inner
    ]
    return "failed" in actions or not actions


def original_message_id(message: Message) -> str:
    """The Message-ID of the mail that a report speaks of, from the copy or headers it carries."""
    for part in message.walk():
        if part is not message and part.get("Message-ID"):
            found = IDS.match(f"message-id: {headers.raw(part, 'Message-ID')}")
        elif part.get_content_type() in {"text/rfc822-headers", "text/plain"}:
            data = part.get_payload(decode=True) or b""
            found = IDS.search(data[:200_000].decode("ascii", "replace"))
        else:
            found = None
        if found:
            return found[1]
    return headers.raw(message, "In-Reply-To")[:500]
