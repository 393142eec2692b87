import pytest

from tests import stories
from tickets import actions, queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("facts", "priority", "why"),
    [
        ({"symptom": "冒烟了"}, "P1", "danger to people"),
        ({"reach": "batch"}, "P1", "a whole batch"),
        ({"impact": "unusable"}, "P2", "cannot be used"),
        ({"impact": "limited", "urgency": "high"}, "P2", "works in part, at once"),
        ({"impact": "blemish"}, "P3", "nothing calls for a higher priority"),
    ],
)
def test_a_proposal_says_why(facts, priority, why, now):
    found = queries.proposal(stories.received(now, **facts))
    assert (found.priority, found.why) == (priority, why)


def test_candidates_for_a_strangers_request(now):
    owner = stories.customer()
    thing = stories.unit(owner)
    by_mail = stories.received(now)
    assert queries.customer_candidates(by_mail) == [owner]
    by_serial = stories.received(now, requester_email="new@example.com", serial_text="sn 0001")
    assert queries.customer_candidates(by_serial) == [owner]
    assert queries.unit_candidates(by_serial) == [thing]
    nobody = stories.received(now, requester_email="new@example.com")
    assert queries.customer_candidates(nobody) == []


def test_likely_duplicates_are_the_open_ones_one_may_see(now, cast):
    first = stories.received(now)
    second = stories.received(now)
    stories.cancelled(now)
    assert queries.likely_duplicates(second, cast.sun) == [first]
    assert queries.likely_duplicates(second, cast.tang) == []


def test_staff_see_the_files_that_came_with_the_request(now, cast):
    facts = {"symptom": "漏水", "requester_name": "王芳", "requester_email": "wang@example.com"}
    came = actions.receive(
        by=stories.STRANGER, channel="web", facts=facts, files=[("leak.txt", b"drip")], at=now
    )
    actions.attach(came, by=cast.sun, files=[("later.txt", b"pump")])
    shown = [[one.file.name for one in entry.attachments] for entry in queries.timeline(came)]
    assert [names for names in shown if names] == [["leak.txt"], ["later.txt"]]
