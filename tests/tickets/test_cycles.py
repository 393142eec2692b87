"""The stamped columns of cycles can be rebuilt from the events."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.accounts.actors import SYSTEM, CaseHolder
from tests import stories
from tickets import actions
from tickets.models import ServicePlan, Ticket

pytestmark = pytest.mark.django_db

STAMP_OF = {
    "ticket.registered": "registered_at",
    "ticket.classified": "classified_at",
    "ticket.assigned": "assigned_at",
    "ticket.accepted": "accepted_at",
    "ticket.planned": "planned_at",
    "ticket.started": "started_at",
    "ticket.resolved": "resolved_at",
    "ticket.confirmed": "confirmed_at",
    "ticket.cancelled": "cancelled_at",
}
NAMES = (
    "opened_at", "first_response_at", "spoke_again_at", "asked_at", "visited_at",
    *STAMP_OF.values(),
)  # fmt: skip


def rebuilt(ticket) -> dict[int, dict]:
    """{cycle: {stamp: moment}} told by the timeline alone."""
    cycles: dict[int, dict] = {}
    for event in ticket.events.select_related("message").order_by("pk"):
        stamps = cycles.setdefault(event.cycle, {"opened_at": event.at})
        if event.key in ("ticket.assigned", "ticket.refused"):
            stamps.pop("accepted_at", None)
        if event.key == "ticket.restored":
            stamps.pop("cancelled_at", None)
        if name := STAMP_OF.get(event.key):
            stamps.setdefault(name, event.at)
        if event.key == "ticket.started":
            stamps.setdefault("accepted_at", event.at)
        _tell_more(ticket, event, stamps)
        spoken = event.key in ("ticket.message", "ticket.resolved")
        if spoken and event.actor_kind != "customer":
            stamps.setdefault("first_response_at", event.at)
    for stamps in cycles.values():
        stamps["held_seconds"] = _length_of(stamps.pop("_spans", []))
        stamps.pop("_open", None)
    return cycles


CONTACTS = ("ticket.message", "ticket.attached", "ticket.cancelled")


def _tell_more(ticket, event, stamps) -> None:
    """The stamps of first contacts and visits, and the holds, by one event."""
    if event.key in CONTACTS and event.actor_kind == "customer":
        stamps.setdefault("spoke_again_at", event.at)
    if event.key == "ticket.planned":
        version = ServicePlan.objects.get(
            ticket=ticket, cycle=event.cycle, version=event.data["plan_version"]
        )
        if {"onsite", "pickup"} & set(version.methods):
            stamps.setdefault("visited_at", event.at)
    if event.key == "ticket.held":
        stamps.setdefault("_open", {})[event.data["reason"]] = event.at
        if event.data["reason"] == "customer":
            stamps.setdefault("asked_at", event.at)
    if event.key == "ticket.resumed":
        begin = stamps["_open"].pop(event.data["reason"])
        stamps.setdefault("_spans", []).append((begin, event.at))


def _length_of(spans) -> int:
    """Minute by minute, on purpose not as the code does it: the moments are whole minutes."""
    minutes = set()
    for begin, end in spans:
        first = int(begin.timestamp() // 60)
        minutes |= set(range(first, int(end.timestamp() // 60)))
    return 60 * len(minutes)


@pytest.mark.parametrize("seed", range(12))
def test_stamps_are_what_the_events_tell(seed, cast, now):
    rng = random.Random(seed)
    ticket, at = stories.received(now), now
    moves = {
        "take": {}, "register": {}, "accept": {}, "start": {}, "confirm": {}, "restore": {},
        "classify": {"category": stories.category(), "priority": "P2"},
        "assign": {"handler": cast.tang}, "refuse": {"reason": "忙"}, "hold": {},
        "plan": {}, "resolve": {"result": "好"}, "reopen": {"reason": "不行"},
        "cancel": {"reason": "spam"}, "message": {"body": "您好"}, "note": {"body": "记"},
        "resume": {}, "set_priority": {"priority": "P1", "reason": "急"},
    }  # fmt: skip
    done = 0
    for _ in range(120):
        verb = rng.choice([*moves, "register", "classify", "assign", "start", "resolve"])
        if verb == "cancel" and rng.random() < 0.7:
            continue
        at += timedelta(minutes=rng.randint(1, 240))
        facts = dict(moves[verb])
        if verb == "plan":
            facts["finish_at"] = at + timedelta(days=1)
            facts["methods"] = [rng.choice(["remote", "onsite", "pickup", "depot"])]
        if verb == "hold":
            facts["reason"] = rng.choice(["parts", "customer", "third_party", "approval"])
        by = cast.root if verb == "take" else SYSTEM
        if verb in ("message", "cancel", "reopen", "confirm") and rng.random() < 0.5:
            by = CaseHolder(ticket.pk)
        try:
            actions.VERBS[verb](ticket, by=by, at=at, **facts)
            done += 1
        except (ValidationError, PermissionDenied):
            continue
    assert done > 15
    ticket = Ticket.objects.get(pk=ticket.pk)
    told = rebuilt(ticket)
    kept = {}
    for cycle in ticket.cycles.all():
        kept[cycle.number] = {n: getattr(cycle, n) for n in NAMES if getattr(cycle, n)}
        kept[cycle.number]["held_seconds"] = cycle.held_seconds
    assert kept == told
    running = ticket.deadlines.filter(ended_at__isnull=True).order_by("due_at", "pk").first()
    assert ticket.next_due_at == (running.due_at if running else None)


def test_old_tickets_are_filled_by_the_migration(cast, now):
    """What `fill` makes of rows without the stamps is what the verbs had written."""
    import importlib

    from django.apps import apps

    module = importlib.import_module("tickets.migrations.0003_cycle_stamps")
    ticket, later = stories.in_progress(now, cast.tang), now + timedelta(hours=1)
    by = CaseHolder(ticket.pk)
    actions.plan(
        ticket, by=SYSTEM, at=later, methods=["onsite"], finish_at=later + timedelta(days=1)
    )
    actions.hold(ticket, by=SYSTEM, at=later, reason="customer")
    actions.hold(ticket, by=SYSTEM, at=later + timedelta(minutes=5), reason="parts")
    actions.message(ticket, by=by, at=later + timedelta(minutes=20), body="好了吗")
    actions.resolve(ticket, by=SYSTEM, at=later + timedelta(minutes=45), result="好")
    actions.reopen(ticket, by=by, at=later + timedelta(hours=2), reason="不行")
    actions.hold(ticket, by=SYSTEM, at=later + timedelta(hours=3), reason="parts")
    actions.resume(ticket, by=SYSTEM, at=later + timedelta(hours=4))
    written = list(ticket.cycles.values())
    assert [row["held_seconds"] for row in written] == [45 * 60, 3600]
    assert [bool(row["asked_at"]) for row in written] == [True, False]
    ticket.cycles.update(spoke_again_at=None, asked_at=None, visited_at=None, held_seconds=0)
    module.fill(apps, None)
    assert list(ticket.cycles.values()) == written
