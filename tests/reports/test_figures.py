"""Every figure against an independent computation over random histories, and the page of figures."""

import random
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import mean, median
from zoneinfo import ZoneInfo

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.calendars import queries as calendars
from foundation.calendars.models import Calendar, ServiceHours
from foundation.calendars.rules import count
from foundation.lists.kinds import Reader
from reports import catalogue, lists, queries, rules
from reports.queries import sources, tables
from reports.queries.scans import step_of
from reports.queries.sql import Gathered, Seconds
from tests import stories
from tickets import actions
from tickets.models import Deadline, Hold, Ticket, TicketCycle

pytestmark = pytest.mark.django_db
PAGE = "admin:reports_figures"
CHINA = ZoneInfo("Asia/Shanghai")


def histories(cast, now, seed: int, tickets: int = 12) -> datetime:
    """Random lives of some tickets, with holds, rounds of news, late ends, sweeps now and then;
    returns the moment of looking."""
    rng = random.Random(seed)
    owner = stories.customer()
    unit = stories.unit(owner)
    end = now
    for _ in range(tickets):
        at = now + timedelta(minutes=rng.randint(0, 60 * 24 * 12))
        ticket = stories.received(at)
        if rng.random() < 0.6:
            actions.link(ticket, by=SYSTEM, at=at, customer=owner, unit=unit)
        for verb in ["register", "classify", "assign", "start"] + [
            rng.choice(["message", "hold", "resume", "plan", "resolve", "confirm", "reopen", "start",
                        "cancel", "restore", "assign"])
            for _ in range(14)
        ]:  # fmt: skip
            at += timedelta(minutes=rng.randint(1, 600))
            if rng.random() < 0.1:
                actions.breach_due(at)
            facts = {
                "classify": {"category": stories.category(), "reason": "x",
                             "priority": rng.choice(["P1", "P2", "P3"])},
                "assign": {"handler": rng.choice([cast.tang, cast.tian]), "contact": cast.anna},
                "message": {"body": "好"},
                "hold": {"reason": rng.choice(["parts", "customer"])},
                "plan": {"methods": [rng.choice(["remote", "remote", "onsite"])],
                         "finish_at": at + timedelta(days=1)},
                "resolve": {"result": "好"}, "reopen": {"reason": "不行"},
                "cancel": {"reason": "withdrawn"},
            }.get(verb, {})  # fmt: skip
            by = SYSTEM
            if verb == "message":
                by = CaseHolder(ticket.pk) if rng.random() < 0.4 else cast.sun
            if verb == "cancel" and rng.random() < 0.7:
                continue
            try:
                actions.VERBS[verb](ticket, by=by, at=at, **facts)
            except (ValidationError, PermissionDenied):
                continue
        end = max(end, at)
    return end + timedelta(days=3)


def computed(first, end, at) -> dict:
    """The figures by plain loops over the rows, from the definitions in docs/FIGURES.md."""
    runs = list(TicketCycle.objects.select_related("ticket"))
    holds = list(Hold.objects.all())

    def inside(moment):
        return moment is not None and first <= moment < end

    def working(run, moment):
        key = calendars.for_department(run.ticket.department_id)
        return count(calendars.hours_of(key)[0], run.opened_at, moment)

    def length(run):
        return (run.resolved_at - run.opened_at).total_seconds()

    done = [run for run in runs if inside(run.resolved_at)]
    answered = [
        (run.first_response_at - run.opened_at).total_seconds()
        for run in runs
        if inside(run.first_response_at)
    ]
    in_hours = [
        working(run, run.first_response_at) for run in runs if inside(run.first_response_at)
    ]
    still = [
        run
        for run in runs
        if run.opened_at < end
        and not (run.resolved_at and run.resolved_at < end)
        and not (run.cancelled_at and run.cancelled_at < end)
    ]
    held = [
        run
        for run in still
        if any(
            hold.ticket_id == run.ticket_id
            and hold.started_at < end
            and (hold.ended_at is None or hold.ended_at >= end)
            for hold in holds
        )
    ]
    met = Deadline.objects.filter(state="met", ended_at__gte=first, ended_at__lt=end).count()
    late = sum(
        1
        for deadline in Deadline.objects.all()
        if (deadline.state == "breached" and inside(deadline.breached_at))
        or (deadline.state == "running" and inside(deadline.due_at) and deadline.due_at < at)
    )
    return {
        "received": sum(run.number == 1 and inside(run.opened_at) for run in runs),
        "reopened": sum(run.number > 1 and inside(run.opened_at) for run in runs),
        "resolved": len(done),
        "confirmed": sum(inside(run.confirmed_at) for run in runs),
        "cancelled": sum(inside(run.cancelled_at) for run in runs),
        "backlog": len(still),
        "backlog_held": len(held),
        "response_mean": mean(answered) if answered else None,
        "response_median": median(answered) if answered else None,
        "resolve_mean": mean(map(length, done)) if done else None,
        "resolve_median": median(map(length, done)) if done else None,
        "response_working_mean": mean(in_hours) if in_hours else None,
        "response_working_median": median(in_hours) if in_hours else None,
        "resolve_working_mean": mean(working(run, run.resolved_at) for run in done)
        if done
        else None,
        "net_mean": mean(length(run) - run.held_seconds for run in done) if done else None,
        "attainment": 100 * met / (met + late) if met + late else None,
        "missed": late,
        **first_contacts([run for run in done if run.number == 1], at),
    }


def first_contacts(runs, at) -> dict:
    solved = judged = waiting = onsite = 0
    for run in runs:
        if run.visited_at:
            onsite += 1
            continue
        if run.resolved_at > at - timedelta(days=7):
            waiting += 1
            continue
        judged += 1
        ticket = run.ticket
        again = [
            other
            for other in Ticket.objects.exclude(pk=ticket.pk)
            if ticket.unit_id
            and other.unit_id == ticket.unit_id
            and other.category_id == ticket.category_id
            and timedelta(0) < other.received_at - run.resolved_at <= timedelta(days=7)
        ]
        spoke = run.spoke_again_at and run.spoke_again_at < run.resolved_at
        solved += not (spoke or run.asked_at or ticket.cycle > 1 or again)
    return {
        "fcr": 100 * solved / judged if judged else None,
        "fcr_waiting": waiting,
        "fcr_onsite": onsite,
    }


@pytest.mark.parametrize("seed", range(6))
def test_every_figure_is_what_the_definitions_say(seed, cast, now):
    at = timezone.localtime(histories(cast, now, seed), CHINA)
    if seed % 2:
        hours = Calendar.objects.get(key="callback")
        ServiceHours.objects.create(department=cast.hu.department, calendar=hours)
    rng = random.Random(seed)
    first = (now + timedelta(days=rng.randint(0, 4))).date()
    last = first + timedelta(days=rng.randint(3, 12))
    period = rules.period("custom", at, first=first, last=last, step="day")
    told = queries.figures(cast.sun, period, at=at)
    for begin, end, shown in (
        (period.first, period.end, "value"),
        (period.before_first, period.before_end, "before"),
    ):
        expected = computed(begin, end, at)
        if shown == "before":
            expected.pop("backlog_held")
        got = {key: getattr(told.values[key], shown) for key in expected}
        assert got == pytest.approx(expected, nan_ok=False), shown
    for index, (_begin, end) in enumerate(told.columns):
        assert told.series["backlog"][index] == computed(period.first, end, at)["backlog"]
    ages = sum(free + waiting for free, waiting in told.ages.values())
    assert ages == told.values["backlog"].value


@pytest.mark.parametrize("dimension", tables.DIMENSIONS)
def test_tables_add_up_and_lead_to_their_own_tickets(dimension, cast, now):
    at = timezone.localtime(histories(cast, now, 3, tickets=6), CHINA)
    period = rules.period("90d", at)
    told = queries.figures(cast.sun, period, at=at)
    rows = queries.table(cast.sun, dimension, period, queries.Cuts(), at)
    for column in ("received", "resolved", "backlog"):
        assert sum(row.values[column][0] for row in rows) == told.values[column].value
    for row in rows:
        alone = queries.figures(cast.sun, period, row.cuts, at)
        got = {key: row.values[key][0] for key in tables.COLUMNS}
        assert got == pytest.approx({key: alone.values[key].value for key in got})


def test_the_tickets_behind_a_number_are_those_that_made_it(cast, now):
    at = timezone.localtime(histories(cast, now, 5), CHINA)
    period = rules.period("90d", at)
    told = queries.figures(cast.sun, period, at=at)
    for key in ("received", "cancelled", "backlog", "backlog_held", "fcr_waiting", "fcr_onsite"):
        number = queries.Behind(key, period.first, period.end, at, queries.Cuts())
        assert queries.behind(cast.sun, number).count() == told.values[key].value
    assert sources.read(number.sign()) == number
    assert sources.read(number.sign()[:-1] + "x") is None


def test_a_head_counts_the_department_only(cast, now):
    stories.received(now)
    mine = stories.classified(now, key="technical-no-start")
    assert mine.department == cast.hu.department
    at = timezone.localtime(now + timedelta(hours=2), CHINA)
    assert queries.figures(cast.sun, "7d", at=at).values["received"].value == 2
    told = queries.figures(cast.hu, "7d", at=at)
    assert (told.values["received"].value, told.everything) == (1, False)


def test_the_database_gathers_every_number_once_and_side_by_side(cast, now):
    rng = random.Random(1)
    expected = []
    for index in range(11):
        seconds, held = rng.randint(1, 10**6) + rng.randint(0, 10**6) / 10**6, rng.randint(0, 9)
        ticket = stories.received(now)
        end = now + timedelta(seconds=seconds)
        ticket.cycles.update(resolved_at=end, held_seconds=held, number=1 + index % 2)
        expected.append((1 + index % 2, (end - now).total_seconds(), held))
    rows = TicketCycle.objects.order_by().values_list("number")
    told = rows.annotate(
        lengths=Gathered(Seconds("resolved_at", "opened_at")), held=Gathered("held_seconds")
    )
    got = [
        (number, length, waited)
        for number, lengths, held in told
        for length, waited in zip(lengths, held, strict=True)
    ]
    assert len(got) == len(expected)
    for row, wanted in zip(sorted(got), sorted(expected), strict=True):
        assert row == pytest.approx(wanted)


@pytest.mark.parametrize("edges", [1, 2, 3, 7, 8, 31])
def test_a_stamp_falls_into_the_step_that_begins_at_or_before_it(edges, cast, now):
    begins = [now + timedelta(hours=index) for index in range(edges)]
    moments = [
        begin + timedelta(microseconds=off) for begin in begins for off in (-1, 0, 1, 500_000)
    ]
    for moment in moments:
        stories.received(now).cycles.update(opened_at=moment)
    rows = TicketCycle.objects.annotate(step=step_of("opened_at", begins))
    for moment, step in rows.values_list("opened_at", "step"):
        assert step == sum(begin <= moment for begin in begins) - 1


def test_periods_compare_with_as_much_of_the_one_before():
    at = datetime(2026, 3, 31, 10, 0, tzinfo=CHINA)
    month = rules.period("month", at)
    assert month.before_first == datetime(2026, 2, 1, tzinfo=CHINA)
    assert month.before_end == datetime(2026, 3, 1, tzinfo=CHINA)
    week = rules.period("7d", at)
    assert (week.end - week.first) == (week.before_end - week.before_first)
    whole = rules.period("custom", at, first=date(2026, 2, 1), last=date(2026, 2, 28))
    assert (whole.before_end, whole.step) == (whole.first, "day")


@pytest.mark.parametrize(("who", "status"), [
    ("sun", 200), ("hu", 200), ("ma", 200), ("qian", 200), ("an", 200), ("root", 200),
    ("anna", 403), ("deng", 403), ("wu", 403), ("tang", 302),
])  # fmt: skip
def test_who_opens_the_page(who, status, cast, client):
    client.force_login(getattr(cast, who))
    assert client.get(reverse(PAGE)).status_code == status


@pytest.mark.parametrize("query", [
    "?period=x", "?period=custom", "?first=0001-01-01&period=custom&last=9999-12-31",
    "?department=999999", "?category=x", "?by=x", "?handler=0&by=handler", "?sort=x&by=tier",
    "?period=year&step=day", "?csv=1&by=product",
])  # fmt: skip
def test_no_address_breaks_the_page(query, cast, client, now):
    stories.resolved(now, cast.tang)
    client.force_login(cast.sun)
    assert client.get(reverse(PAGE) + query).status_code == 200


def test_every_number_leads_to_its_tickets(cast, client, now):
    solved = stories.resolved(now, cast.tang)
    client.force_login(cast.sun)
    query = "?period=custom&first=2026-03-01&last=2026-03-31&by=department"
    page = client.get(reverse(PAGE) + query).content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*figure=[^"]*)"', page)]
    assert len(links) > 10
    assert all(solved.number in client.get(link).content.decode() for link in set(links))
    client.force_login(cast.anna)
    assert "Ignored" not in page and client.get(links[0]).status_code == 200


def test_a_list_says_how_often_its_tickets_counted(cast, client, now):
    """What counts twice stands once in the list; the list says so."""
    twice = stories.resolved(now, cast.tang)
    at = now + timedelta(days=1)
    actions.reopen(twice, by=cast.sun, at=at, reason="不行")
    actions.start(twice, by=cast.tang, at=at)
    actions.resolve(twice, by=cast.tang, at=at + timedelta(hours=1), result="好")
    client.force_login(cast.sun)
    query = "?period=custom&first=2026-03-01&last=2026-03-31"

    def behind(key: str) -> str:
        page = client.get(reverse(PAGE) + query).content.decode()
        card = page[page.index(f'id="card-{key}"') :]
        link = re.search(r'href="([^"]*figure=[^"]*)"', card).group(1).replace("&amp;", "&")
        return client.get(link).content.decode()

    assert "2 times, 1 ticket" in behind("resolved")
    assert "· 1 ticket" in behind("received") and "1 times" not in behind("received")
    stories.resolved(now, cast.tian)
    assert "3 times, 2 tickets" in behind("resolved")


def test_a_list_of_very_many_is_not_counted(cast, now):
    stories.received(now)
    reader = Reader(cast.sun)
    number = queries.Behind("received", now, now + timedelta(days=1), now, queries.Cuts())
    for times, words in ((0, ""), (5001, "5,001 times; each ticket is listed once")):
        with CaptureQueriesContext(connection) as seen:
            (said,) = lists._known([replace(number, times=times).sign()], reader).values()
        assert said.endswith(words) and not any("COUNT(" in q["sql"] for q in seen)


def test_a_link_from_before_times_were_told_still_leads_to_its_tickets(now):
    number = queries.Behind("received", now, now + timedelta(days=1), now, queries.Cuts())
    moments = [moment.isoformat() for moment in (number.first, number.end, number.at)]
    assert sources.read(signing.dumps(["received", "", moments, {}], salt=sources.SALT)) == number


def test_every_card_says_in_words_what_exactly_it_is(cast, client):
    client.force_login(cast.sun)
    page = client.get(reverse(PAGE)).content.decode()
    cards = re.findall(r'<article class="panel figure-card".*?</article>', page, re.S)
    assert len(cards) >= 13
    for card in cards:
        assert re.search(r"<details.*<li>[^<]{20,}</li>.*</details>", card, re.S)
    assert ".md" not in page
    assert {entry.definition for entry in catalogue.ENTRIES.values()} == set(catalogue.DEFINITIONS)


def test_as_many_queries_for_three_tickets_as_for_one(cast, client, now):
    client.force_login(cast.sun)
    query = "?period=custom&first=2026-03-01&last=2026-03-31&by=handler"

    def measured() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(PAGE) + query).status_code == 200
        return len(seen)

    stories.resolved(now, cast.tang)
    measured()
    one = measured()
    stories.resolved(now, cast.tian)
    stories.resolved(now, cast.tang)
    assert measured() == one < 45
