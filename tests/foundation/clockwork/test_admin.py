"""The pages of long work: seen by whose it is, stopped by POST, found again from everywhere."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.clockwork import jobs, progress
from foundation.clockwork.models import Job
from foundation.desk import panels

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(cast, monkeypatch):
    """Sun's, half done for ten seconds."""
    monkeypatch.setattr(jobs, "_works", {"test": lambda job, enough: True})
    now = timezone.now()
    row = jobs.start("test", title="Export: all", params={}, owner=cast.sun, total=100_000)
    Job.objects.filter(pk=row.pk).update(
        state="running", done=50_000, started_at=now - timedelta(seconds=10), claimed_at=now
    )
    row.refresh_from_db()
    return row


@pytest.fixture
def seen(client, cast):
    def get(name, address, *args, method="get"):
        client.force_login(getattr(cast, name), "django.contrib.auth.backends.ModelBackend")
        return getattr(client, method)(
            reverse(f"admin:{address}", args=args), headers={"Accept-Language": "en"}
        )

    return get


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_page_tells_how_far_it_is(seen, job):
    page = words(seen("sun", "clockwork_job_change", job.pk))
    for said in (
        "Export: all",
        "running",
        "50%",
        "50,000 of 100,000",
        "per second",
        "about",
        "Stop",
    ):
        assert said in page, said
    assert "data-running" in page and reverse("admin:clockwork_job_state", args=[job.pk]) in page


def test_the_fragment_is_the_state_alone(seen, job):
    answer = seen("sun", "clockwork_job_state", job.pk)
    page = words(answer)
    assert "50%" in page and "<html" not in page and "data-running" in page
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "status"), [("anna", 404), ("ma", 404), ("sun", 200), ("root", 200), ("tang", 302)]
)
@pytest.mark.parametrize("address", ["clockwork_job_change", "clockwork_job_state"])
def test_seen_by_whose_it_is(seen, job, name, status, address):
    assert seen(name, address, job.pk).status_code == status


def test_the_list_shows_ones_own(seen, job):
    assert "Export: all" in words(seen("sun", "clockwork_job_changelist"))
    assert "Export: all" not in words(seen("ma", "clockwork_job_changelist"))
    assert "Nothing has run yet" in words(seen("ma", "clockwork_job_changelist"))
    everything = words(seen("root", "clockwork_job_changelist"))
    assert "Export: all" in everything and "Sun" in everything


@pytest.mark.parametrize(("name", "state"), [("sun", "stopped"), ("root", "stopped")])
def test_stop(seen, job, name, state):
    answer = seen(name, "clockwork_job_stop", job.pk, method="post")
    assert answer.url == reverse("admin:clockwork_job_change", args=[job.pk])
    job.refresh_from_db()
    assert job.state == state
    page = words(seen("sun", "clockwork_job_change", job.pk))
    assert "It was stopped" in page and "data-running" not in page.replace("[data-running]", "")


def test_stop_is_not_for_others_and_not_by_a_link(seen, job):
    assert seen("ma", "clockwork_job_stop", job.pk, method="post").status_code == 404
    assert seen("sun", "clockwork_job_stop", job.pk).status_code == 405
    job.refresh_from_db()
    assert job.state == "running"


def test_why_it_failed_is_said(seen, job):
    Job.objects.update(state="failed", error="The sheet <b>has</b> no header.", ended_at=job.due_at)
    page = words(seen("sun", "clockwork_job_change", job.pk))
    assert "The sheet &lt;b&gt;has&lt;/b&gt; no header." in page and "Stop" not in page


def test_what_came_out_stands_below(seen, job, monkeypatch, tmp_path):
    monkeypatch.setattr(panels, "_slots", {**panels._slots, "job.result": []})
    told = []
    panels.register(
        "job.result", 1, lambda row, request: told.append(row) or None, "clockwork/home.html"
    )
    seen("sun", "clockwork_job_change", job.pk)
    assert told == []
    Job.objects.update(state="done", ended_at=timezone.now())
    seen("sun", "clockwork_job_change", job.pk)
    seen("sun", "clockwork_job_state", job.pk)
    assert told == [job, job]


def test_a_sign_leads_back_from_every_page(seen, job):
    address = reverse("admin:clockwork_job_change", args=[job.pk])
    page = words(seen("sun", "tickets_alltickets_changelist"))
    assert "1 job running" in page and address in page
    assert "job running" not in words(seen("ma", "tickets_alltickets_changelist"))
    assert "job running" not in words(seen("sun", "clockwork_job_change", job.pk))
    Job.objects.update(state="done", ended_at=timezone.now())
    assert "job running" not in words(seen("sun", "tickets_alltickets_changelist"))


def test_the_home_page_tells_what_runs_and_what_has_ended(seen, job):
    assert "Export: all" in words(seen("sun", "index"))
    assert "Export: all" not in words(seen("ma", "index"))
    Job.objects.update(state="done", ended_at=timezone.now())
    page = words(seen("sun", "index"))
    assert "Export: all" in page and "done" in page
    Job.objects.update(ended_at=timezone.now() - timedelta(hours=2))
    assert "Export: all" not in words(seen("sun", "index"))


def test_the_sign_asks_what_became_of_it(seen, job):
    (told,) = seen("sun", "clockwork_job_running").json()["jobs"]
    assert (told["key"], told["is_unfinished"], told["percent"]) == (job.pk, True, 50)
    assert seen("ma", "clockwork_job_running").json() == {"jobs": []}


@pytest.mark.parametrize("address", ["clockwork_job_changelist", "index"])
def test_as_many_queries_for_three_rows_as_for_one(seen, job, cast, address):
    def measured(more: int) -> int:
        for _number in range(more):
            jobs.start("test", title="More", params={}, owner=cast.sun)
        with CaptureQueriesContext(connection) as found:
            assert seen("sun", address).status_code == 200
        return len(found)

    seen("sun", address)
    assert measured(0) == measured(2)


class TestProgress:
    @pytest.fixture
    def at(self, job):
        return lambda **changes: progress.progress(
            type(job)(**{field.attname: getattr(job, field.attname) for field in job._meta.fields}
                      | changes),
            job.started_at + timedelta(seconds=10),
        )  # fmt: skip

    def test_as_long_again(self, at):
        now = at()
        assert (now.rate, now.left) == (5000.0, timedelta(seconds=10))
        assert (now.rate_words, now.left_words) == ("5,000 per second", "about 10 seconds")

    def test_slow_work_is_told_by_the_minute(self, at):
        assert at(done=5, total=10).rate_words == "30 per minute"

    @pytest.mark.parametrize(
        "facts", [{"done": 0}, {"total": None}, {"started_at": None}, {"done": 100_000}]
    )
    def test_no_guess_without_a_ground(self, at, facts):
        assert at(**facts).left_words == ""

    def test_no_guess_in_the_first_moment(self, at, job):
        early = at(started_at=job.started_at + timedelta(seconds=9))
        assert (early.rate, early.left) == (None, None)

    def test_how_long_it_took(self, at, job):
        ended = at(state="done", ended_at=job.started_at + timedelta(seconds=1), done=3)
        assert (ended.took_words, ended.left_words, ended.done_words) == ("1 second", "", "3")
        ended = at(state="done", ended_at=job.started_at + timedelta(minutes=70))
        assert ended.took_words == "1 h 10 min"
