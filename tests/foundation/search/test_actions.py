"""Documents written by the command and by the sweep."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from customers.models import CustomerDocument
from foundation.search import actions, kinds, queries
from foundation.search.models import Refresh
from tests import stories
from tickets.models import TicketDocument


def reindex(*args, **options) -> str:
    said = io.StringIO()
    call_command("reindex", *args, stdout=said, **options)
    return said.getvalue()


@pytest.fixture
def rows(cast, now):
    owner = stories.customer()
    return [stories.received(now, symptom=f"漏水 {n}") for n in range(3)], owner


def test_everything_is_indexed_anew(rows):
    for kind in kinds.all_kinds():
        kind.document.objects.all().delete()
    said = reindex()
    assert "Indexed 3 tickets" in said and "Indexed 1 customers" in said
    assert TicketDocument.objects.count() == 3 and CustomerDocument.objects.count() == 1


def test_one_kind_alone(rows):
    TicketDocument.objects.all().delete()
    CustomerDocument.objects.all().delete()
    assert "customers" not in reindex("tickets")
    assert (TicketDocument.objects.count(), CustomerDocument.objects.count()) == (3, 0)
    with pytest.raises(CommandError, match="There are: tickets"):
        reindex("nonsense")


def test_only_what_is_missing(rows, monkeypatch):
    monkeypatch.setattr(actions, "CHUNK", 2)
    reindex("customers")
    assert reindex(missing=True) == ""
    first = rows[0][0]
    TicketDocument.objects.filter(subject=first).delete()
    TicketDocument.objects.exclude(subject=first).update(tokens=["kept"])
    assert "Indexed 1 tickets" in reindex(missing=True)
    assert TicketDocument.objects.get(subject=rows[0][1]).tokens == ["kept"]
    assert queries.missing(kinds.get("tickets")).count() == 0


def test_an_interrupted_run_is_gone_on_with(rows, monkeypatch):
    monkeypatch.setattr(actions, "CHUNK", 2)
    TicketDocument.objects.all().delete()

    def interrupted(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.rebuild("tickets", tell=interrupted)
    assert TicketDocument.objects.count() == 2
    assert "Indexed 1 tickets" in reindex("tickets", missing=True)


def test_the_sweep_writes_what_was_marked_and_forgets_the_marks(rows):
    tickets, _ = rows
    TicketDocument.objects.all().delete()
    actions.later("tickets", [row.pk for row in tickets] * 2)
    assert actions.sweep(timezone.now()) == 6
    assert TicketDocument.objects.count() == 3 and not Refresh.objects.exists()
    actions.later("tickets", [9999])
    assert actions.sweep(timezone.now()) == 1


def test_marks_of_the_future_wait(rows):
    actions.later("tickets", [rows[0][0].pk], at=timezone.now() + timedelta(hours=1))
    assert actions.sweep(timezone.now()) == 0 and Refresh.objects.count() == 1
