import pytest

from foundation.clockwork import sweeps, tasks
from foundation.clockwork.models import Heartbeat


@pytest.fixture
def only(monkeypatch):
    """Only these sweeps are registered."""
    registered = {}
    monkeypatch.setattr(sweeps, "_sweeps", registered)
    return lambda **more: [sweeps.register(name, sweep) for name, sweep in more.items()]


def fails(at):
    raise RuntimeError("王芳 13812345678")


@pytest.mark.django_db
def test_every_sweep_gets_the_moment_and_tells_how_much(only, now):
    moments = []
    only(first=lambda at: moments.append(at) or 3, second=lambda at: 0)
    assert sweeps.tick(now) == {"first": 3, "second": 0}
    assert moments == [now]


@pytest.mark.django_db
def test_a_failing_sweep_does_not_stop_the_others(only, now, caplog):
    only(before=lambda at: 1, broken=fails, after=lambda at: 2)
    assert sweeps.tick() == {"before": 1, "after": 2}
    assert "broken" in caplog.text
    assert Heartbeat.objects.filter(name="worker").exists()


@pytest.mark.django_db
def test_a_sweep_that_fails_in_the_database_does_not_stop_the_others(only, now, cast):
    from django.db import transaction

    @transaction.atomic
    def clashes(at):
        type(cast.anna).objects.create(username="anna")

    only(clashes=clashes, after=lambda at: type(cast.anna).objects.count())
    assert sweeps.tick(now) == {"after": 11}


@pytest.mark.django_db
def test_the_heart_beats_once_per_real_tick_in_one_row(only, now):
    sweeps.tick(now)
    assert not Heartbeat.objects.exists()
    sweeps.tick()
    first = Heartbeat.objects.get().beat_at
    sweeps.tick()
    assert Heartbeat.objects.get().beat_at > first


@pytest.mark.django_db
def test_the_same_name_is_registered_once(only, now):
    only(one=lambda at: 1)
    only(one=lambda at: 2)
    assert sweeps.tick(now) == {"one": 2}


@pytest.mark.django_db
def test_the_worker_ticks_every_real_sweep_without_a_failure(caplog):
    done = tasks.tick()
    assert set(done) == set(sweeps._sweeps) and done
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_one_bad_row_does_not_keep_the_others_waiting(db):
    from foundation.accounts.models import Department

    def work(row):
        Department.objects.filter(pk=row.pk).update(order=7)
        if row.key == "logistics":
            raise ValueError("broken")
        return True

    rows = list(Department.objects.all())
    assert sweeps.each(rows, work) == len(rows) - 1
    # What the bad row had written is taken back with it.
    assert not Department.objects.filter(key="logistics", order=7).exists()
