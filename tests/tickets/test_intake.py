"""A new ticket and all that is made with it, in few statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.accounts.actors import SYSTEM
from tests import stories
from tests.programs import program
from tickets import actions
from tickets.actions.promises import moment
from tickets.choices import Moment
from tickets.models import Deadline, Ticket

LIST = "/api/v1/tickets/"
NEW = {
    "kind": "fault",
    "symptom": "洗衣机不脱水",
    "requester_name": "王芳",
    "requester_email": "wang@example.com",
}
STATED = ("key", "state", "minutes", "due_at", "warn_at", "started_at", "ended_at", "breached_at")


def promised(ticket: Ticket) -> list:
    """What is promised and what has happened to it, and what the lists show of it."""
    rows = Deadline.objects.filter(ticket=ticket).order_by("key").prefetch_related("history")
    told = [
        ([getattr(row, name) for name in STATED], [(e.kind, e.data) for e in row.history.all()])
        for row in rows
    ]
    ticket = Ticket.objects.get(pk=ticket.pk)
    return [told, ticket.next_due_at, ticket.next_promise]


COME = [Moment.RECEIVED]
SPOKEN = [Moment.TAKEN, Moment.ANSWERED]


@pytest.mark.parametrize(
    ("channel", "facts", "vip", "come"),
    [
        ("web", {}, False, COME),
        ("web", {"symptom": "插座冒烟"}, False, [*COME, Moment.URGENT]),
        ("web", {"urgency": "high"}, True, [*COME, Moment.URGENT]),
        ("phone", {}, False, COME + SPOKEN),
        ("counter", {"urgency": "high"}, False, [*COME, Moment.URGENT, *SPOKEN]),
    ],
)
def test_the_promises_are_those_of_its_moments_one_after_another(
    cast, now, channel, facts, vip, come
):
    by = cast.anna if channel != "web" else stories.STRANGER
    customer = stories.customer(vip=vip)
    ticket = actions.receive(by=by, channel=channel, facts=NEW | facts, customer=customer, at=now)
    made = promised(ticket)
    assert made[0] and made[1] == min(one[3] for one, _ in made[0] if one[6] is None)

    ticket.deadlines.all().delete()
    for name in come:
        moment(ticket, name, now)
    # A verb shows the next promise as it saves.
    actions.amend(ticket, by=SYSTEM, at=now, facts={"began": "today"})
    assert promised(ticket) == made


@pytest.mark.parametrize(
    ("who", "facts"),
    [
        ("sun", {}),
        ("sun", {"symptom": "插座冒烟", "channel": "phone"}),
        ("anna", {"channel": "counter", "urgency": "high"}),
    ],
)
def test_the_first_answer_is_what_reading_the_ticket_gives(cast, who, facts):
    client = program(getattr(cast, who))
    owner = stories.customer()
    about = {"customer": owner.pk, "unit": stories.unit(owner).pk}
    first = client.post(LIST, NEW | about | facts)
    assert first.status_code == 201 and first.json()["promises"] and first.json()["cycles"]
    again = client.get(first["Location"])
    assert (again.json(), again["ETag"]) == (first.json(), first["ETag"])


def test_creating_takes_few_statements_and_the_same_for_each(cast):
    client = program(cast.sun)

    def measured(**headers) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.post(LIST, NEW, **headers).status_code == 201
        return len(seen)

    client.post(LIST, NEW)  # the first use is noted, and what is remembered is read
    # The word, a number, eight rows or sorts of rows; the test's own transaction adds a savepoint.
    assert measured() == measured() <= 10 + 2
    assert measured(HTTP_IDEMPOTENCY_KEY="1") == measured(HTTP_IDEMPOTENCY_KEY="2") <= 13 + 4
