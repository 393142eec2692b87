from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from care import actions, queries
from care.models import Callback
from foundation.accounts.models import Grant, Role
from tests import stories
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
LIST = "admin:care_callback_changelist"


def page(call) -> str:
    return reverse("admin:care_callback_change", args=[call.pk])


@pytest.fixture
def rows(db, cast):
    """Makes calls that are late by so many hours."""

    def make(*hours, contact=None):
        made = []
        for late in hours:
            resolved_at = timezone.now() - timedelta(hours=26 + late)
            ticket = stories.resolved(
                resolved_at, cast.tang, contact=contact or cast.anna, requester_phone="13812345678"
            )
            actions.open_satisfaction_calls(timezone.now())
            # Whatever hours the house calls in now.
            due_at = timezone.now() - timedelta(hours=late)
            Callback.objects.filter(ticket=ticket).update(due_at=due_at)
            made.append(Callback.objects.get(ticket=ticket))
        return made

    return make


def test_the_list_shows_late_calls_first_with_name_and_number(client, cast, rows):
    soon, late = rows(-3, 5)
    client.force_login(cast.anna)
    text = client.get(reverse(LIST), follow=True).text
    assert text.index(page(late)) < text.index(page(soon))
    assert "late by 5 h" in text and "王芳" in text and "13812345678" in text


def test_calls_of_a_colleague_are_a_click_away(client, cast, rows):
    [call] = rows(1)
    client.force_login(cast.sun)
    assert page(call) not in client.get(reverse(LIST), follow=True).text
    assert page(call) in client.get(reverse(LIST), {"view": "open"}).text


def test_an_empty_list_teaches(client, cast, rows):
    rows(1)
    client.force_login(cast.sun)
    text = client.get(reverse(LIST), follow=True).text
    assert "Nobody waits for your call" in text and "?view=open" in text


def test_a_call_shows_what_was_done_and_recording_it_opens_the_next(client, cast, rows):
    first, second = rows(5, 1)
    client.force_login(cast.anna)
    shown = client.get(page(first)).text
    assert "已更换排水泵" in shown and 'href="tel:13812345678"' in shown
    answer = client.post(page(first), {"outcome": "not_reached", "tries": 0})
    assert (answer.status_code, answer.url) == (302, page(second))
    first.refresh_from_db()
    assert (first.tries, first.state) == (1, "open")
    answer = client.post(page(second), {"outcome": "reached_satisfied", "tries": 0})
    assert answer.url == page(first)
    assert Ticket.objects.get(pk=second.ticket_id).status == "confirmed"
    answer = client.post(page(first), {"outcome": "wrong_number", "tries": 1})
    assert answer.url == reverse(LIST)


def test_not_solved_wants_words_and_keeps_what_was_chosen(client, cast, rows):
    [call] = rows(1)
    client.force_login(cast.anna)
    answer = client.post(page(call), {"outcome": "reached_not_solved", "tries": 0})
    assert "Write what does not work" in answer.text
    assert 'value="reached_not_solved" checked' in answer.text
    data = {"outcome": "reached_not_solved", "tries": 0, "note": "还是漏水"}
    assert client.post(page(call), data, follow=True).text.count("The ticket is reopened") == 1
    assert Ticket.objects.get(pk=call.ticket_id).status == "in_progress"


def test_a_second_click_or_a_second_person_changes_nothing(client, cast, rows):
    [call] = rows(1)
    client.force_login(cast.anna)
    data = {"outcome": "not_reached", "tries": 0, "note": "占线"}
    client.post(page(call), data)
    answer = client.post(page(call), data)
    assert "A try was recorded meanwhile" in answer.text and "占线" in answer.text
    assert 'name="tries" value="1"' in answer.text
    actions.record_try(call, outcome="reached_satisfied", by=cast.sun)
    answer = client.post(page(call), data | {"tries": 1}, follow=True)
    assert "Sun has dealt with this already" in answer.text


def test_looking_changes_nothing(client, cast, rows):
    [call] = rows(1)
    client.force_login(cast.anna)
    client.get(page(call), {"outcome": "reached_satisfied", "tries": 0})
    call.refresh_from_db()
    assert (call.tries, call.state) == (0, "open")


@pytest.mark.parametrize("name", ["deng", "wu", "qian", "an"])
def test_who_makes_no_calls_sees_none(client, cast, rows, name):
    [call] = rows(1)
    client.force_login(getattr(cast, name))
    assert client.get(reverse(LIST)).status_code == 403
    assert "王芳" not in client.get(page(call), follow=True).text
    client.post(page(call), {"outcome": "reached_satisfied", "tries": 0})
    call.refresh_from_db()
    assert call.tries == 0


def test_a_role_with_masked_data_calls_nobody_by_full_number(client, cast, rows):
    [call] = rows(1)
    for verb in ("care.callback", "tickets.confirm"):
        Grant.objects.create(role=Role.objects.get(key="quality"), verb=verb)
    client.force_login(cast.qian)
    for text in (client.get(page(call)).text, client.get(reverse(LIST), {"calls": "open"}).text):
        assert "王芳" not in text and "13812345678" not in text
        assert "138****5678" in text


def test_nothing_is_edited_by_hand(client, cast, rows):
    rows(1)
    client.force_login(cast.root)
    assert client.get(reverse("admin:care_callback_add")).status_code == 403
    [call] = Callback.objects.all()
    assert client.post(reverse("admin:care_callback_delete", args=[call.pk])).status_code == 403


def test_home_and_ticket_tell_of_calls(rf, cast, rows):
    late, soon = rows(2, -2)
    request = rf.get("/")
    request.user = cast.anna
    assert queries.home_list(cast.anna, request) == {"count": 2, "late": 1}
    assert queries.home_list(cast.tang, request) is None
    assert queries.on_ticket(late.ticket, request) == {"calls": [late]}
    actions.record_try(late, outcome="reached_satisfied", by=cast.anna)
    assert queries.home_list(cast.anna, request) == {"count": 1, "late": 0}
    assert queries.on_ticket(late.ticket, request) is None
    request.user = cast.qian
    assert queries.on_ticket(soon.ticket, request) is None


def test_calls_of_people_who_left_are_for_everybody(cast, rows):
    [call] = rows(1)
    assert not Callback.objects.waiting_for(cast.sun).exists()
    cast.anna.is_active = False
    cast.anna.save()
    assert Callback.objects.waiting_for(cast.sun).get() == call


def test_the_list_asks_the_same_for_one_and_for_three(
    client, cast, rows, django_assert_max_num_queries
):
    client.force_login(cast.anna)
    rows(1)
    waiting = {"view": "mine"}
    with django_assert_max_num_queries(20) as one:
        client.get(reverse(LIST), waiting)
    rows(2, 3)
    with django_assert_max_num_queries(len(one)):
        assert client.get(reverse(LIST), waiting).text.count("late by") == 3
