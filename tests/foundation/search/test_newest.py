"""The way that is taken where there are many documents finds what the plain way finds."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.search import kinds, newest, postgres, queries, rules
from foundation.search.actions import index
from tests import stories

NUMBERS = ("LOOKED_AT", "COMMON", "FURTHER", "DEAR")
# Who sees every ticket; for others it may be that others' stand in the way, and it is said.
ALL = ("sun", "qian", "an")
ROLES = ("anna", "sun", "hu", "deng", "tang", "wu", "qian", "an")


@pytest.fixture
def many(cast, now, monkeypatch):
    """24 tickets of which some are rare, common, others' – and limits that are soon reached."""
    for n in range(24):
        symptom = f"机器漏水{'冒烟' if n % 12 == 5 else ''}{'异响' if n % 3 else ''}"
        at = now + timedelta(minutes=n)
        if n % 4 == 0:
            stories.assigned(at, cast.tang, contact=cast.sun, symptom=symptom)
        elif n % 4 == 1:
            stories.classified(at, symptom=symptom)
        else:
            stories.received(at, symptom=symptom)
    monkeypatch.setattr(newest, "_is_large", lambda kind: True)
    monkeypatch.setattr(postgres, "SMALL", 0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE tickets_ticketdocument")
    return kinds.get("tickets")


def plainly(kind, user, text) -> list[int]:
    return list(newest.documents(kind, user, rules.query(text)).values_list("pk", flat=True))


@pytest.mark.parametrize("few", [0, 3, 1500])
@pytest.mark.parametrize(
    "looked", [(2, 1, 2, 100), (4, 2, 2, 100), (10, 50, 4, 0), (1000, 60, 4, 3)]
)
def test_it_finds_what_the_plain_way_finds(many, cast, monkeypatch, few, looked):
    monkeypatch.setattr(newest, "FEW", few)
    for name, value in zip(NUMBERS, looked, strict=True):
        monkeypatch.setattr(postgres, name, value)
    for name in ROLES:
        user = getattr(cast, name)
        for text in ("漏水", "冒烟", "异响 漏水", "王芳", "wm800", "没有", "王芳 冒烟"):
            expected = plainly(many, user, text)
            for most in (1, 3, 40):
                found, has_more = newest.newest(many, user, rules.query(text), most)
                if not has_more:
                    assert found == expected, (name, text, most)
                assert set(found) <= set(expected) and len(found) <= most
                assert found == [pk for pk in expected if pk in found]
                if name in ALL:
                    assert (found, has_more) == (expected[:most], len(expected) > most)


def test_few_are_all_found(many, cast):
    for name in ROLES:
        user = getattr(cast, name)
        for text in ("漏水", "冒烟", "王芳"):
            found = newest.newest(many, user, rules.query(text), 40)
            assert found == (plainly(many, user, text), False), (name, text)


def test_newest_of_others_do_not_hide_ones_own(many, cast, monkeypatch):
    monkeypatch.setattr(newest, "BATCH", 1)
    monkeypatch.setattr(newest, "FEW", 8)
    found, _ = newest.newest(many, cast.hu, rules.query("漏水"), 3)
    assert found == plainly(many, cast.hu, "漏水")[:3]


def test_its_queries_are_few(many, cast):
    for name in ("sun", "anna", "tang"):
        user = getattr(cast, name)
        user.scopes, user.personal  # noqa: B018 (read once per request)
        with CaptureQueriesContext(connection) as seen:
            newest.newest(many, user, rules.query("漏水"), 5)
        assert len(seen) <= 9


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_those_of_one_moment_are_in_the_same_order(many, cast, monkeypatch, at_once):
    for place, document in enumerate(many.document.objects.order_by("-at")):
        many.document.objects.filter(pk=document.pk).update(
            at=document.subject.received_at.replace(hour=place // at_once, minute=0)
        )
    monkeypatch.setattr(postgres, "LOOKED_AT", 3)
    monkeypatch.setattr(postgres, "FURTHER", 2)
    expected = plainly(many, cast.sun, "漏水")
    for most in (1, 4, 30):
        assert newest.newest(many, cast.sun, rules.query("漏水"), most)[0] == expected[:most]


def test_all_kinds_together_find_what_each_finds_alone(many, cast):
    stories.unit(stories.customer("漏水王"), "冒烟-1")
    for name in ROLES:
        user = getattr(cast, name)
        mine = queries.kinds_for(user)
        for text in ("漏水", "冒烟", "王芳", "wm800", "没有", ""):
            asked = rules.query(text)
            found = newest.newest_of_each(mine, user, asked, 3)
            alone = {kind.key: newest.newest(kind, user, asked, 3) for kind in mine}
            assert found == alone, (name, text)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.parametrize(("dear", "statements"), [(100, 3), (0, 3)])
def test_either_way_is_taken(many, cast, monkeypatch, dear, statements):
    """One by one from the newest, or by the index: a look, a guess, and what was asked."""
    monkeypatch.setattr(postgres, "LOOKED_AT", 2)
    monkeypatch.setattr(postgres, "FURTHER", 20)
    monkeypatch.setattr(postgres, "DEAR", dear)
    cast.sun.scopes, cast.sun.personal  # noqa: B018 (read once per request)
    with CaptureQueriesContext(connection) as seen:
        found, _ = newest.newest(many, cast.sun, rules.query("异响"), 5)
    assert len(found) == 5 and len(seen) == statements
    assert ("@@" in seen[-1]["sql"]) == (dear == 0)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_how_large_it_is_is_not_counted(cast, now):
    stories.received(now)
    index("tickets", [])
    assert newest._is_large(kinds.get("tickets")) is False
