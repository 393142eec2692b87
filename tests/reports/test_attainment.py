"""Promises kept by department, person and step, against plain loops over the ledger's history."""

import csv
import io
import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import load_workbook

from foundation.clockwork import jobs
from foundation.clockwork.models import Job
from reports import queries, rules
from reports.queries import attainment
from tests import stories
from tests.programs import program
from tests.reports.test_figures import CHINA, histories
from tickets import actions
from tickets.models import Deadline, Ticket

pytestmark = pytest.mark.django_db
PAGE = "admin:reports_figures"
MARCH = "?period=custom&first=2026-03-01&last=2026-03-31"


def decided(deadline: Deadline, at: datetime) -> tuple[datetime, str] | None:
    """When a promise was kept or missed, by its history alone; None where it is not decided."""
    missed = met = None
    is_out = False
    for event in deadline.history.order_by("pk"):
        due = event.due_at
        if event.kind == "breached":
            missed = event.at
        elif event.kind == "met":
            met = event.at
        elif event.kind in ("cancelled", "restored"):
            is_out = event.kind == "cancelled"
    if missed or met:
        return (missed, "missed") if missed else (met, "kept")
    pauses = deadline.pauses
    if pauses and pauses[-1][1] is None and due > datetime.fromisoformat(pauses[-1][0]):
        return None
    return (due, "missed") if due < at and not is_out else None


def counted(begin, end, at, whose) -> dict[tuple, Counter]:
    """{(promise or "", whose): numbers kept and missed} in the span, by plain loops."""
    found: dict[tuple, Counter] = defaultdict(Counter)
    for deadline in Deadline.objects.select_related("ticket"):
        fate = decided(deadline, at)
        if fate and begin <= fate[0] < end:
            for promise in ("", deadline.key):
                found[promise, whose(deadline.ticket)][fate[1]] += 1
    return found


WHOSE = {
    "department": lambda ticket: ticket.department_id,
    "person": lambda ticket: ticket.handler_id or ticket.contact_id,
}


@pytest.fixture
def lives(cast, now):
    """`lives(seed)`: the moment of looking, and a period in the midst of random histories."""

    def make(seed: int) -> tuple[datetime, rules.Period]:
        at = timezone.localtime(histories(cast, now, seed), CHINA)
        # One without a handler, with a contact.
        stories.received(now)
        Ticket.objects.filter(pk=stories.received(now).pk).update(contact=cast.anna)
        first = (now + timedelta(days=2 + seed)).date()
        last = first + timedelta(days=5 + seed)
        return at, rules.period("custom", at, first=first, last=last, step="day")

    return make


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("by", sorted(WHOSE))
def test_whose_promises_were_kept_is_what_the_history_says(by, seed, cast, lives):
    at, period = lives(seed)
    now = counted(period.first, period.end, at, WHOSE[by])
    before = counted(period.before_first, period.before_end, at, WHOSE[by])
    told = queries.attained(cast.sun, by, period, queries.Cuts(), at)
    assert {(row.promise, row.key) for row in told} == set(now)
    for row in told:
        wanted, earlier = now[row.promise, row.key], before[row.promise, row.key]
        assert (row.kept, row.missed) == (wanted["kept"], wanted["missed"])
        assert row.figure.before_n == earlier.total()
        assert row.figure.before == rules.attainment(earlier["kept"], earlier["missed"])
    together = queries.attained(cast.sun, by, period, queries.Cuts(), at, "")
    assert together == [row for row in told if row.promise == ""]


@pytest.mark.parametrize("seed", range(4))
def test_a_step_holds_what_was_decided_in_it(seed, cast, lives):
    at, period = lives(seed)
    told = queries.attained(cast.sun, "step", period, queries.Cuts(), at)
    for row in told:
        wanted = counted(row.first, row.end, at, lambda ticket: None)[row.promise, None]
        assert (row.kept, row.missed) == (wanted["kept"], wanted["missed"])
    for earlier, later in pairwise(told):
        if later.key:
            assert (later.figure.before, later.figure.before_n) == (
                earlier.figure.value, earlier.figure.n,
            )  # fmt: skip
    figures = queries.figures(cast.sun, period, at=at)
    for promise in {row.promise for row in told}:
        key = f".{promise}" if promise else ""
        rows = [row for row in told if row.promise == promise]
        assert sum(row.kept + row.missed for row in rows) == figures.values[f"attainment{key}"].n
        assert sum(row.missed for row in rows) == figures.values[f"missed{key}"].value


def test_the_histories_hold_what_is_hard(cast, now):
    """Rounds, holds, late ends, misses that no sweep has told: else the loops above prove little."""
    at = histories(cast, now, 1, tickets=36)
    rows = Deadline.objects.all()
    assert rows.filter(round__gt=1, state="met").exists()
    assert rows.filter(round__gt=1, state="breached").exists()
    assert rows.exclude(pauses=[]).filter(state="met").exists()
    assert rows.filter(state="breached", ended_at__isnull=False).exists()
    assert rows.filter(state="running", due_at__lt=at).exists()
    assert rows.filter(state="paused").exists() and rows.filter(state="cancelled").exists()


@pytest.mark.parametrize("by", attainment.DIMENSIONS)
def test_the_tickets_behind_each_number_are_those_that_made_it(by, cast, lives):
    at, period = lives(2)
    told = queries.attained(cast.sun, by, period, queries.Cuts(), at)
    assert told
    for row in told:
        for key in ("attainment", "missed"):
            number = queries.Behind(key, row.first, row.end, at, row.cuts, row.promise)
            wanted = set()
            for deadline in Deadline.objects.select_related("ticket"):
                fate = decided(deadline, at)
                if not fate or not row.first <= fate[0] < row.end:
                    continue
                counts = row.promise in ("", deadline.key) and key in ("attainment", fate[1])
                if counts and (by == "step" or WHOSE[by](deadline.ticket) == row.key):
                    wanted.add(deadline.ticket_id)
            found = queries.behind(cast.sun, number).values_list("pk", flat=True)
            assert set(found) == wanted


def test_nobody_is_ranked_by_a_few(cast, now):
    """With n from 30 the least share first; the others after them by name."""
    period = rules.period("30d", timezone.localtime(now, CHINA))

    def row(name: str, kept: int, missed: int) -> queries.Attained:
        figure = attainment._figure([kept, missed], [0, 0])
        cuts = queries.Cuts()
        return queries.Attained(
            "", "", name, name, name, figure, missed, period.first, period.end, cuts
        )

    rows = [row("Zoe", 0, 9), row("Bo", 29, 0), row("Cy", 30, 10), row("Di", 15, 15)]
    ordered = [one.name for one in sorted(rows, key=attainment._rank)]
    assert ordered == ["Di", "Cy", "Bo", "Zoe"]


@pytest.fixture
def missed_once(cast, now):
    """A ticket of tang's with some promises kept and one missed, in March."""
    ticket = stories.resolved(now, cast.tang)
    late = stories.assigned(now, cast.tian)
    actions.breach_due(now + timedelta(days=9))
    return ticket, late


@pytest.mark.parametrize("by", attainment.DIMENSIONS)
def test_the_page_shows_them_and_leads_to_their_tickets(by, cast, client, missed_once):
    client.force_login(cast.sun)
    page = client.get(reverse(PAGE) + MARCH + f"&kept={by}").content.decode()
    part = page[page.index('id="kept"') : page.index('id="f-voice"')]
    assert "all promises" in part and "how computed" in part and "few" in part
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*figure=[^"]*)"', part)]
    found = [client.get(link).content.decode() for link in links]
    assert found and all("missed" in text or "Promises kept" in text for text in found)
    assert any(missed_once[1].number in text for text in found)


def test_one_promise_alone(cast, client, missed_once):
    client.force_login(cast.sun)
    page = client.get(reverse(PAGE) + MARCH + "&kept=step&promise=registered").content.decode()
    part = page[page.index('id="kept"') : page.index('id="f-voice"')]
    assert "Registered" in part and "×" in part and 'id="chart-kept-steps"' in part
    at = timezone.localtime(timezone=CHINA)
    period = rules.period("custom", at, first=date(2026, 3, 1), last=date(2026, 3, 31), step="week")
    rows = queries.attained(cast.sun, "step", period, queries.Cuts(), at, "registered")
    assert sum(row.figure.n for row in rows) == 2


@pytest.mark.parametrize("query", [
    "&kept=x", "&promise=x", "&kept=step&promise=nothing", "&kept=person&promise=!",
    "&kept=department&department=0", "&kept=person&handler=0",
])  # fmt: skip
def test_no_address_breaks_the_page(query, cast, client, missed_once):
    client.force_login(cast.sun)
    assert client.get(reverse(PAGE) + MARCH + query).status_code == 200


def test_a_head_sees_the_department_alone(cast, now):
    stories.resolved(now, cast.tang)
    stories.received(now)
    actions.breach_due(now + timedelta(days=9))
    at = timezone.localtime(now + timedelta(days=10), CHINA)
    period = rules.period("30d", at)
    for person, wanted in ((cast.sun, {None, cast.hu.department_id}), (cast.hu, {cast.hu.department_id})):  # fmt: skip
        rows = queries.attained(person, "department", period, queries.Cuts(), at)
        assert {row.key for row in rows} == wanted


@pytest.mark.parametrize("by", attainment.DIMENSIONS)
def test_as_many_queries_for_three_tickets_as_for_one(by, cast, client, now):
    client.force_login(cast.sun)

    def measured() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(PAGE) + MARCH + f"&kept={by}").status_code == 200
        return len(seen)

    stories.resolved(now, cast.tang)
    measured()
    one = measured()
    stories.resolved(now, cast.tian)
    stories.resolved(now, cast.tang)
    assert measured() == one < 45


def exported(client, cast, by: str, kind: str = "csv", who: str = "sun") -> bytes:
    client.force_login(getattr(cast, who))
    answer = client.post(reverse(PAGE) + MARCH + f"&kept={by}", {"file": kind, "once": "1"})
    assert answer.status_code == 302, answer.content
    job = jobs.run(Job.objects.latest("pk").pk)
    assert (job.state, job.error) == ("done", "")
    return b"".join(client.get(reverse("admin:sheets_download", args=[job.pk])))


@pytest.mark.parametrize("by", attainment.DIMENSIONS)
def test_the_file_has_every_promise(by, cast, client, missed_once):
    text = exported(client, cast, by).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    told = {row["Promise"] for row in rows}
    assert "all promises" in told and len(told) > 3
    for row in rows:
        assert int(row["kept in time"]) + int(row["missed"]) == int(row["n"])
    ours = sum(int(row["n"]) for row in rows if row["Promise"] == "all promises")
    assert ours == sum(int(row["n"]) for row in rows) - ours
    names = {row[list(row)[1]] for row in rows}
    assert by != "person" or names == {"Tang", "Tian"}


def test_the_file_as_a_workbook_and_once(cast, client, missed_once, tmp_path):
    path = tmp_path / "kept.xlsx"
    path.write_bytes(exported(client, cast, "department", "xlsx"))
    head, *rows = load_workbook(str(path)).get_sheet_by_index(0).to_python()
    assert head[0] == "Promise" and rows
    client.post(reverse(PAGE) + MARCH + "&kept=department", {"file": "xlsx", "once": "1"})
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("anna", 403), ("deng", 403), ("wu", 403), ("tang", 302)]
)
def test_who_does_not_see_figures_gets_no_file(who, status, cast, client):
    client.force_login(getattr(cast, who))
    answer = client.post(reverse(PAGE) + "?kept=person", {"file": "csv"})
    assert answer.status_code == status and not Job.objects.exists()


@pytest.mark.parametrize("data", [{}, {"file": "pdf"}])
def test_another_kind_of_file_is_none(data, cast, client):
    client.force_login(cast.sun)
    assert client.post(reverse(PAGE) + "?kept=person", data).status_code == 302
    assert not Job.objects.exists()


def test_programs_get_them_when_they_ask(cast, missed_once):
    ask = {"period": "custom", "first": "2026-03-01", "last": "2026-03-31"}
    told = program(cast.an).get("/api/v1/figures/", ask | {"promises_by": "person"}).json()
    rows = [row for row in told["promises"] if row["promise"] == ""]
    assert {row["name"] for row in rows} == {"tang", "tian"}
    assert sum(row["n"] for row in rows) == told["figures"]["attainment"]["n"]
    assert all(row["is_small"] for row in rows)
    assert program(cast.an).get("/api/v1/figures/", ask).json()["promises"] == []
    assert program(cast.an).get("/api/v1/figures/", {"promises_by": "x"}).status_code == 400
    assert program(cast.anna).get("/api/v1/figures/", {"promises_by": "person"}).status_code == 403
