"""The customer in two tabs, a caller and the worker at once: one effect. Real threads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from care import actions as care
from care.models import Callback
from foundation.accounts.actors import CaseHolder
from surveys import actions
from surveys.models import Invitation
from tests import stories
from tests.tickets.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(cast) -> Invitation:
    ticket = stories.resolved(timezone.now() - timedelta(hours=20), cast.tang, contact=cast.anna)
    return Invitation.objects.get(ticket=ticket)


def test_finishing_in_three_tabs(asked):
    holder = CaseHolder(asked.ticket_id)
    work = [lambda: actions.finish(asked, answers={"overall": 1}, by=holder) for _ in range(3)]
    assert all(isinstance(answer, Invitation) for answer in together(*work))
    assert asked.ticket.events.filter(key="survey.answered").count() == 1
    assert asked.answers.count() == Callback.objects.count() == 1


def test_solved_in_one_tab_and_not_in_the_other_while_the_caller_records(asked, cast):
    holder = CaseHolder(asked.ticket_id)
    care.open_satisfaction_calls(timezone.now())
    call = Callback.objects.get()
    together(
        lambda: actions.say_solved(asked, by=holder),
        lambda: actions.say_not_solved(asked, what="没好", by=holder),
        lambda: care.record_try(call, outcome="reached_satisfied", by=cast.anna),
    )
    asked.refresh_from_db()
    assert (asked.is_solved, asked.ticket.cycle) == (False, 2)
    assert Callback.objects.get(pk=call.pk).state != "open"


def test_two_workers_put_a_customer_on_the_list_once(asked):
    at = timezone.now()
    together(*[lambda: care.open_satisfaction_calls(at) for _ in range(3)])
    assert Callback.objects.count() == 1
    assert asked.ticket.events.filter(key="care.callback_opened").count() == 1
