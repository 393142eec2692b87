"""The stamped columns of cycles can be rebuilt from the events."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.accounts.actors import SYSTEM
from tests import stories
from tickets import actions
from tickets.models import Ticket

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
        spoken = event.key in ("ticket.message", "ticket.resolved")
        if spoken and event.actor_kind != "customer":
            stamps.setdefault("first_response_at", event.at)
    return cycles


@pytest.mark.parametrize("seed", range(12))
def test_stamps_are_what_the_events_tell(seed, cast, now):
    rng = random.Random(seed)
    ticket, at = stories.received(now), now
    moves = {
        "take": {}, "register": {}, "accept": {}, "start": {}, "confirm": {}, "restore": {},
        "classify": {"category": stories.category(), "priority": "P2"},
        "assign": {"handler": cast.tang}, "refuse": {"reason": "忙"}, "hold": {"reason": "parts"},
        "plan": {"methods": ["remote"]}, "resolve": {"result": "好"}, "reopen": {"reason": "不行"},
        "cancel": {"reason": "spam"}, "message": {"body": "您好"}, "note": {"body": "记"},
        "resume": {}, "set_priority": {"priority": "P1", "reason": "急"},
    }  # fmt: skip
    done = 0
    for _ in range(80):
        verb = rng.choice([*moves, "register", "classify", "assign", "start", "resolve"])
        if verb == "cancel" and rng.random() < 0.7:
            continue
        at += timedelta(minutes=rng.randint(1, 240))
        facts = dict(moves[verb])
        if verb == "plan":
            facts["finish_at"] = at + timedelta(days=1)
        by = cast.root if verb == "take" else SYSTEM
        try:
            actions.VERBS[verb](ticket, by=by, at=at, **facts)
            done += 1
        except (ValidationError, PermissionDenied):
            continue
    assert done > 15
    ticket = Ticket.objects.get(pk=ticket.pk)
    told = rebuilt(ticket)
    kept = {}
    names = ["opened_at", "first_response_at", *STAMP_OF.values()]
    for cycle in ticket.cycles.all():
        kept[cycle.number] = {n: getattr(cycle, n) for n in names if getattr(cycle, n)}
    assert kept == told
    running = ticket.deadlines.filter(ended_at__isnull=True).order_by("due_at", "pk").first()
    assert ticket.next_due_at == (running.due_at if running else None)
