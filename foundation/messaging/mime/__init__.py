"""Own decoding of inbound mail: any bytes in, a `Mail` or `Refused` out, and nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from typing import NamedTuple

from foundation.files.rules import clean_name
from foundation.messaging.mime import headers, machines, text
from foundation.messaging.mime.charsets import decode

__all__ = ["Attachment", "Mail", "Refused", "body_of", "glance", "message_id", "parse"]

MOST_BYTES = 25 * 1024 * 1024
MOST_PARTS = 200
MOST_DEPTH = 20
MOST_LINES = 700_000
LONGEST_HEADER = 64_000
LONGEST_STRUCTURE = 4_000
KEPT_HEADERS = ("Reply-To", "Date", "Precedence", "Auto-Submitted", "List-Id", "X-Mailer")
IDS = re.compile(r"<[^<>\s]{1,500}>")


class Refused(Exception):
    """A mail that is not taken apart. `reason` is a key of choices.REASONS."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Attachment(NamedTuple):
    name: str
    content: bytes
    content_type: str


@dataclass
class Mail:
    """An inbound mail, decoded. `text` is what was written now, `full_text` with its history."""

    message_id: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    sender: str = ""
    sender_name: str = ""
    recipients: list[str] = field(default_factory=list)
    subject: str = ""
    text: str = ""
    full_text: str = ""
    html_used: bool = False
    attachments: list[Attachment] = field(default_factory=list)
    date: datetime | None = None
    is_auto_reply: bool = False
    is_bounce: bool = False
    # A bounce that says the mail is lost; a warning about a delay is none.
    is_final: bool = False
    # The mail of ours that a bounce or receipt speaks of.
    original_message_id: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def body_of(raw: bytes) -> bytes:
    """What follows the headers, line ends alike: the same however the mail came to us."""
    raw = raw.replace(b"\r\n", b"\n")
    return raw.partition(b"\n\n")[2].rstrip()


def message_id(raw: bytes) -> str:
    """The Message-ID without taking the mail apart: visible ASCII, at most 998 long, or ""."""
    head = raw[: 4 * LONGEST_HEADER].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    found = re.search(rb"^message-id:[ \t]*(?:\n[ \t]+)?([^\n]*)", head, re.I | re.M)
    words = found[1].decode("ascii", "ignore").split() if found else []
    return "".join(c for c in words[0] if c.isprintable())[:998] if words else ""


def parse(raw: bytes) -> Mail:
    """Take a mail apart. Raises only Refused: too large, too many parts, too deep, unreadable."""
    if len(raw) > MOST_BYTES:
        raise Refused("too_large")
    if raw.count(b"\n") > MOST_LINES:
        raise Refused("too_many_parts")
    try:
        return _mail(_parser().parsebytes(raw), raw)
    except Refused:
        raise
    except RecursionError as error:
        raise Refused("too_deep") from error
    except Exception as error:
        raise Refused("unreadable") from error


def glance(raw: bytes) -> Mail:
    """Sender and subject only, for a mail that is not taken apart; never raises."""
    try:
        head = raw[: 4 * LONGEST_HEADER].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        return _envelope(_parser().parsebytes(head, headersonly=True), raw)
    except Exception:
        return Mail()


def _parser() -> BytesParser:
    """A parser that stops at too many parts and cuts headers that cost more than they tell."""
    parts = 0

    class Part(Message):
        def __init__(self, *args, **kwargs):
            nonlocal parts
            parts += 1
            if parts > MOST_PARTS:
                raise Refused("too_many_parts")
            super().__init__(*args, **kwargs)

        def set_raw(self, name, value):
            is_structure = name.lower().startswith("content-")
            if len(self._headers) < 1000:
                super().set_raw(
                    name, value[: LONGEST_STRUCTURE if is_structure else LONGEST_HEADER]
                )

    return BytesParser(_class=Part)


def _mail(message: Message, raw: bytes) -> Mail:
    _measure(message)
    mail = _envelope(message, raw)
    bodies, mail.attachments = _content(message)
    mail.html_used = any(kind == "html" for kind, _ in bodies)
    whole = "\n\n".join(body for _, body in bodies if body)
    mail.full_text = text.clean(whole)
    is_forwarded = machines.FORWARDED.match(mail.subject)
    mail.text = mail.full_text if is_forwarded else text.without_history(mail.full_text)
    mail.is_bounce = machines.is_bounce(message, mail.sender)
    mail.is_final = mail.is_bounce and machines.is_final(message)
    mail.is_auto_reply = not mail.is_bounce and machines.is_auto_reply(message, mail.subject)
    if mail.is_bounce or mail.is_auto_reply:
        mail.original_message_id = machines.original_message_id(message)
    return mail


def _envelope(message: Message, raw: bytes) -> Mail:
    senders = headers.addresses(
        headers.every(message, "From") or headers.every(message, "Sender")
    ) or [("", "")]
    recipients = [
        address.lower()
        for name in ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
        for _, address in headers.addresses(headers.every(message, name))
    ]
    replied = IDS.findall(headers.raw(message, "In-Reply-To"))
    return Mail(
        message_id=message_id(raw),
        in_reply_to=headers.tidy(replied[0]) if replied else "",
        references=[headers.tidy(i) for i in IDS.findall(headers.raw(message, "References"))],
        sender=senders[0][1].lower()[:254],
        sender_name=senders[0][0][:200],
        recipients=list(dict.fromkeys(recipients)),
        subject=headers.text(headers.raw(message, "Subject"))[:300],
        date=headers.date(headers.raw(message, "Date")),
        headers={
            name.lower(): headers.text(headers.raw(message, name))[:998]
            for name in KEPT_HEADERS
            if name in message
        },
    )


def _measure(part: Message, depth: int = 0) -> None:
    if depth > MOST_DEPTH:
        raise Refused("too_deep")
    for inner in _inner(part):
        _measure(inner, depth + 1)


def _inner(part: Message) -> Iterator[Message]:
    payload = part.get_payload() if part.is_multipart() else []
    return (inner for inner in payload if isinstance(inner, Message))


def _content(part: Message) -> tuple[list[tuple[str, str]], list[Attachment]]:
    """([(kind, text)], attachments) of one part and what is inside it."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return [], [_letter(part)]
    if part.is_multipart() and kind.startswith("multipart/"):
        return _together(kind, [_content(inner) for inner in _inner(part)])
    if part.is_multipart():
        return [], []
    data = part.get_payload(decode=True) or b""
    if kind.startswith("multipart/"):
        kind = "text/plain"
    name = _file_name(part)
    disposition = headers.raw(part, "Content-Disposition").lower()
    if kind in {"text/plain", "text/html"} and not name and not disposition.startswith("attach"):
        label = headers.parameters(headers.raw(part, "Content-Type")).get("charset", "")
        words = decode(data, label)
        return [("html", text.from_html(words)) if kind == "text/html" else ("plain", words)], []
    name = clean_name(name or _default_name(kind))
    return [], [Attachment(name, data, kind[:100])] if data else []


def _together(kind: str, contents: list[tuple[list, list]]) -> tuple[list, list]:
    """The parts of a multipart; of alternatives the plain text, unless it is empty."""
    bodies = [body for inner, _ in contents for body in inner]
    files = [attachment for _, inner in contents for attachment in inner]
    if kind == "multipart/alternative":
        plain = [body for body in bodies if body[0] == "plain" and body[1].strip()]
        bodies = plain or [body for body in bodies if body[0] == "html"]
    return bodies, files


def _letter(part: Message) -> Attachment:
    """A mail inside a mail is a file; nobody looks for instructions in it."""
    inner = next(_inner(part), None)
    if inner is None:
        return Attachment("message.eml", b"", "message/rfc822")
    subject = headers.text(headers.raw(inner, "Subject"))[:100] or "message"
    try:
        content = inner.as_bytes()
    except Exception:
        content = b""
    return Attachment(clean_name(f"{subject.replace('/', '_')}.eml"), content, "message/rfc822")


def _file_name(part: Message) -> str:
    disposition = headers.parameters(headers.raw(part, "Content-Disposition"))
    name = disposition.get("filename") or headers.parameters(headers.raw(part, "Content-Type")).get(
        "name", ""
    )
    return headers.tidy(name)


def _default_name(kind: str) -> str:
    endings = {"image/jpeg": "jpg", "text/plain": "txt", "text/calendar": "ics"}
    main, _, sub = kind.partition("/")
    return f"{main}.{endings.get(kind) or re.sub(r'[^a-z0-9]', '', sub)[:10] or 'bin'}"
