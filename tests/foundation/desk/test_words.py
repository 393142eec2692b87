"""Time and badges as people read them, in both languages."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone, translation

from foundation.accounts.choices import Scope
from foundation.accounts.models import Role
from foundation.desk.templatetags import desk
from foundation.desk.words import said

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def clock(now):
    """It is Tuesday, 10:00 in China."""
    with time_machine.travel(now, tick=False), timezone.override(SHANGHAI):
        yield


def template(source, **context):
    return Template("{% load desk %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("length", "words"),
    [
        ({"seconds": 59}, "0 min"),
        ({"minutes": 35}, "35 min"),
        ({"minutes": 60}, "1 h"),
        ({"minutes": 80}, "1 h 20 min"),
        ({"hours": 23, "minutes": 59}, "23 h 59 min"),
        ({"hours": 24, "minutes": 30}, "24 h"),
        ({"hours": 47, "minutes": 59}, "47 h"),
        ({"days": 2}, "2 days"),
        ({"days": 30, "hours": 5}, "30 days"),
        ({"minutes": -80}, "1 h 20 min"),
    ],
)
def test_a_length_is_said_in_two_units_at_most(length, words):
    assert desk.spoken(timedelta(**length)) == words


def test_a_moment_is_said_with_its_day(now):
    at = [desk.clock(now + timedelta(hours=hours)) for hours in (-24, 0, 6, 24)]
    assert at == ["yesterday 10:00", "today 10:00", "today 16:00", "tomorrow 10:00"]
    assert desk.clock(now + timedelta(days=3)) == "13 Mar 10:00"
    assert desk.clock(datetime(2025, 12, 31, 1, tzinfo=UTC)) == "31 Dec 2025 09:00"


def test_the_day_is_the_readers_day(now):
    """17:00 UTC is already tomorrow in China."""
    evening = datetime(2026, 3, 10, 17, tzinfo=UTC)
    assert desk.clock(evening) == "tomorrow 01:00"
    with timezone.override(UTC):
        assert desk.clock(evening) == "today 17:00"


def test_until_says_due_or_late(now):
    assert desk.until(now + timedelta(minutes=80)) == "due in 1 h 20 min (today 11:20)"
    assert desk.until(now) == "due in 0 min (today 10:00)"
    assert desk.until(now - timedelta(minutes=35)) == "late by 35 min (today 09:25)"
    assert desk.until_short(now + timedelta(minutes=80)) == "1 h 20 min"
    assert desk.until_short(now - timedelta(minutes=35)) == "late 35 min"


def test_where_there_is_no_moment_there_are_no_words():
    assert (desk.until(None), desk.until_short(None)) == ("", "")
    assert (desk.stamp(None), desk.age(None), desk.lateness(None)) == ("–", "–", "quiet")


def test_lateness_has_three_tones(now):
    assert desk.lateness(now + timedelta(hours=2)) == "quiet"
    assert desk.lateness(now + timedelta(minutes=30)) == "soon"
    assert desk.lateness(now) == "soon"
    assert desk.lateness(now - timedelta(seconds=1)) == "late"


def test_lateness_warns_from_the_promises_own_point(now):
    due = now + timedelta(hours=2)
    assert desk.lateness(due, now) == "soon"
    assert desk.lateness(due, now + timedelta(seconds=1)) == "quiet"
    assert desk.lateness(now - timedelta(hours=1), now + timedelta(hours=1)) == "late"


def test_a_stamp_carries_the_exact_moment(now):
    html = template("{{ at|stamp }}", at=now)
    assert 'datetime="2026-03-10T02:00:00+00:00"' in html
    assert 'title="2026-03-10 10:00:00"' in html
    assert ">today 10:00<" in html


def test_age_counts_up(now):
    assert desk.age(now - timedelta(hours=3)) == "3 h"


# Chinese: the wording is the translator's, so these say only that nothing stays English.


@pytest.mark.parametrize(
    "say",
    [
        lambda now: desk.spoken(timedelta(minutes=35)),
        lambda now: desk.spoken(timedelta(minutes=80)),
        lambda now: desk.spoken(timedelta(days=3)),
        lambda now: desk.clock(now),
        lambda now: desk.clock(now + timedelta(days=1)),
        lambda now: desk.clock(now + timedelta(days=3)),
        lambda now: desk.until(now + timedelta(minutes=80)),
        lambda now: desk.until(now - timedelta(minutes=35)),
        lambda now: desk.until_short(now - timedelta(minutes=35)),
    ],
)
def test_in_chinese_nothing_is_left_in_english(now, say):
    with translation.override("zh-hans"):
        words = say(now)
    assert not any("a" <= letter <= "z" for letter in words.lower()), words
    assert any("\u4e00" <= letter <= "\u9fff" for letter in words), words


# Badges


STATES, PRIORITIES = {"in_progress": "In progress"}, {"P1": "Urgent", "P2": "Important"}
CHOICES = {"status": STATES, "priority": PRIORITIES, "proposed_priority": PRIORITIES}


class Row(SimpleNamespace):
    """As much of a model as the badges ask for."""

    class _meta:
        def get_field(name):
            return SimpleNamespace(flatchoices=CHOICES[name].items())


def ticket(**facts):
    row = {
        "status": "in_progress",
        "is_on_hold": False,
        "is_open": True,
        "priority": "P1",
        "proposed_priority": "P2",
    }
    return Row(**row | facts)


def test_a_state_has_its_word_and_its_tone():
    html = desk.state_badge(ticket())
    assert html == '<span class="state state-in_progress">In progress</span>'


def test_a_hold_shows_while_the_ticket_is_open():
    held = desk.state_badge(ticket(is_on_hold=True))
    assert "state-on-hold" in held and "In progress, on hold" in held
    assert "on-hold" not in desk.state_badge(ticket(is_on_hold=True, is_open=False))


def test_a_priority_that_is_only_proposed_looks_so():
    assert "is-proposed" not in desk.priority_badge(ticket())
    html = desk.priority_badge(ticket(priority=""))
    assert 'class="priority priority-p2 is-proposed"' in html
    assert 'title="proposed: Important"' in html and ">P2<" in html


def test_words_of_others_are_escaped_in_badges():
    evil = '"><script>alert(1)</script>'
    row = ticket(status=evil, priority=evil)
    html = template("{% state_badge t %}{% priority_badge t %}", t=row)
    assert "<script" not in html and html.count("<span") == 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("scope", [*Scope.values, "", "no such scope"])
def test_a_choice_is_said_as_django_says_it(language, scope):
    row = Role(sees=scope)
    with translation.override(language):
        assert said(row, "sees") == row.get_sees_display()
