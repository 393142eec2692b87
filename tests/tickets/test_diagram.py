"""Every state × every verb × every role: allowed, or refused with the reason.

The table below is written by hand from the handbook, apart from the code, and is what counts.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.accounts.actors import CaseHolder
from tests import stories
from tickets import actions, queries, rules
from tickets.models import Ticket
from tickets.queries.diagram import document

pytestmark = pytest.mark.django_db

R, C, A, W, D, K, X = rules.STATES
STATES = {
    # verb: the states in which it is possible
    "take": {R, C, A, W},
    "amend": {R, C, A, W, D},
    "link": {R, C, A, W, D},
    "register": {R},
    "classify": {R, C},
    "set_priority": {C, A, W},
    "answer": {R, C},
    "assign": {C, A, W},
    "accept": {A},
    "refuse": {A},
    "plan": {A, W},
    "approve_plan": {C, A, W},
    "reject_plan": {C, A, W},
    "accept_plan": {C, A, W},
    "decline_plan": {C, A, W},
    "start": {A, W},
    "inspect": {A, W},
    "give_task": {R, C, A, W},
    "accept_task": {R, C, A, W},
    "finish_task": {R, C, A, W},
    "return_task": {R, C, A, W},
    "withdraw_task": {R, C, A, W},
    "ask": {R, C, A, W},
    "accept_question": {R, C, A, W},
    "advise": {R, C, A, W},
    "return_question": {R, C, A, W},
    "find": {R, C, A, W},
    "hold": {R, C, A, W},
    "resume": {R, C, A, W},
    "resolve": {W},
    "confirm": {D},
    "reopen": {D, K},
    "cancel": {R, C, A, W},
    "restore": {X},
    "message": {R, C, A, W, D, K},
    "news": {R, C, A, W},
    "note": {R, C, A, W, D, K, X},
    "attach": {R, C, A, W, D},
    "send_link": {R, C, A, W, D, K},
    "revoke_link": {R, C, A, W, D, K, X},
    "acknowledge": {R, C, A, W, D, K},
}
HELP = {"give_task", "withdraw_task", "ask", "find"}
# Whoever is asked answers; quality and R&D answer any question.
ANSWERS = {"accept_question", "advise", "return_question"}
DESK = HELP | {
    "take", "amend", "link", "register", "message", "news", "note", "attach", "hold", "resume",
    "send_link",
    "confirm", "reopen", "accept_plan", "decline_plan",
}  # fmt: skip
LEAD = DESK | {
    "classify", "set_priority", "answer", "assign", "plan", "cancel", "restore", "revoke_link",
    "acknowledge",
}  # fmt: skip
OWN_WORK = {"accept", "refuse", "plan", "start", "inspect", "resolve"}
FIELD = OWN_WORK | HELP | {"news", "note", "attach", "hold", "resume"}
DECIDES = {"approve_plan", "reject_plan"}
EVERYTHING = set(STATES)
# The ticket is a fault of the technical department, handled by tang, with anna as contact.
MAY = {
    "anna": DESK | OWN_WORK,
    "sun": LEAD,
    "hu": LEAD | DECIDES,
    "ma": LEAD | DECIDES,
    "deng": {"assign", "note"},
    "tang": FIELD,
    "tian": set(),
    "wu": set(),
    "qian": ANSWERS | {"note", "find"},
    "an": set(),
    "customer": {"message", "attach", "cancel", "confirm", "reopen", "accept_plan", "decline_plan"},
    "root": EVERYTHING,
}


def in_state(state: str, cast, now) -> Ticket:
    """A ticket in the state, with tang and anna on it, so that what is "own" is the same."""
    start = {
        R: stories.registered,
        C: stories.classified,
        X: stories.cancelled,
    }.get(state)
    if start:
        ticket = start(now)
    else:
        name = {A: "assigned", W: "in_progress", D: "resolved", K: "confirmed"}[state]
        ticket = getattr(stories, name)(now, cast.tang)
    Ticket.objects.filter(pk=ticket.pk).update(
        handler=cast.tang, contact=cast.anna, department=cast.tang.department
    )
    return Ticket.objects.get(pk=ticket.pk)


def actor(name: str, cast, ticket):
    return CaseHolder(ticket.pk) if name == "customer" else getattr(cast, name)


@pytest.mark.parametrize("state", rules.STATES)
def test_every_verb_for_every_role(state, cast, now):
    ticket = in_state(state, cast, now)
    at = now + timedelta(hours=4)
    found, expected = {}, {}
    for name, granted in MAY.items():
        by = actor(name, cast, ticket)
        for verb in STATES:
            # A dispatcher sees what still needs a visit: from classified to in progress.
            may = verb in granted and (name != "deng" or state in {C, A, W})
            expected[name, verb] = may
            found[name, verb] = queries.permits(ticket, verb, by)
    assert found == expected
    by = cast.root
    refused = {verb: queries.refusal(ticket, verb, by, at) for verb in STATES}
    for verb, states in STATES.items():
        if state not in states:
            assert refused[verb].code == "state", verb
            assert ticket.get_status_display() in refused[verb].words
        elif refused[verb]:
            assert refused[verb].code != "state", verb
            assert len(refused[verb].words) > 10


FAR = datetime(2027, 1, 1, tzinfo=UTC)
NEEDS_HELP = ANSWERS | {"accept_task", "finish_task", "return_task", "withdraw_task"}
ABOUT_A_PLAN = {"approve_plan", "reject_plan", "accept_plan", "decline_plan"}
FACTS = {
    "amend": {"facts": {"began": "昨天"}},
    "link": {"customer": None},
    "classify": lambda cast: {"category": stories.category(), "priority": "P2"},
    "set_priority": {"priority": "P1", "reason": "冒烟"},
    "answer": lambda cast: {"category": stories.category(), "body": "答复"},
    "assign": lambda cast: {"handler": cast.tian},
    "refuse": {"reason": "请假"},
    "plan": {"methods": ["onsite"]},
    "give_task": lambda cast: {"title": "找件", "person": cast.wu, "due_at": FAR},
    "ask": lambda cast: {"target": "rnd", "question": "为何？", "person": cast.qian},
    "find": {"party": "product", "evidence": "照片"},
    "reject_plan": {"reason": "太贵"},
    "hold": {"reason": "parts"},
    "resolve": {"result": "好了"},
    "reopen": {"reason": "又坏了"},
    "cancel": {"reason": "withdrawn"},
    "message": {"body": "您好"},
    "news": {"body": "在等配件"},
    "note": {"body": "备注"},
    "attach": {"files": [("note.txt", b"seen")]},
}


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("verb", list(STATES))
def test_the_verb_does_what_the_table_says(verb, state, cast, now):
    ticket = in_state(state, cast, now)
    at = now + timedelta(hours=4)
    facts = FACTS.get(verb, {})
    facts = dict(facts(cast) if callable(facts) else facts)
    if verb == "plan":
        facts["finish_at"] = at + timedelta(days=1)
    run = actions.VERBS[verb]
    if state not in STATES[verb]:
        with pytest.raises(actions.Refused) as refused:
            run(ticket, by=cast.root, at=at, **facts)
        assert refused.value.code == "state"
        assert Ticket.objects.get(pk=ticket.pk).version == ticket.version
        return
    # Possible by state; what else it needs is tested with the verb itself.
    try:
        moved = run(ticket, by=cast.root, at=at, **facts)
    except ValidationError:
        assert (
            verb
            in ABOUT_A_PLAN | {"register", "start", "resume", "answer", "acknowledge"} | NEEDS_HELP
        )
        return
    target = {**rules.TARGETS, "restore": R}.get(verb, state)
    assert moved.status == target


@pytest.mark.parametrize("name", [name for name in MAY if name not in ("root",)])
def test_what_the_matrix_does_not_grant_is_refused_and_changes_nothing(name, cast, now):
    ticket = in_state(W, cast, now)
    before = ticket.events.count()
    for verb in set(STATES) - MAY[name]:
        facts = FACTS.get(verb, {})
        facts = dict(facts(cast) if callable(facts) else facts)
        if verb == "plan":
            facts["finish_at"] = now + timedelta(days=9)
        with pytest.raises(PermissionDenied):
            actions.VERBS[verb](ticket, by=actor(name, cast, ticket), at=now, **facts)
    assert ticket.events.count() == before


@pytest.mark.parametrize("name", [*MAY])
def test_visible_rows_and_scopes_in_python_agree(name, cast, now):
    tickets = [in_state(state, cast, now) for state in rules.STATES]
    tickets.append(stories.received(now, kind="consultation"))
    by = actor(name, cast, tickets[3])
    seen = set(Ticket.objects.visible_to(by).values_list("pk", flat=True))
    for ticket in tickets:
        in_python = any(queries.in_scope(ticket, scope, by) for scope in by.scopes)
        assert (ticket.pk in seen) == in_python


def test_edges_on_the_model_are_the_edges_of_the_rules():
    """django-fsm and the rules say the same."""
    by_method = {
        "to_classified": ["classify"],
        "to_assigned": ["assign"],
        "to_unassigned": ["refuse"],
        "to_started": ["start"],
        "to_resolved": ["resolve"],
        "to_confirmed": ["confirm"],
        "to_reopened": ["reopen"],
        "to_cancelled": ["cancel"],
        "to_restored": ["restore"],
    }
    for method, verbs in by_method.items():
        edges = getattr(Ticket, method)._django_fsm.transitions
        for verb in verbs:
            assert set(edges) == set(rules.SOURCES[verb])
            targets = {str(edge.target) for edge in edges.values()}
            if verb != "restore":
                assert targets == {rules.TARGETS[verb]}


def test_the_state_cannot_be_set_by_hand(now):
    ticket = stories.received(now)
    with pytest.raises(AttributeError):
        ticket.status = "confirmed"


def test_the_drawing_is_up_to_date():
    path = Path(__file__).parents[2] / "docs" / "STATE_MACHINE.md"
    assert path.read_text(encoding="utf-8") == document(), "run: python manage.py diagram"
