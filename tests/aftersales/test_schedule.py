from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler

from aftersales import schedule

pytestmark = pytest.mark.django_db


def test_ensured_twice_it_is_one_and_keeps_its_next_run():
    before = Schedule.objects.get().next_run
    schedule.ensure()
    assert Schedule.objects.get().next_run == before


def test_what_is_broken_is_put_right():
    Schedule.objects.update(args="(((", cluster="elsewhere", repeats=0)
    Schedule.objects.create(name="minute tick", func="os.getpid", kwargs="}{")
    Schedule.objects.create(name="stray", func="nowhere", args="no literal")
    schedule.ensure()
    row = Schedule.objects.get()
    assert (row.func, row.args, row.cluster, row.repeats) == (
        "foundation.clockwork.tasks.tick",
        None,
        None,
        -1,
    )


def test_a_clock_that_ran_ahead_does_not_silence_the_tick():
    Schedule.objects.update(next_run=timezone.now() + timedelta(days=900))
    schedule.ensure()
    assert Schedule.objects.get().next_run <= timezone.now()


# The scheduler closes old connections, and a test's transaction with them.
@pytest.mark.django_db(transaction=True)
def test_after_a_week_off_there_is_one_tick():
    Schedule.objects.update(next_run=timezone.now() - timedelta(days=7))
    scheduler()
    scheduler()
    assert OrmQ.objects.count() == 1
    assert Schedule.objects.get().next_run > timezone.now()


class TestInTheAdmin:
    pages = ("schedule", "success", "failure", "ormq")

    @pytest.mark.parametrize("page", pages)
    def test_an_administrator_looks_and_cannot_touch(self, client, cast, page):
        client.force_login(cast.root)
        assert client.get(f"/admin/django_q/{page}/").status_code == 200
        assert client.get(f"/admin/django_q/{page}/add/").status_code == 403

    def test_a_schedule_is_shown_and_not_written(self, client, cast):
        client.force_login(cast.root)
        url = f"/admin/django_q/schedule/{Schedule.objects.get().pk}/change/"
        assert client.get(url).status_code == 200
        assert client.post(url, {"func": "os.abort"}).status_code == 403

    @pytest.mark.parametrize("page", pages)
    def test_an_agent_does_not_look(self, client, cast, page):
        client.force_login(cast.anna)
        assert client.get(f"/admin/django_q/{page}/").status_code == 403
