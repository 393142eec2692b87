"""Did it help: one voice per visitor and version, without knowing whose."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from foundation.accounts.actors import SYSTEM
from foundation.clockwork.models import Tally
from knowledgebase import actions, queries
from knowledgebase.models import Vote

HERE = "/help/e1/helpful/"


def tap(client, helpful, **more):
    return client.post(HERE, {"language": "zh-hans", "helpful": helpful, **more})


def test_one_tap_and_a_word_why(client, e1):
    page = client.get("/help/e1/").text
    assert "Did this help?" in page and "What was missing" not in page
    assert tap(client, "no").headers["Location"] == "/help/e1/#helpful"
    assert "What was missing" in client.get("/help/e1/").text
    tap(client, "no", why="打 13812345678 没人接")
    vote = Vote.objects.get()
    assert (vote.is_helpful, vote.why, vote.by) == (False, "打 138****5678 没人接", None)
    assert vote.voter not in ("127.0.0.1", "") and len(vote.voter) == 64


def test_changing_ones_mind_replaces(client, e1):
    tap(client, "no", why="x")
    tap(client, "yes")
    vote = Vote.objects.get()
    assert (vote.is_helpful, vote.why) == (True, "")
    assert 'value="yes" class="plain" aria-pressed="true"' in client.get("/help/e1/").text


def test_two_taps_before_the_cookie_are_one_voice_and_two_browsers_are_two(e1):
    for agent in ("A", "A", "B"):
        tap(Client(headers={"User-Agent": agent}), "yes")
    assert Vote.objects.count() == 2


def test_a_forged_cookie_counts_as_none(client, e1):
    client.cookies["voice"] = "mine:forged"
    assert tap(client, "yes").status_code == 302
    assert len(Vote.objects.get().voter) == 64


def test_the_next_version_is_asked_about_anew(client, e1, cast):
    tap(client, "no")
    actions.write(e1, language="zh-hans", title="新", body="新", by=SYSTEM)
    actions.publish(e1, language="zh-hans", by=SYSTEM)
    assert "What was missing" not in client.get("/help/e1/").text
    assert queries.voices(e1).votes == 0
    tap(client, "yes")
    assert (queries.voices(e1).share, queries.voices(e1).is_few) == (100, True)
    assert Vote.objects.count() == 2


def test_staff_have_a_voice_too_and_one_only(client, cast, e1):
    client.force_login(cast.anna)
    tap(client, "yes")
    client.cookies.clear()
    client.force_login(cast.anna)
    tap(client, "no", why="Step 2")
    assert [(v.by, v.why) for v in Vote.objects.all()] == [(cast.anna, "Step 2")]


def test_nobody_votes_on_what_they_may_not_read(client, cast, e1):
    secret = actions.record_article(slug="s", kind="script", by=SYSTEM)
    text = actions.write(secret, language="en", title="S", body="x", by=SYSTEM)
    with pytest.raises(ValidationError):
        actions.vote(text, is_helpful=True, voter="x", by=cast.anna)
    text = actions.publish(secret, language="en", by=SYSTEM)
    with pytest.raises(PermissionDenied):
        actions.vote(text, is_helpful=True, voter="x")
    asked = {"language": "en", "helpful": "yes"}
    assert client.post("/help/s/helpful/", asked).status_code == 404
    assert client.post(HERE, asked).status_code == 404
    assert client.post(HERE, {"language": "zh-hans", "helpful": "?"}).status_code == 404
    assert client.get(HERE).status_code == 405
    client.force_login(cast.tang)
    assert client.post("/help/s/helpful/", asked).status_code == 302


def test_it_needs_the_token_of_the_page(e1):
    assert tap(Client(enforce_csrf_checks=True), "yes").status_code == 403


def test_a_robot_is_stopped(client, e1):
    tap(client, "yes")
    Tally.objects.update(count=60)
    assert tap(client, "yes").status_code == 429


def test_the_desk_shows_the_share_and_why(client, cast, e1, now, django_assert_max_num_queries):
    text = e1.texts.get(language="zh-hans")
    for number in range(12):
        actions.vote(
            text,
            is_helpful=number > 2,
            why="步骤不清楚",
            voter=f"v{number}",
            at=now + timedelta(minutes=number),
        )
    client.force_login(cast.an)
    page = client.get(f"/admin/knowledgebase/article/{e1.pk}/change/").text
    assert "75% of 12" in page and page.count("步骤不清楚") == 3
    assert "75% of 12" in client.get("/admin/knowledgebase/article/").text
