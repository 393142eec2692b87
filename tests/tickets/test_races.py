"""Two people, a retried phone: one effect, and the other learns of it. Real threads and commits."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from foundation.accounts.actors import CaseHolder
from foundation.clockwork.once import once
from foundation.messaging.models import OutgoingMessage
from tests import stories
from tickets import actions
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works) -> list:
    """Run the works at once, each in a thread of its own; answers or exceptions in order."""
    gate = threading.Barrier(len(works))
    answers: list = [None] * len(works)

    def run(place, work):
        try:
            gate.wait(10)
            answers[place] = work()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_two_supervisors_classify_one_ticket(cast):
    ticket = stories.registered(timezone.now())
    category, version = stories.category(), ticket.version

    def classify(by):
        return lambda: actions.classify(
            ticket, by=by, version=version, category=category, priority="P2"
        )

    answers = together(classify(cast.sun), classify(cast.ma))
    assert sorted(type(answer).__name__ for answer in answers) == ["Stale", "Ticket"]
    assert ticket.events.filter(key="ticket.classified").count() == 1


def test_two_people_resolve_at_once(cast):
    ticket = stories.in_progress(timezone.now(), cast.tang)
    answers = together(
        *[lambda: actions.resolve(ticket, by=cast.tang, result="好了") for _ in range(4)]
    )
    assert sum(isinstance(answer, Ticket) for answer in answers) == 1
    assert all(isinstance(answer, Ticket | actions.Refused) for answer in answers)
    assert OutgoingMessage.objects.filter(template_key="ticket.resolved").count() == 1


def test_a_customer_confirms_while_another_tab_says_not_solved(cast):
    ticket = stories.resolved(timezone.now(), cast.tang)
    holder = CaseHolder(ticket.pk)
    answers = together(
        lambda: actions.confirm(ticket, by=holder),
        lambda: actions.reopen(ticket, by=holder, reason="还是坏的"),
    )
    status = Ticket.objects.get(pk=ticket.pk).status
    # Confirmed first may still be reopened; reopened first cannot be confirmed any more.
    assert status == "in_progress"
    assert isinstance(answers[1], Ticket)


def test_numbers_are_never_given_twice(cast):
    at = timezone.now()
    stories.product()
    answers = together(*[lambda: stories.received(at) for _ in range(6)])
    assert len({ticket.number for ticket in answers}) == 6


def test_one_hold_per_reason_under_haste(cast):
    ticket = stories.in_progress(timezone.now(), cast.tang)
    answers = together(
        *[lambda: actions.hold(ticket, by=cast.tang, reason="parts") for _ in range(3)]
    )
    assert sum(isinstance(answer, ValidationError) for answer in answers) == 2
    assert ticket.holds.count() == 1


def test_a_form_sent_twice_makes_one_ticket(cast):
    at = timezone.now()
    stories.product()

    def send():
        return once("test", "key", lambda: {"ticket": stories.received(at).pk})

    answers = together(send, send, send)
    assert [fresh for _, fresh in answers].count(True) == 1
    assert len({answer["ticket"] for answer, _ in answers}) == 1
    assert Ticket.objects.count() == 1


def test_two_sweeps_breach_a_promise_once(cast):
    ticket = stories.received(timezone.now() - timedelta(hours=1), symptom="冒烟了")
    at = timezone.now()
    answers = together(lambda: actions.breach_due(at), lambda: actions.breach_due(at))
    assert sum(answers) == 2
    told = ticket.events.filter(key="deadline.breached").values_list("data__promise", flat=True)
    assert sorted(told) == ["first-response", "urgent-person"]
