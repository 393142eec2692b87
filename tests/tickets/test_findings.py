"""Who is responsible, with the evidence: the latest holds, the resolution takes it over."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.accounts.actors import CaseHolder
from tests import stories
from tickets import actions, queries
from tickets.models import Finding, Ticket
from tickets.queries.helping import finding_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast, now) -> Ticket:
    return stories.in_progress(now, cast.tang, contact=cast.anna)


def find(ticket, by, at, party="logistics", **facts) -> Ticket:
    facts = {"evidence": "外箱压痕，见照片", **facts}
    return actions.find(ticket, by=by, at=at, party=party, **facts)


@pytest.mark.parametrize(
    "name",
    ["anna", "sun", "hu", "ma", "deng", "tang", "tian", "wu", "qian", "an", "root", "customer"],
)
def test_who_records_it(name, cast, ticket, later):
    by = CaseHolder(ticket.pk) if name == "customer" else getattr(cast, name)
    if name in {"anna", "sun", "hu", "ma", "tang", "qian", "root"}:
        find(ticket, by, later(hours=1))
        assert (finding_of(ticket).party, finding_of(ticket).by) == ("logistics", by)
    else:
        with pytest.raises(PermissionDenied):
            find(ticket, by, later(hours=1))
        assert finding_of(ticket) is None


def test_the_latest_holds_and_each_stands_on_the_timeline(cast, ticket, later):
    find(ticket, cast.anna, later(hours=1))
    find(ticket, cast.qian, later(hours=2), "product", evidence="焊点虚焊")
    assert (finding_of(ticket).party, finding_of(ticket).evidence.body) == ("product", "焊点虚焊")
    entries = [e for e in queries.timeline(Ticket.objects.get(pk=ticket.pk)) if "found" in e.key]
    assert [(e.words, e.body, e.is_internal) for e in entries] == [
        ("Responsible: logistics", "外箱压痕，见照片", True),
        ("Responsible: the product itself", "焊点虚焊", True),
    ]


def test_files_of_the_ticket_are_evidence_and_no_others(cast, ticket, now, later):
    actions.attach(ticket, by=cast.anna, at=later(hours=1), files=[("box.txt", b"dent")])
    photo = ticket.attachments.get()
    find(ticket, cast.anna, later(hours=2), attachments=[photo])
    assert list(finding_of(ticket).attachments.all()) == [photo]
    other = stories.in_progress(now, cast.tang)
    with pytest.raises(ValidationError, match="files of this ticket"):
        find(other, cast.anna, later(hours=2), attachments=[photo])
    assert Finding.objects.filter(ticket=other).count() == 0


def test_what_a_finding_needs(cast, ticket, later):
    for wrong in ({"party": "nobody"}, {"evidence": "  "}):
        with pytest.raises(ValidationError):
            find(ticket, cast.anna, later(hours=1), **wrong)


@pytest.mark.parametrize(
    ("found", "said", "kept"),
    [("logistics", "", "logistics"), ("logistics", "user", "user"), (None, "", "undecided")],
)
def test_the_resolution_takes_it_over_unless_told_otherwise(found, said, kept, cast, ticket, later):
    if found:
        find(ticket, cast.anna, later(hours=1), found)
    actions.resolve(ticket, by=cast.tang, at=later(hours=2), result="好了", responsibility=said)
    assert ticket.cycles.get().responsibility == kept
