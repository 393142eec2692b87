"""A file that somebody asked for: made whole or not at all, given to nobody else, and removed."""

import os
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from python_calamine import load_workbook

from foundation.accounts.models import Department, Grant, Role
from foundation.clockwork import jobs
from foundation.clockwork.claims import LEASE
from foundation.clockwork.models import Job
from foundation.sheets import exports, tables
from tests import stories

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def tickets(cast, now, monkeypatch):
    """Five of them, read two at a time."""
    monkeypatch.setattr(tables, "CHUNK", 2)
    return [stories.received(now + timedelta(minutes=n)) for n in range(5)]


@pytest.fixture
def begun(cast):
    def start(kind="csv", by=None, **query) -> Job:
        facts = {"query": query, "kind": kind, "title": "Report", "name": "tickets"}
        return exports.start("tickets.report", by=by or cast.sun, **facts)

    return start


def finished(job: Job) -> Job:
    for _slice in range(20):
        job = jobs.run(job.pk, at=timezone.now() + LEASE * 2) or Job.objects.get(pk=job.pk)
        if not job.is_unfinished:
            break
    return job


def numbers(job: Job) -> list[str]:
    path = exports.file_of(job)
    if job.params["kind"] == "xlsx":
        rows = load_workbook(str(path)).get_sheet_by_index(0).to_python()
        return [row[0] for row in rows[1:]]
    return [line.split(",")[0] for line in path.read_text("utf-8-sig").splitlines()[1:]]


def expected(tickets) -> list[str]:
    return [ticket.number for ticket in tickets]


def left() -> list[str]:
    return sorted(path.suffix for path in exports.folder().iterdir())


@pytest.fixture
def download(client, cast):
    def get(job: Job, name: str = "sun"):
        client.force_login(getattr(cast, name), BACKEND)
        return client.get(reverse("admin:sheets_download", args=[job.pk]))

    return get


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_holds_every_row_and_tells_how_many(begun, tickets, kind):
    job = finished(begun(kind))
    assert (job.state, job.done, job.total, job.percent) == ("done", 5, 5, 100)
    assert numbers(job) == expected(tickets)
    assert job.result == {"rows": 5, "size": exports.file_of(job).stat().st_size}
    assert left() == [f".{kind}"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_row_is_a_file_too(begun, cast, kind):
    job = finished(begun(kind))
    assert (job.state, job.done, numbers(job)) == ("done", 0, [])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_slices_go_on_where_they_stood(begun, tickets, kind):
    job, seen = begun(kind), []
    for _slice in range(4):
        job = jobs.run(job.pk, at=timezone.now(), seconds=0)
        seen.append((job.state, job.done))
    assert seen == [("waiting", 2), ("waiting", 4), ("waiting", 5), ("done", 5)]
    assert numbers(job) == expected(tickets)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("dies_at", ["write", "finish"])
def test_a_killed_worker_leaves_no_half_file(begun, tickets, kind, dies_at, monkeypatch):
    class Killed(BaseException):
        pass

    job, pieces, calls = begun(kind), exports.writers.PIECES[kind], []

    def dies(self, *args):
        calls.append(self)
        if len(calls) == (2 if dies_at == "write" else 1):
            if dies_at == "write":
                whole(self, *args)
            raise Killed
        return whole(self, *args)

    whole = getattr(pieces, dies_at)
    monkeypatch.setattr(pieces, dies_at, dies)
    with pytest.raises(Killed):
        jobs.run(job.pk, at=timezone.now())
    job.refresh_from_db()
    assert job.state == "running" and set(left()) == {".part"}
    job = finished(job)
    assert (job.state, numbers(job)) == ("done", expected(tickets))


def test_a_file_that_was_there_before_the_worker_died_is_kept(begun, tickets):
    job = finished(begun())
    before = exports.file_of(job).stat().st_mtime_ns
    Job.objects.filter(pk=job.pk).update(state="running", ended_at=None, result={})
    job = finished(job)
    assert (job.state, job.result["rows"]) == ("done", 5)
    assert exports.file_of(job).stat().st_mtime_ns == before


def test_lost_pieces_are_written_anew(begun, tickets):
    job = jobs.run(begun().pk, at=timezone.now(), seconds=0)
    assert job.done == 2
    for path in exports.folder().iterdir():
        path.unlink()
    assert numbers(finished(job)) == expected(tickets)


def test_a_stopped_one_gives_no_file(begun, tickets, download):
    job = jobs.run(begun().pk, at=timezone.now(), seconds=0)
    assert jobs.stop(job)
    assert jobs.run(job.pk, at=timezone.now()) is None
    job.refresh_from_db()
    assert exports.file_of(job) is None and download(job).status_code == 404
    assert left() == [".part"]
    assert exports.sweep(timezone.now() + exports.FORSAKEN + timedelta(minutes=1)) == 1
    assert left() == []


def test_two_at_once_do_not_meet(begun, tickets, cast):
    first, second = begun("csv"), begun("xlsx", by=cast.an)
    for _slice in range(8):
        for job in (first, second):
            jobs.run(job.pk, at=timezone.now(), seconds=0)
    for job in (first, second):
        job.refresh_from_db()
        assert (job.state, numbers(job)) == ("done", expected(tickets))


def test_the_download_is_a_private_file(begun, tickets, download):
    answer = download(finished(begun("xlsx")))
    assert answer.status_code == 200 and answer.getvalue().startswith(b"PK")
    assert "spreadsheetml" in answer["Content-Type"]
    assert answer["Content-Disposition"].startswith('attachment; filename="tickets-')
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["anna", "ma", "an", "root", "tang"])
def test_nobody_elses_file(begun, tickets, download, name):
    assert download(finished(begun()), name).status_code in (302, 404)


def test_nothing_to_download_before_the_end(begun, tickets, download):
    assert download(begun()).status_code == 404


def test_who_took_data_out_is_logged_and_never_which(begun, tickets, download, cast, caplog):
    caplog.set_level("INFO")
    job = finished(begun(filter="priority=P1"))
    download(job)
    assert f"export of tickets.report asked for by user {cast.sun.pk}" in caplog.text
    assert f"export {job.pk} downloaded by user {cast.sun.pk}" in caplog.text
    assert "P1" not in caplog.text


class TestRights:
    def test_lost_before_the_work(self, begun, tickets):
        job = begun()
        Grant.objects.filter(role__key="supervisor", verb="reports.export").delete()
        job = finished(job)
        assert job.state == "failed" and "may no longer" in job.error
        assert not exports.folder().exists()

    def test_lost_on_the_way(self, begun, tickets, cast):
        job = jobs.run(begun().pk, at=timezone.now(), seconds=0)
        cast.sun.roles.set([Role.objects.get(key="analyst")])
        job = finished(job)
        assert job.state == "failed" and "Export again" in job.error
        assert exports.file_of(job) is None

    def test_lost_before_the_download(self, begun, tickets, download):
        job = finished(begun())
        assert download(job).status_code == 200
        Grant.objects.filter(role__key="supervisor", verb="reports.export").delete()
        assert download(job).status_code == 403

    def test_less_before_the_download(self, begun, tickets, download, cast):
        job = finished(begun(by=cast.hu))
        cast.hu.department = Department.objects.get(key="logistics")
        cast.hu.save()
        assert download(job, "hu").status_code == 403

    def test_who_left_gets_nothing(self, begun, tickets, cast):
        job = begun()
        cast.sun.is_active = False
        cast.sun.save()
        assert finished(job).state == "failed"

    def test_who_was_deleted_gets_nothing(self, begun, tickets, cast):
        job = begun()
        cast.sun.delete()
        assert finished(job).state == "failed"


def test_files_are_removed_after_a_week(begun, tickets, download, client):
    job = finished(begun())
    path = exports.file_of(job)
    assert exports.sweep(timezone.now() + exports.KEPT - timedelta(minutes=5)) == 0
    assert exports.sweep(timezone.now() + exports.KEPT + timedelta(minutes=5)) == 1
    assert not path.exists() and download(job).status_code == 404
    page = client.get(reverse("admin:clockwork_job_change", args=[job.pk])).content.decode()
    assert "has been removed" in page


def test_pieces_in_work_are_not_swept(begun, tickets):
    jobs.run(begun().pk, at=timezone.now(), seconds=0)
    assert exports.sweep(timezone.now() + timedelta(hours=1)) == 0
    assert left() == [".part"]


def test_a_sweep_where_nothing_was_ever_exported():
    assert exports.sweep(timezone.now()) == 0


def test_a_file_of_another_kind_is_refused(begun):
    with pytest.raises(ValidationError):
        begun("pdf")
    assert not Job.objects.exists()


def test_the_name_cannot_be_guessed_and_others_cannot_read_it(begun, tickets):
    path = exports.file_of(finished(begun()))
    assert len(path.stem) == 32 and os.stat(path).st_mode & 0o777 == 0o600
