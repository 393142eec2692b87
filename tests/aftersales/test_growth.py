"""Copies of the demo's tickets: as many as asked for, whole, with numbers and words of their own."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test import override_settings

from aftersales.demo import growth
from aftersales.demo.load import load
from customers.models import ContactPoint, Customer, Unit
from foundation.accounts.models import User
from foundation.search import actions as search
from foundation.search import queries
from tickets import rules
from tickets.models import NumberSequence, Ticket, TicketDocument, TicketEvent

UNTIL = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture
def grown(db, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("copies need PostgreSQL")
    with override_settings(MEDIA_ROOT=tmp_path, LANGUAGE_CODE="en"):
        load(seed=7, until=UNTIL, tickets=14)
    originals = set(Ticket.objects.values_list("pk", flat=True))
    growth.grow(200)
    return originals


@pytest.mark.postgres
def test_copies_are_whole_and_have_numbers_and_people_of_their_own(grown):
    assert Ticket.objects.count() == 200
    numbers = Ticket.objects.values_list("number", flat=True)
    assert all(rules.parse_number(number) == number for number in numbers)
    events = Counter(TicketEvent.objects.values_list("ticket"))
    assert min(events.values()) >= 1 and len(events) == 200
    copies = Ticket.objects.exclude(pk__in=grown).exclude(customer=None)
    assert not copies.filter(received_at__gt=UNTIL).exists()
    serials = Unit.objects.exclude(serial="").values("serial").annotate(n=Count("pk"))
    assert not serials.filter(n__gt=1).exists()
    phones = ContactPoint.objects.filter(kind="phone", customer__tickets__in=copies)
    assert all(point.normalised[-4:] == point.tail4 for point in phones)


@pytest.mark.postgres
def test_copies_are_found_as_if_they_had_been_indexed(grown):
    user = User.objects.get(username="supervisor")
    copy = Ticket.objects.exclude(pk__in=grown).exclude(customer=None).order_by("-pk").first()
    assert queries.candidates("tickets", user, copy.number)[0] == [copy.pk]
    before = dict(TicketDocument.objects.values_list("pk", "tokens"))
    search.index("tickets", sorted(before))
    for pk, tokens in TicketDocument.objects.values_list("pk", "tokens"):
        # A text may also say the original's name, or one of its numbers; all else is the same.
        other = set(tokens) ^ set(before[pk])
        assert {one for one in other if not (one.startswith("~") or one.isdecimal())} == set()


@pytest.mark.postgres
def test_the_next_ones_go_on_where_the_copies_end(grown):
    assert Customer.objects.create(name="next").pk > 0
    last = max(
        int(n[5:11]) for n in Ticket.objects.values_list("number", flat=True) if n[:4] == "2026"
    )
    assert NumberSequence.objects.get(year=2026).last == last


@pytest.mark.django_db
def test_a_million_on_a_file_is_refused(settings):
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL can")
    settings.DEMO = True
    with pytest.raises(CommandError, match="need PostgreSQL"):
        call_command("demo", "--tickets", "100000")
