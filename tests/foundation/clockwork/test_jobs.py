"""Long work in slices: nothing lost, nothing doubled, whoever dies or stops it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_q.models import OrmQ

from foundation.clockwork import jobs, tasks
from foundation.clockwork.choices import JobState
from foundation.clockwork.claims import LEASE
from foundation.clockwork.models import Job, Once

pytestmark = pytest.mark.django_db
TOTAL = 10


def piece(job, number):
    """One piece of work that can be seen, kept with the place."""
    with transaction.atomic():
        Once.objects.create(scope="piece", key=str(number))
        jobs.keep(job, done=number, at=number)


def pieces() -> int:
    return Once.objects.filter(scope="piece").count()


def steady(job, enough):
    for number in range(job.place.get("at", 0) + 1, TOTAL + 1):
        piece(job, number)
        if enough() and number < TOTAL:
            return False
    job.result = {"sum": pieces()}
    return True


@pytest.fixture
def kind(monkeypatch):
    """kind(work) registers it alone; every job of these tests is of that kind."""
    monkeypatch.setattr(jobs, "_works", {})
    return lambda work: jobs.register("test", work)


@pytest.fixture
def begun(kind, cast, now):
    def start(work, **changes):
        kind(work)
        facts = {"title": "Test", "params": {}, "owner": cast.sun, "at": now} | changes
        return jobs.start("test", **facts)

    return start


def test_a_job_runs_to_its_end(begun, now):
    job = begun(steady, total=TOTAL)
    assert (job.state, job.percent) == (JobState.WAITING, 0)
    job = jobs.run(job.pk, at=now)
    assert (job.state, job.done, job.percent, pieces()) == (JobState.DONE, TOTAL, 100, TOTAL)
    assert job.result == {"sum": TOTAL}
    assert job.started_at == now and job.ended_at and job.claimed_at is None
    assert jobs.run(job.pk, at=now) is None


def test_asking_nudges_the_worker(begun, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = begun(steady)
    (queued,) = OrmQ.objects.all()
    assert queued.task["func"] == "foundation.clockwork.tasks.run_job"
    assert queued.task["args"] == (job.pk,)
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_slices_go_on_where_they_stood(begun, now, django_capture_on_commit_callbacks):
    job = begun(steady, total=TOTAL)
    states = []
    for slice_number in range(TOTAL):
        with django_capture_on_commit_callbacks() as nudges:
            job = jobs.run(job.pk, at=now + timedelta(seconds=slice_number), seconds=0)
        states.append((job.state, job.done, len(nudges)))
    assert states == [
        *((JobState.WAITING, number, 1) for number in range(1, TOTAL)),
        (JobState.DONE, TOTAL, 0),
    ]
    assert pieces() == TOTAL


def test_a_killed_worker_loses_nothing_and_doubles_nothing(begun, now):
    class Killed(BaseException):
        pass

    def dies(job, enough):
        piece(job, 1)
        with transaction.atomic():
            piece(job, 2)
            raise Killed

    job = begun(dies)
    with pytest.raises(Killed):
        jobs.run(job.pk, at=now)
    job.refresh_from_db()
    assert (job.state, job.done, pieces()) == (JobState.RUNNING, 1, 1)
    jobs.register("test", steady)
    assert jobs.run(job.pk, at=now + LEASE - timedelta(seconds=1)) is None
    job = jobs.run(job.pk, at=now + LEASE + timedelta(seconds=1))
    assert (job.state, job.done, pieces()) == (JobState.DONE, TOTAL, TOTAL)


def test_the_sweep_nudges_what_should_run_and_does_not(
    begun, now, django_capture_on_commit_callbacks
):
    job = begun(steady)

    def nudged(at) -> int:
        with django_capture_on_commit_callbacks() as nudges:
            found = jobs.sweep(at)
        assert found == len(nudges)
        return found

    assert nudged(now + timedelta(seconds=30)) == 0
    assert nudged(now + timedelta(minutes=2)) == 1
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, claimed_at=now)
    assert nudged(now + timedelta(minutes=5)) == 0
    assert nudged(now + LEASE + timedelta(minutes=1)) == 1
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    assert nudged(now + timedelta(days=1)) == 0


def test_stopping_takes_back_the_piece_in_hand(begun, now):
    def stopped_on_the_way(job, enough):
        piece(job, 1)
        assert jobs.stop(Job.objects.get(pk=job.pk))
        piece(job, 2)

    job = jobs.run(begun(stopped_on_the_way).pk, at=now)
    assert (job.state, job.done, pieces()) == (JobState.STOPPED, 1, 1)
    assert job.ended_at
    assert jobs.run(job.pk, at=now + timedelta(hours=1)) is None
    assert jobs.stop(job) is False


def test_a_stop_after_the_last_piece_stays_a_stop(begun, now):
    def late(job, enough):
        piece(job, 1)
        jobs.stop(Job.objects.get(pk=job.pk))
        return True

    job = jobs.run(begun(late).pk, at=now)
    assert (job.state, job.result) == (JobState.STOPPED, {})


def test_what_waits_can_be_stopped(begun, now):
    job = begun(steady)
    assert jobs.stop(job, at=now)
    assert jobs.run(job.pk, at=now) is None
    assert pieces() == 0


def test_a_mistake_of_a_person_ends_it_in_words(begun, now):
    def refuses(job, enough):
        piece(job, 1)
        raise ValidationError(["The sheet has no header.", "Add one."])

    job = jobs.run(begun(refuses).pk, at=now)
    assert (job.state, job.error) == (JobState.FAILED, "The sheet has no header. Add one.")
    assert job.ended_at and job.claimed_at is None and pieces() == 1


def test_what_fails_by_chance_is_tried_three_times(begun, now, caplog):
    def fails(job, enough):
        raise RuntimeError("王芳 13812345678")

    job, at = begun(fails), now
    for state in (JobState.WAITING, JobState.WAITING, JobState.FAILED):
        job = jobs.run(job.pk, at=at)
        assert job.state == state
        at += jobs.PAUSE + timedelta(seconds=1)
    assert "unexpected error" in job.error and "王芳" not in job.error
    assert jobs.run(job.pk, at=at) is None
    assert caplog.text.count("job failed: test") == 3


def test_a_job_that_kills_its_workers_is_given_up(begun, now):
    class Killed(BaseException):
        pass

    def kills(job, enough):
        raise Killed

    job, at = begun(kills), now
    for _round in range(jobs.MOST_FAILURES):
        with pytest.raises(Killed):
            jobs.run(job.pk, at=at)
        at += LEASE + timedelta(seconds=1)
    job = jobs.run(job.pk, at=at)
    assert job.state == JobState.FAILED and "unexpected error" in job.error


def test_a_failure_waits_a_minute(begun, now):
    def fails(job, enough):
        raise RuntimeError

    job = jobs.run(begun(fails).pk, at=now)
    assert jobs.run(job.pk, at=now + timedelta(seconds=30)) is None


def test_progress_between_failures_begins_the_count_anew(begun, now):
    def stumbles(job, enough):
        piece(job, job.done + 1)
        raise RuntimeError

    job, at = begun(stumbles), now
    for _round in range(5):
        at += jobs.PAUSE + timedelta(seconds=1)
        job = jobs.run(job.pk, at=at)
    assert (job.state, pieces()) == (JobState.WAITING, 5)


def test_it_speaks_the_language_and_zone_of_who_asked(begun, now):
    told = {}

    def says(job, enough):
        told["word"], told["zone"] = _("yes"), timezone.get_current_timezone_name()
        return True

    with translation.override("zh-hans"), timezone.override("America/New_York"):
        job = begun(says)
    with translation.override("en"):
        jobs.run(job.pk, at=now)
        assert timezone.get_current_timezone_name() != "America/New_York"
        assert _("yes") == "yes"
    assert (job.language, job.zone) == ("zh-hans", "America/New_York")
    with translation.override("zh-hans"):
        assert told == {"word": _("yes"), "zone": "America/New_York"}


def test_words_of_an_unexpected_end_are_its_owners(begun, now):
    def fails(job, enough):
        raise RuntimeError

    with translation.override("zh-hans"):
        job = begun(fails)
        words = _("It stopped at an unexpected error. What was done until then is kept.")
    Job.objects.filter(pk=job.pk).update(attempts=jobs.MOST_FAILURES - 1)
    assert jobs.run(job.pk, at=now).error == words


def test_a_kind_nobody_knows_any_more_ends(begun, now, monkeypatch):
    job, at = begun(steady), now
    monkeypatch.setattr(jobs, "_works", {})
    for _round in range(jobs.MOST_FAILURES):
        job = jobs.run(job.pk, at=at)
        at += jobs.PAUSE + timedelta(seconds=1)
    assert job.state == JobState.FAILED


def test_a_worker_that_lost_its_claim_changes_nothing(begun, now):
    def overtaken(job, enough):
        piece(job, 1)
        Job.objects.filter(pk=job.pk).update(claimed_at=now + LEASE)
        piece(job, 2)

    job = jobs.run(begun(overtaken).pk, at=now)
    assert (job.state, job.done, pieces()) == (JobState.RUNNING, 1, 1)


def test_the_total_and_title_are_kept_within_bounds(begun, now):
    job = begun(steady, title="长" * 300, total=TOTAL)
    assert len(job.title) == 200
    job.done = TOTAL
    assert job.percent == 99


@pytest.mark.parametrize(("name", "sees"), [("anna", False), ("sun", True), ("root", True)])
def test_one_sees_ones_own(begun, cast, name, sees):
    job = begun(steady)
    assert (job in Job.objects.visible_to(getattr(cast, name))) is sees


class TestTwoWorkers:
    @pytest.fixture(autouse=True)
    def together(self, parallel):
        self.parallel = parallel

    def test_one_of_them_has_it(self, kind, now):
        kind(steady)
        job = jobs.start("test", title="Test", params={}, owner=None, at=now)
        results = self.parallel(*[lambda: jobs.run(job.pk, at=now)] * 3)
        assert not [result for result in results if isinstance(result, Exception)]
        assert [result.state for result in results if result] == [JobState.DONE]
        assert pieces() == TOTAL
