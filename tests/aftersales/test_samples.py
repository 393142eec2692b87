"""The example sheets come in whole, in the order that docs/IMPORT.md tells, and leave again."""

import pytest
from django.conf import settings

from customers.models import Customer, Order, Product, Unit
from foundation.clockwork import sweeps
from foundation.messaging.models import OutgoingMessage
from knowledgebase.models import Article
from tests.foundation.sheets.sheets import bring, imported, problems, undone
from tickets.models import Ticket

SAMPLES = settings.BASE_DIR / "docs" / "samples"
SHEETS = {
    "products": ("products.xlsx", Product),
    "customers": ("customers.csv", Customer),
    "units": ("units.xlsx", Unit),
    "orders": ("orders.csv", Order),
    "articles": ("articles.xlsx", Article),
    "tickets": ("tickets.xlsx", Ticket),
}


def come_in(by) -> dict:
    runs = {}
    for target, (name, _model) in SHEETS.items():
        run = bring(by, target, (SAMPLES / name).read_bytes(), name)
        runs[target] = imported(by, run)
    return runs


def test_every_column_is_recognised(cast):
    for target, (name, _model) in SHEETS.items():
        run = bring(cast.ma, target, (SAMPLES / name).read_bytes(), name)
        assert sorted(run.mapping.values()) == list(range(len(run.headings))), name


def test_they_come_in_whole_and_leave_again(cast):
    runs = come_in(cast.ma)
    for target, run in runs.items():
        assert problems(run, "check") == [], target
        assert set(run.import_job.result) == {"new"}, target
        assert 20 <= run.import_job.result["new"] <= 50
    assert Ticket.objects.exclude(customer=None).count() == Ticket.objects.count()
    assert Ticket.objects.exclude(unit=None).count() > 30
    assert Order.objects.filter(lines__unit__isnull=False).count() >= 20
    sweeps.tick(strict=True)
    assert not OutgoingMessage.objects.exists()
    # Batches and categories that came on the way stay, and so do the products that have them.
    for target in reversed([name for name in SHEETS if name != "products"]):
        assert undone(cast.ma, runs[target]).undo_job.result["kept"] == 0, target
        assert not SHEETS[target][1].objects.exists()


@pytest.mark.parametrize("updates", [False, True])
def test_twice_changes_nothing(cast, updates):
    come_in(cast.ma)
    for target, (name, model) in SHEETS.items():
        count = model.objects.count()
        run = bring(cast.ma, target, (SAMPLES / name).read_bytes(), name)
        run = imported(cast.ma, run, updates=updates)
        assert set(run.import_job.result) == {"same"}, target
        assert model.objects.count() == count
