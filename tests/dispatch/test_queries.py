"""A technician's day, and who could take a job."""

from datetime import timedelta

import pytest

from dispatch import queries
from foundation.accounts.actors import SYSTEM, CaseHolder
from tests import stories
from tickets import actions
from tickets.queries import person_of
from tickets.queries.candidates import candidates, plain

pytestmark = pytest.mark.django_db


def day(user, at):
    found = queries.jobs_of(user, at)
    return [
        (part.section, [(job.ticket.pk, job.verb) for job in part.jobs]) for part in found.parts
    ]


def test_the_day_has_sections_with_the_next_step(now, cast):
    new = stories.assigned(now, cast.tang)
    accepted = actions.accept(stories.assigned(now, cast.tang), by=cast.tang, at=now)
    working = stories.in_progress(now, cast.tang)
    waiting = actions.hold(stories.in_progress(now, cast.tang), by=cast.tang, reason="parts")
    again = stories.resolved(now, cast.tang)
    again = actions.reopen(again, by=CaseHolder(again.pk), at=now, reason="又坏了")
    stories.assigned(now, cast.tian)
    assert day(cast.tang, now) == [
        ("reopened", [(again.pk, "start")]),
        ("to_accept", [(new.pk, "accept")]),
        ("to_start", [(accepted.pk, "start")]),
        ("in_work", [(working.pk, "resolve")]),
        ("on_hold", [(waiting.pk, "resume")]),
    ]


def test_danger_comes_first_and_then_the_earliest_promise(now, cast):
    later = stories.assigned(now + timedelta(hours=1), cast.tang)
    sooner = stories.assigned(now, cast.tang)
    danger = stories.assigned(now + timedelta(hours=2), cast.tang, symptom="漏电", priority="P1")
    stories.in_progress(now, cast.tang)
    found = day(cast.tang, now)
    assert [section for section, _ in found] == ["to_accept", "in_work"]
    assert [pk for pk, _ in found[0][1]] == [danger.pk, sooner.pk, later.pk]


def test_done_today_is_what_was_finished_since_the_organisations_midnight(now, cast):
    stories.resolved(now, cast.tang)  # by somebody else
    assert queries.jobs_of(cast.tang, now).done == []
    mine = stories.in_progress(now, cast.tang)
    mine = actions.resolve(mine, by=cast.tang, at=now + timedelta(hours=1), result="修好了")
    assert [t.pk for t in queries.jobs_of(cast.tang, now + timedelta(hours=2)).done] == [mine.pk]
    # 10:00 + 14 h is midnight in China.
    assert queries.jobs_of(cast.tang, now + timedelta(hours=14)).done == []


def test_a_verb_taken_from_the_role_is_not_offered(now, cast):
    cast.tang.roles.get().grants.filter(verb="tickets.accept").delete()
    ticket = stories.assigned(now, cast.tang)
    assert day(cast.tang, now) == [("to_accept", [(ticket.pk, "start")])]


def test_the_day_costs_the_same_with_one_job_and_three(now, cast, django_assert_num_queries):
    cast.tang.may("tickets.start"), cast.tang.scopes, cast.tang.personal
    for count in (1, 3):
        for _ in range(count):
            stories.assigned(now, cast.tang)
        with django_assert_num_queries(6):
            queries.jobs_of(cast.tang, now)


def test_personal_data_are_masked_once_the_job_is_done(now, cast):
    facts = {"requester_phone": "13812345678", "requester_address": "浙江省杭州市文三路1号"}
    ticket = stories.in_progress(now, cast.tang, **facts)
    person = person_of(queries.job(cast.tang, ticket.number), cast.tang)
    assert (person.name, person.phone, person.address, person.is_masked) == (
        "王芳",
        "13812345678",
        "浙江省杭州市文三路1号",
        False,
    )
    ticket = actions.resolve(ticket, by=cast.tang, at=now, result="好了")
    person = person_of(queries.job(cast.tang, ticket.number), cast.tang)
    assert (person.name, person.phone, person.address, person.is_masked) == (
        "王*",
        "138****5678",
        "浙江省杭州市****",
        True,
    )
    assert not person_of(queries.job(cast.sun, ticket.number), cast.sun).is_masked


def test_the_customers_own_data_stand_in_where_the_request_has_none(now, cast):
    owner = stories.customer()
    ticket = stories.assigned(now, cast.tang, requester_name="")
    actions.link(ticket, by=cast.anna, customer=owner, unit=stories.unit(owner))
    person = person_of(queries.job(cast.tang, ticket.number), cast.tang)
    assert (person.name, person.phone, person.address) == ("王芳", "13812345678", "杭州")


# --- candidates ----------------------------------------------------------------------------------


def names(found):
    return [candidate.user.username for candidate in found]


def test_only_people_who_can_handle_are_candidates(now, cast):
    cast.tian.is_active = False
    cast.tian.save()
    found = names(candidates(stories.classified(now)))
    assert set(found) == {"tang", "hu", "anna", "sun", "ma", "root"}


def test_the_owning_department_first_then_workers_by_load(now, cast):
    stories.in_progress(now, cast.tang)
    stories.resolved(now, cast.tian)
    ticket = stories.classified(now)
    assert names(candidates(ticket))[:3] == ["tian", "tang", "hu"]
    assert names(plain(ticket))[:3] == ["tian", "tang", "hu"]
    tang = candidates(ticket)[1]
    assert (tang.load, tang.is_in_department) == (1, True)
    assert tang.why == "Technical support · 1 open ticket"


def test_who_knows_the_unit_comes_before_who_is_free(now, cast):
    owner = stories.customer()
    thing = stories.unit(owner)
    before = stories.classified(now)
    actions.link(before, by=SYSTEM, customer=owner, unit=thing)
    actions.assign(before, by=SYSTEM, at=now, handler=cast.tang)
    ticket = actions.link(stories.classified(now), by=SYSTEM, customer=owner, unit=thing)
    first, second = candidates(ticket)[:2]
    assert (first.user, first.knows_unit, first.knows_customer) == (cast.tang, True, True)
    assert first.why.startswith("worked on this unit before · ")
    assert (second.user, second.knows_unit) == (cast.tian, False)
    assert not any(c.knows_unit or c.knows_customer for c in candidates(stories.classified(now)))


def test_the_present_handler_is_no_candidate(now, cast):
    assert "tang" not in names(candidates(stories.assigned(now, cast.tang)))


def test_candidates_cost_the_same_for_few_people_and_many(now, cast, django_assert_num_queries):
    owner = stories.customer()
    ticket = actions.link(
        stories.classified(now), by=SYSTEM, customer=owner, unit=stories.unit(owner)
    )
    with django_assert_num_queries(2):
        candidates(ticket)
    for person in (cast.deng, cast.wu, cast.qian):
        person.roles.add(cast.tang.roles.get())
        stories.assigned(now, person)
    with django_assert_num_queries(2):
        assert {"deng", "wu", "qian"} <= set(names(candidates(ticket)))
