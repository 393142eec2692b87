"""The lists of messages: what left, what came in.

A higher app tells which conversation the words of a search name:

    lists.register_conversation(find)     # find(text, user) -> the conversation, or ""
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.choices import Personal
from foundation.accounts.models import User
from foundation.lists import kinds
from foundation.lists.columns import badge, called, fact, moment, way_in, yes_no
from foundation.lists.filters import between, choices, days, one_or_many, rows_of, texts
from foundation.lists.kinds import Column, Filter, List, Order, Reader, StandingView
from foundation.messaging import templates
from foundation.messaging.choices import IncomingOutcome, OutgoingStatus, reason_words
from foundation.messaging.models import Endpoint, IncomingMessage, OutgoingMessage, may_read

STARS = "****"
NEWEST = Order("newest", gettext_lazy("newest first"), ("-pk",))
OLDEST = Order("oldest", gettext_lazy("oldest first"), ("pk",))
ORDERS = ("newest", "oldest")
# So many of the newest tell which mailboxes there are.
LOOKED_AT = 1000
_conversations: list[Callable[[str, User], str]] = []


def register_conversation(find: Callable[[str, User], str]) -> None:
    """Let the words of a search name a conversation: `find(text, user)` gives it, or ""."""
    _conversations.append(find)


def reads_letters(user: User) -> bool:
    """Who sees personal data in full: addresses and what people wrote are nothing else."""
    return may_read(user) and Personal.FULL in user.personal


def _hidden(address: str) -> str:
    """wang@example.com → ***@example.com."""
    return f"***{address[address.rindex('@') :]}" if "@" in address else STARS if address else ""


def _words(read: Callable[[Any], str], hide: Callable[[str], str] | None = None):
    """What the reader sees in full, or hidden."""
    hide = hide or (lambda words: STARS if words else "")

    def value(row: Any, reader: Reader) -> str:
        return read(row) if reads_letters(reader.user) else hide(read(row))

    return value


def _opens(value: Callable[[Any, Reader], str]):
    """The way into a letter, for those who may read it."""
    link = way_in(value)
    return lambda row, reader: (link if reads_letters(reader.user) else value)(row, reader)


def _search(column: str):
    """The beginning of an address; or every message of a conversation that the words name."""

    def search(rows: QuerySet, user: User, text: str) -> tuple[QuerySet, bool]:
        named = next(filter(None, (find(text, user) for find in _conversations)), "")
        if named:
            return rows.filter(thread=named), False
        if not reads_letters(user):
            return rows.none(), False
        return rows.filter(**{f"{column}__istartswith": text}), False

    return search


def search_hint(user: User) -> str:
    """What the box of this person finds by."""
    full = reads_letters(user)
    return _("Beginning of an address, or ticket number") if full else _("Ticket number")


def _state(tones: dict[str, str], name: str):
    return lambda row, reader: badge(
        tones.get(getattr(row, name), "received"), getattr(row, f"get_{name}_display")()
    )


# --- what left ------------------------------------------------------------------------------------

SENT_TONES = {
    OutgoingStatus.WAITING: "classified",
    OutgoingStatus.SENT: "resolved",
    OutgoingStatus.FAILED: "failed",
}


def _recipient(row: OutgoingMessage, reader: Reader) -> str:
    """A program is called by its name, which is nobody's."""
    if row.endpoint_id or reads_letters(reader.user):
        return row.to_address
    return _hidden(row.to_address)


def _endpoints(reader: Reader) -> dict[str, str]:
    rows = Endpoint.objects.values_list("pk", "name")
    return reader.once("endpoints", lambda: {str(pk): name for pk, name in rows})


KIND = Filter(
    "kind",
    gettext_lazy("kind"),
    known=lambda asked, reader: {v: templates.kind(v).label for v in asked if v in _kinds()},
    apply=lambda rows, asked, reader: rows.filter(**one_or_many("template_key", asked)),
    options=lambda reader: [(kind.key, kind.label) for kind in templates.kinds()],
)


def _kinds() -> set[str]:
    return {kind.key for kind in templates.kinds()}


_subject = _words(lambda row: row.subject)

OUTGOING = List(
    key="messaging.sent",
    label=gettext_lazy("Messages sent"),
    family="messages",
    model=OutgoingMessage,
    rows=lambda user: OutgoingMessage.objects.visible_to(user).defer("body"),
    may=may_read,
    columns=[
        moment("created", gettext_lazy("created"), "created_at", ORDERS),
        Column(
            "kind", gettext_lazy("kind"), lambda row, reader: templates.kind(row.template_key).label
        ),
        Column("to", gettext_lazy("recipient"), _recipient),
        Column("what", gettext_lazy("subject"), _subject, html=_opens(_subject), is_wide=True),
        fact(
            "state", gettext_lazy("status"), "status", html=_state(SENT_TONES, "status")
        ),
        Column("why", gettext_lazy("reason"), lambda row, reader: reason_words(row.last_error)),
        moment("sent", gettext_lazy("sent at"), "sent_at"),
        fact("tries", gettext_lazy("tries"), "attempts"),
        fact("language", gettext_lazy("language")),
        called("endpoint", gettext_lazy("webhook")),
        yes_no("automatic", gettext_lazy("automatic"), "is_automatic"),
    ],
    shown=("created", "kind", "to", "what", "state", "why"),
    always=("what",),
    filters=[
        choices("status", gettext_lazy("status"), OutgoingStatus),
        KIND,
        rows_of("endpoint", gettext_lazy("webhook"), _endpoints, "endpoint"),
        days("created", gettext_lazy("created"), between("created_at")),
    ],
    orders=(NEWEST, OLDEST),
    quick=(("status", OutgoingStatus.FAILED), ("status", OutgoingStatus.WAITING)),
    empty=(
        gettext_lazy("No message has left yet"),
        gettext_lazy(
            "Whatever customers are told by e-mail, and other programs by webhook, appears here "
            "with what became of it."
        ),
    ),
    views=[StandingView("failed", gettext_lazy("Did not arrive"), "status=failed")],
    search=_search("to_address"),
    search_hint=search_hint,
    name=lambda row: f"{templates.kind(row.template_key).label} · {row.pk}",
)  # fmt: skip


# --- what came in ---------------------------------------------------------------------------------

CAME_TONES = {
    IncomingOutcome.TICKET: "resolved",
    IncomingOutcome.REPLY: "resolved",
    IncomingOutcome.QUARANTINED: "in_progress",
    IncomingOutcome.REJECTED: "failed",
}


def _mailboxes() -> Iterable[str]:
    newest = IncomingMessage.objects.values_list("mailbox", flat=True)[:LOOKED_AT]
    return sorted(set(newest))


_title = _words(lambda row: row.subject or _("(no subject)"))

INCOMING = List(
    key="messaging.received",
    label=gettext_lazy("Messages received"),
    family="mail",
    model=IncomingMessage,
    rows=lambda user: IncomingMessage.objects.visible_to(user).defer("raw"),
    may=may_read,
    columns=[
        moment("received", gettext_lazy("came in"), "received_at", ORDERS),
        Column("from", gettext_lazy("from"), _words(lambda row: row.sender, _hidden)),
        Column("what", gettext_lazy("subject"), _title, html=_opens(_title), is_wide=True),
        fact("became", gettext_lazy("outcome"), "outcome", html=_state(CAME_TONES, "outcome")),
        fact("reference", gettext_lazy("ticket")),
        Column("why", gettext_lazy("why"), lambda row, reader: reason_words(row.reason)),
        fact("mailbox", gettext_lazy("mailbox")),
        moment("handled", gettext_lazy("handled at"), "handled_at"),
    ],
    shown=("received", "from", "what", "became", "reference", "why"),
    always=("what",),
    filters=[
        choices("outcome", gettext_lazy("outcome"), IncomingOutcome),
        texts("mailbox", gettext_lazy("mailbox"), _mailboxes),
        days("received", gettext_lazy("came in"), between("received_at")),
    ],
    orders=(NEWEST, OLDEST),
    quick=(("outcome", IncomingOutcome.QUARANTINED),),
    empty=(
        gettext_lazy("No mail has come in yet"),
        gettext_lazy(
            "Mail to the service address appears here, whole and as it came, with what became of "
            "it: a ticket, a reply, or something to look at."
        ),
    ),
    views=[StandingView("kept", gettext_lazy("Needs a person"), "outcome=quarantined")],
    search=_search("sender"),
    search_hint=search_hint,
    name=lambda row: f"{row.get_outcome_display()} · {row.pk}",
)


def register() -> None:
    for listed in (OUTGOING, INCOMING):
        kinds.register(listed)
