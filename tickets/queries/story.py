"""The story of a ticket in words: timeline, path, promises."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.accounts.models import Department, User
from foundation.desk.words import clock
from tickets import events
from tickets.choices import PATH, Audience, Status
from tickets.models import Attachment, Category, Deadline, Promise, Ticket, TicketEvent

NAMED = {"user": User, "department": Department, "category": Category}


@dataclass
class Entry:
    """One line of the story. `body` is what a person wrote, as typed; `words` what happened."""

    at: datetime
    key: str
    words: str
    who: str
    actor_kind: str
    is_public: bool
    body: str = ""
    audience: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    link: str = ""

    @property
    def is_talk(self) -> bool:
        return bool(self.body)

    @property
    def is_internal(self) -> bool:
        return self.audience == Audience.INTERNAL


def timeline(ticket: Ticket) -> list[Entry]:
    """Everything, for staff; a constant number of queries. The ticket's own people come with it."""
    return _entries(ticket, ticket.events.all(), public=False)


def public_timeline(ticket: Ticket) -> list[Entry]:
    """What the customer may read: public facts, public messages, public files."""
    return _entries(ticket, ticket.events.filter(is_public=True), public=True)


def _entries(ticket: Ticket, rows, *, public: bool) -> list[Entry]:
    rows = list(rows.select_related("message"))
    things = _known(ticket)
    people = {ticket.handler_id, ticket.contact_id, *(row.actor_id for row in rows)} - {None}
    names = _names(rows, things, people)
    ticket.handler = things.get(("user", ticket.handler_id))
    ticket.contact = things.get(("user", ticket.contact_id))
    for row in rows:
        row.actor = things.get(("user", row.actor_id))
    files = _files(ticket, public)
    if not public:
        # What came with the request itself; the customer's page shows these beside its words.
        told = {row.data.get("attachment") for row in rows}
        files["first"] = [one for pk, (one,) in files["single"].items() if pk not in told]
    return [_entry(row, names, files, public) for row in rows]


def _entry(row: TicketEvent, names: dict, files: dict, public: bool) -> Entry:
    message = row.message
    if public and message and message.audience != Audience.PUBLIC:
        message = None
    attachments = files["messages"].get(message.pk, []) if message else []
    if "attachment" in row.data:
        attachments = files["single"].get(row.data["attachment"], [])
    elif row.key == "ticket.received":
        attachments = files.get("first", [])
    return Entry(
        at=row.at,
        key=row.key,
        words=_words(row, names, public),
        who=_public_name(row) if public else actor_name(row),
        actor_kind=row.actor_kind,
        is_public=row.is_public,
        body=message.body if message else "",
        audience=message.audience if message else "",
        attachments=attachments,
        link=reverse("knowledgebase:article", args=[row.data["article"]])
        if row.key == "ticket.article_sent"
        else "",
    )


def _files(ticket: Ticket, public: bool) -> dict:
    rows = ticket.attachments.select_related("file")
    if public:
        rows = rows.filter(audience=Audience.PUBLIC)
    found: dict[str, dict[int, list[Attachment]]] = {"messages": {}, "single": {}}
    for row in rows:
        if row.message_id:
            found["messages"].setdefault(row.message_id, []).append(row)
        else:
            found["single"][row.pk] = [row]
    return found


def _known(ticket: Ticket) -> dict[tuple[str, int], Any]:
    """Whom and what the ticket was read with: {(kind, pk): row}."""
    kept = ticket._state.fields_cache
    category = kept.get("category")
    things = [
        ("user", kept.get("handler")),
        ("user", kept.get("contact")),
        ("department", kept.get("department")),
        ("category", category),
        ("category", category and category._state.fields_cache.get("parent")),
    ]
    return {(kind, thing.pk): thing for kind, thing in things if thing}


def _names(
    rows: Iterable[TicketEvent], things: dict[tuple[str, int], Any], people: set[int]
) -> dict[tuple[str, int], str]:
    """The names of everybody and everything the events speak of, and of `people`: one query per
    kind of thing, for what is not among `things` yet; there it stands afterwards."""
    wanted: dict[str, set[int]] = {kind: set() for kind in NAMED} | {"user": people}
    for row in rows:
        for name, kind in _fields(row).items():
            if kind in NAMED and row.data.get(name):
                wanted[kind].add(row.data[name])
    for kind, pks in wanted.items():
        if missing := [pk for pk in pks if (kind, pk) not in things]:
            things |= {(kind, row.pk): row for row in NAMED[kind].objects.filter(pk__in=missing)}
    names = {
        (kind, pk): str(thing) if kind == "user" else thing.name
        for (kind, pk), thing in things.items()
    }
    if any("promise" in _fields(row).values() for row in rows):
        names |= {("promise", promise.key): promise.name for promise in Promise.objects.all()}
    return names


def _fields(row: TicketEvent) -> dict:
    kind = events.KINDS.get(row.key)
    return dict(kind.fields) if kind else {}


def _words(row: TicketEvent, names: dict, public: bool) -> str:
    kind = events.KINDS.get(row.key)
    if kind is None:
        return row.key
    words = str(kind.public_words if public else kind.words)
    shown = {
        name: _shown(row.data.get(name), sort, names, public) for name, sort in kind.fields.items()
    }
    return words % shown if "%(" in words else words


def _shown(value, sort, names: dict, public: bool) -> str:
    if value is None:
        return "–"
    if sort == "moment":
        return clock(datetime.fromisoformat(value))
    if isinstance(sort, str):
        return names.get((sort, value), str(value))
    if public and value in events.TOLD_TO_CUSTOMERS:
        return str(events.TOLD_TO_CUSTOMERS[value])
    return str(sort(value).label) if value in sort.values else str(value)


def words_of(row: TicketEvent) -> str:
    """One event in words, for messages to staff."""
    return _words(row, _names([row], {}, set()), public=False)


def actor_name(row: TicketEvent) -> str:
    """Who it was, for staff."""
    if row.actor_id:
        return str(row.actor)
    if row.actor_kind == "staff":
        return _("a former colleague")
    return _("customer") if row.actor_kind == "customer" else _("system")


def _public_name(row: TicketEvent) -> str:
    """Who it was, for the customer: colleagues by the name they show."""
    if row.actor_kind == "customer":
        return _("you")
    return str(row.actor) if row.actor_id and row.message_id else ""


@dataclass(frozen=True)
class Step:
    """One of the six steps of the path: done, now, or ahead."""

    status: str
    label: str
    state: str


def path(ticket: Ticket) -> list[Step]:
    """The six steps with the present one marked; all struck where the ticket is cancelled."""
    here = ticket.cancelled_from or ticket.status
    index = PATH.index(here) if here in PATH else 0
    steps = []
    for position, status in enumerate(PATH):
        state = "done" if position < index else "now" if position == index else "ahead"
        if ticket.status == Status.CANCELLED:
            state = "struck"
        steps.append(Step(status, str(Status(status).label), state))
    return steps


def promises(ticket: Ticket) -> list[Deadline]:
    """The deadlines of the present cycle, those waited for first; one query, none where they are
    at hand."""
    if "deadlines" in getattr(ticket, "_prefetched_objects_cache", {}):
        rows = [row for row in ticket.deadlines.all() if row.cycle == ticket.cycle]
    else:
        rows = ticket.deadlines.filter(cycle=ticket.cycle).select_related("promise")
    return sorted(rows, key=lambda row: (not row.is_waited_for, row.due_at, row.pk))
