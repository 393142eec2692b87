"""The lists of messages: narrowed, found, done to many, masked, taken out."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import Grant, Role
from foundation.clockwork import jobs
from foundation.clockwork.models import Job
from foundation.lists.queries import selection
from foundation.messaging import actions, inbound
from foundation.messaging.lists import INCOMING, OUTGOING
from foundation.messaging.models import IncomingMessage, OutgoingMessage
from tests import stories
from tests.foundation.messaging.letters import gb_letter, letter

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def url(name, *args):
    return reverse(f"admin:messaging_{name}", args=args)


@pytest.fixture
def enter(client, cast):
    def go(name):
        client.force_login(getattr(cast, name), backend=BACKEND)
        return client

    return go


@pytest.fixture
def sent(received, context, now):
    """Three messages: waiting, failed, sent."""
    people = {"waiting": "Wang@customer.example", "failed": "li@b.cn", "sent": "zhao@c.cn"}
    rows = {
        status: actions.queue(
            "received", to=to, language="en", context=context, dedupe_key=status, at=now,
            thread=f"ticket-{number}",
        )
        for number, (status, to) in enumerate(people.items(), 900_001)
    }  # fmt: skip
    for status, row in rows.items():
        OutgoingMessage.objects.filter(pk=row.pk).update(status=status)
    return rows


@pytest.fixture
def came(desk):
    """One that became a ticket, one that needs a person."""
    inbound.receive(letter(Message_ID="<1@x>"))
    desk.error = RuntimeError()
    kept = inbound.receive(gb_letter(), mailbox="service").row
    desk.error = None
    return kept


@pytest.fixture
def masked(cast):
    """Qian sees personal data masked, and may now look after messages and take lists out."""
    for verb in ("messaging.view", "reports.export"):
        Grant.objects.create(role=Role.objects.get(key="quality"), verb=verb)
    return cast.qian


def found(listed, query, user) -> list:
    return list(selection(listed.key, query, user).rows)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "sent failed waiting"),
        ("order=oldest", "waiting failed sent"),
        ("status=failed", "failed"),
        ("view=failed", "failed"),
        ("status=failed&status=sent", "sent failed"),
        ("kind=received", "sent failed waiting"),
        ("kind=webhook", ""),
        ("created=2026-03-10..2026-03-10", "sent failed waiting"),
        ("created=..2026-03-09", ""),
        ("q=wang%40", "waiting"),
        ("q=li", "failed"),
        ("q=LI", "failed"),
        ("q=i%40b", ""),
    ],
)
def test_what_left_is_narrowed_and_found(query, names, sent, cast):
    assert found(OUTGOING, query, cast.sun) == [sent[name] for name in names.split()]


def test_what_came_in_is_narrowed(came, cast):
    first, second = IncomingMessage.objects.order_by("pk")
    day = timezone.localdate()
    cases = {
        "": [second, first],
        "outcome=quarantined": [second],
        "view=kept": [second],
        "mailbox=service": [second],
        f"received={day}..": [second, first],
        f"q={first.sender[:4]}": [first],
    }
    assert {query: found(INCOMING, query, cast.sun) for query in cases} == cases


def test_a_ticket_number_finds_its_conversation(cast, sent, came, now):
    ticket = stories.received(now)
    OutgoingMessage.objects.filter(pk=sent["sent"].pk).update(thread=f"ticket-{ticket.pk}")
    IncomingMessage.objects.filter(pk=came.pk).update(thread=f"ticket-{ticket.pk}")
    typed = ticket.number.replace("-", " ")
    told = {row.pk for row in found(OUTGOING, f"q={typed}", cast.sun)}
    assert sent["sent"].pk in told and sent["failed"].pk not in told
    assert [row.pk for row in found(INCOMING, f"q={typed}", cast.sun)] == [came.pk]
    assert found(OUTGOING, f"q={typed}", cast.hu) == []


def test_the_filters_show_what_there_is(enter, sent, came):
    client = enter("sun")
    page = client.get(reverse("admin:lists_filters", args=[INCOMING.key])).text
    assert "service" in page and "inbox" in page
    page = client.get(reverse("admin:lists_filters", args=[OUTGOING.key])).text
    assert "Request received" in page or "received" in page


def test_who_sees_no_personal_data_sees_no_address_finds_none_and_opens_none(
    enter, masked, sent, came
):
    client = enter("qian")
    left, in_ = (
        client.get(url(f"{name}message_changelist")).text for name in ("outgoing", "incoming")
    )
    assert "***@customer.example" in left and "Wang@" not in left
    assert sent["sent"].subject not in left and "朱镕" not in in_
    assert url("outgoingmessage_change", sent["sent"].pk) not in left
    assert found(OUTGOING, "q=li", masked) == []
    assert client.get(url("outgoingmessage_change", sent["sent"].pk)).status_code == 403
    assert client.get(url("incomingmessage_change", came.pk)).status_code == 403
    assert client.get(url("incomingmessage_original", came.pk)).status_code == 403


def taken(client, listed) -> list[list[str]]:
    data = {"list": listed.key, "query": "", "kind": "csv", "columns": "all"}
    data["once"] = listed.key
    assert client.post(reverse("admin:sheets_export"), data).status_code == 302
    job = jobs.run(Job.objects.latest("pk").pk)
    assert (job.state, job.error) == ("done", "")
    content = b"".join(client.get(reverse("admin:sheets_download", args=[job.pk])))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_file_says_what_the_reader_may_read(enter, masked, sent, came):
    rows = taken(enter("sun"), OUTGOING)
    assert [row[2] for row in rows] == [
        "recipient", "Wang@customer.example", "li@b.cn", "zhao@c.cn"
    ]  # fmt: skip
    assert "朱镕" in str(taken(enter("sun"), INCOMING))
    rows = taken(enter("qian"), OUTGOING)
    assert [row[2:4] for row in rows[1:]] == [
        [f"***@{domain}", "****"] for domain in ("customer.example", "b.cn", "c.cn")
    ]
    assert "朱镕" not in str(taken(enter("qian"), INCOMING))


def many(client, listed, verb, rows):
    address = reverse("admin:lists_bulk", args=[listed.key, verb])
    data = {"t": [f"{row.pk}:" for row in rows], "once": "1"}
    return client.post(address, data, follow=True)


def test_many_go_again_but_what_arrived_does_not(enter, sent):
    client = enter("root")
    for _twice in range(2):
        answer = many(client, OUTGOING, "again", [sent["failed"], sent["sent"]])
        assert "Open it to send it a second time" in answer.text
    states = dict(OutgoingMessage.objects.values_list("dedupe_key", "status"))
    assert states == {"waiting": "waiting", "failed": "waiting", "sent": "sent"}
    assert many(enter("sun"), OUTGOING, "again", [sent["failed"]]).status_code == 403


def test_many_are_handled_again(enter, came):
    answer = many(enter("root"), INCOMING, "replay", IncomingMessage.objects.all())
    assert "has been handled already" in answer.text
    came.refresh_from_db()
    assert came.outcome == "ticket"
    assert many(enter("sun"), INCOMING, "replay", [came]).status_code == 403


@pytest.mark.parametrize("name", ["outgoingmessage", "incomingmessage"])
def test_an_empty_list_teaches(enter, name):
    assert 'class="empty"' in enter("sun").get(url(f"{name}_changelist")).text


@pytest.mark.parametrize("name", ["anna", "deng", "wu", "qian", "an"])
def test_others_see_no_messages(cast, sent, came, name):
    user = getattr(cast, name)
    assert not OUTGOING.may(user) and not OUTGOING.rows(user).exists()
    assert not INCOMING.may(user) and not INCOMING.rows(user).exists()
