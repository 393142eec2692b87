"""Technicians search their own jobs, and find the customer only while they need to."""

from datetime import timedelta

import pytest

from tests import stories
from tickets import actions

PAGE = "/m/search/"


@pytest.fixture
def phone(client, cast):
    client.force_login(cast.tang)
    return client


def page(client, q: str) -> str:
    answer = client.get(PAGE, {"q": q})
    assert answer.status_code == 200
    return answer.content.decode()


def test_own_jobs_are_found_and_others_are_not(phone, cast, now):
    mine, theirs = stories.in_progress(now, cast.tang), stories.in_progress(now, cast.tian)
    for q in ("脱水", "王芳", "wm800"):
        shown = page(phone, q)
        assert f"/m/job/{mine.number}/" in shown and theirs.number not in shown
    assert phone.get(PAGE, {"q": mine.number}).url == f"/m/job/{mine.number}/"
    assert f"/m/job/{theirs.number}/" not in page(phone, theirs.number)


def test_jobs_of_long_ago_are_found_without_the_person(phone, cast, now):
    old = stories.in_progress(now, cast.tang)
    actions.resolve(old, by=cast.tang, at=now + timedelta(hours=1), result="好了")
    assert "王芳" not in page(phone, "脱水") and old.number in page(phone, "脱水")
    assert old.number not in page(phone, "王芳")


def test_nothing_typed_and_nothing_found_say_what_to_do(phone):
    assert "also those of long ago" in page(phone, "")
    assert "Only your own jobs" in page(phone, "脱水")
    assert "Only your own jobs" in page(phone, "\x00'*")


def test_the_box_is_on_the_first_page(phone):
    assert 'action="/m/search/"' in phone.get("/m/").content.decode()


def test_people_without_jobs_have_no_such_page(client, cast):
    client.force_login(cast.wu)
    assert client.get(PAGE).status_code == 403
    client.logout()
    assert client.get(PAGE).status_code == 302
