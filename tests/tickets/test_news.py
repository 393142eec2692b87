"""Progress news: prepared from the ticket, reminded of, sent the way the customer prefers."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from foundation.messaging.models import OutgoingMessage
from foundation.notices import queries as notices
from foundation.notices.models import Notice
from tests import stories
from tests.programs import program
from tickets import actions
from tickets.queries import public_timeline
from tickets.queries.news import latest_rounds, prepared, way
from tickets.queries.story import promises

pytestmark = pytest.mark.django_db


def rounds(ticket) -> list[tuple[int, str]]:
    rows = ticket.deadlines.filter(key="progress", cycle=ticket.cycle).order_by("round")
    return list(rows.values_list("round", "state"))


@pytest.fixture
def ticket(now, cast):
    """P2, in Tang's hands since 10:30, Anna speaks with the customer; news are due by 18:10."""
    return stories.in_progress(now, cast.tang, contact=cast.anna, language="en")


def test_news_are_a_mail_and_end_the_round(ticket, cast, later):
    actions.news(ticket, by=cast.anna, at=later(hours=3), body="The part is on its way.")
    assert rounds(ticket) == [(1, "met"), (2, "running")]
    assert ticket.deadlines.get(key="progress", round=2).due_at == later(hours=11)
    mail = OutgoingMessage.objects.get(dedupe_key__startswith="ticket.message:")
    assert mail.to_address == "wang@example.com" and "The part is on its way." in mail.body
    entry = public_timeline(ticket)[-1]
    assert (entry.words, entry.body) == ("How it goes", "The part is on its way.")


def test_no_hold_stops_the_rhythm_and_a_missed_round_is_counted(ticket, cast, later):
    actions.hold(ticket, by=cast.anna, at=later(hours=1), reason="customer")
    actions.breach_due(later(hours=9))
    actions.news(ticket, by=cast.anna, at=later(hours=10), body="Still waiting for you.")
    assert rounds(ticket) == [(1, "breached"), (2, "running")]
    ticket.refresh_from_db()
    (row,) = [row for row in latest_rounds(promises(ticket)) if row.key == "progress"]
    assert (row.round, row.rounds, row.missed) == (2, 2, 1)
    assert ticket.next_promise == "progress"


def test_the_ticket_shows_one_line_for_all_rounds(client, ticket, cast, later):
    actions.breach_due(later(hours=9))
    actions.news(ticket, by=cast.anna, at=later(hours=10), body="A")
    client.force_login(cast.anna)
    page = client.get(reverse("admin:tickets_alltickets_change", args=[ticket.pk]))
    assert page.content.decode().count("<span>Progress news</span>") == 1
    assert "round 2, 1 late" in page.content.decode()


def test_the_text_says_where_it_stands_what_is_done_and_by_when(ticket, cast, later):
    ticket = actions.plan(
        ticket, by=cast.sun, at=later(hours=1), finish_at=later(days=1), methods=["onsite"],
        diagnosis="Pump", summary="New pump",
    )  # fmt: skip
    ticket = actions.hold(ticket, by=cast.tang, at=later(hours=2), reason="parts")
    assert prepared(ticket, later(hours=3)).splitlines() == [
        "We are at work for you.",
        "Your colleague for this is Tang.",
        "What we do for you: visit on site.",
        "We wait for a part.",
        "We plan to be finished by 11 Mar 2026 10:00.",
        "You hear from us again by 10 Mar 2026 21:00.",
    ]


def test_the_text_is_in_the_language_of_the_customer(now, cast, later):
    ticket = stories.in_progress(now, cast.tang)
    text = prepared(ticket, later(hours=3))
    assert "2026年3月10日 21:00" in text and "We" not in text


def test_a_promise_that_is_late_is_not_repeated(ticket, cast, later):
    ticket = actions.plan(
        ticket, by=cast.sun, at=later(hours=1), finish_at=later(hours=2), methods=["onsite"],
        diagnosis="Pump", summary="New pump",
    )  # fmt: skip
    text = prepared(ticket, later(hours=3))
    assert "It takes longer than we promised" in text and "finished by" not in text


def test_the_contact_is_reminded_once_before_the_time_with_the_way_to_the_text(ticket, cast, later):
    assert actions.warn_due(later(hours=6)) >= 0
    actions.warn_due(later(hours=6, minutes=30))
    actions.warn_due(later(hours=7))
    (notice,) = Notice.objects.filter(kind="ticket.news_due")
    assert notice.user == cast.anna
    assert notice.url == reverse("admin:tickets_alltickets_verb", args=[ticket.pk, "news"])
    assert not Notice.objects.filter(kind="ticket.soon", data__deadline=notice.data["deadline"])
    (line,) = notices.lines([notice])
    assert "tell the customer how it goes" in line.words
    actions.news(ticket, by=cast.anna, at=later(hours=7), body="A")
    (line,) = notices.lines([notice])
    assert line.words == f"{ticket.number}: the customer has heard from us"


def test_without_a_contact_the_handler_is_reminded(ticket, cast, later):
    type(ticket).objects.filter(pk=ticket.pk).update(contact=None)
    actions.warn_due(later(hours=7))
    assert Notice.objects.get(kind="ticket.news_due").user == cast.tang


def test_the_dialog_has_the_text_and_one_press_sends_it(client, cast):
    ticket = stories.in_progress(timezone.now(), cast.tang, contact=cast.anna, language="en")
    client.force_login(cast.anna)
    address = reverse("admin:tickets_alltickets_verb", args=[ticket.pk, "news"])
    form = client.get(address).context["form"]
    assert form["how"].value() == "mail" and "We are at work for you." in form["body"].value()
    data = {name: form[name].value() for name in ("body", "how", "version", "once")}
    for _ in range(2):
        assert client.post(address, data).status_code == 302
    assert rounds(ticket) == [(1, "met"), (2, "running")]


def test_it_is_sent_from_the_phone_page_too(client, cast):
    ticket = stories.in_progress(timezone.now(), cast.tang, contact=cast.anna, language="en")
    client.force_login(cast.tang)
    address = reverse("mobile:verb", args=[ticket.number, "news"])
    form = client.get(address).context["form"]
    assert "We are at work for you." in form["body"].value()
    data = {"body": form["body"].value(), "how": "mail", "version": ticket.version, "once": "1"}
    assert client.post(address, data).status_code == 302
    assert rounds(ticket) == [(1, "met"), (2, "running")]


def test_the_way_is_what_the_customer_prefers_where_it_leads_to_them(cast, now):
    owner = stories.customer()
    ticket = stories.received(now)
    ticket.requester_phone = ticket.requester_email = ""
    assert way(ticket) == "mail"
    ticket.requester_phone = "13812345678"
    assert way(ticket) == "call"
    ticket.requester_email = "wang@example.com"
    assert way(ticket) == "mail"
    ticket.customer, owner.preferred_channel = owner, "phone"
    assert way(ticket) == "call"


def test_who_may_not_send_is_refused(ticket, cast, later):
    for name in ("tian", "an", "qian"):
        with pytest.raises(PermissionDenied):
            actions.news(ticket, by=getattr(cast, name), at=later(hours=1), body="A")
    with pytest.raises(ValidationError):
        actions.news(ticket, by=cast.anna, at=later(hours=1), body=" ")
    with pytest.raises(ValidationError):
        actions.news(ticket, by=cast.anna, at=later(hours=1), body="A" * 1001, how="call")
    assert rounds(ticket) == [(1, "running")]


def test_programs_send_news(cast):
    ticket = stories.in_progress(timezone.now(), cast.tang)
    answer = program(cast.anna).post(f"/api/v1/tickets/{ticket.number}/news/", {"body": "A"})
    assert answer.status_code == 200
    assert rounds(ticket) == [(1, "met"), (2, "running")]
