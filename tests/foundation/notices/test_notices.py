"""What people are told: once each, seen only by whose it is, gathered into few mails."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.messaging.models import OutgoingMessage
from foundation.notices import actions, kinds, queries
from foundation.notices.actions import News
from foundation.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def late(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {})
    kinds.register("late", lambda rows: [f"{row['number']} is late" for row in rows])


@pytest.fixture
def people(cast):
    for person in (cast.sun, cast.hu):
        person.email = f"{person.username}@service.example"
        person.save()
    return cast


def late_ones(count, *users):
    pks = [user.pk for user in users]
    return [
        News("late", pks, str(place), "/admin/", {"number": f"T{place}"})
        for place in range(1, count + 1)
    ]


def mails():
    return OutgoingMessage.objects.filter(template_key="notice.digest").order_by("pk")


def test_the_same_news_is_told_once(people, now):
    for _ in range(2):
        actions.notify(late_ones(2, people.sun, people.hu), at=now)
    assert Notice.objects.filter(user=people.sun).count() == 2
    assert Notice.objects.filter(user=people.hu).count() == 2


def test_five_hundred_news_are_one_mail_and_few_statements(people, now):
    with CaptureQueriesContext(connection) as asked:
        actions.notify(late_ones(500, people.sun), at=now)
    assert len(asked) < 10
    assert actions.digest(now) == 1
    (mail,) = mails()
    assert mail.to_address == "sun@service.example"
    assert "500" in mail.subject
    assert mail.body.count("is late") == 20
    assert "480" in mail.body
    assert actions.digest(now + timedelta(hours=1)) == 0


def test_nobody_gets_mail_more_often_than_set_and_nothing_is_lost(people, now, settings):
    settings.NOTICE_MAIL_MINUTES = 15
    actions.notify(late_ones(1, people.sun), at=now)
    assert actions.digest(now) == 1
    soon = now + timedelta(minutes=5)
    actions.notify([News("late", [people.sun.pk], "x", "/", {"number": "T9"})], at=soon)
    assert actions.digest(soon) == 0
    assert actions.digest(now + timedelta(minutes=15)) == 1
    assert "T9" in mails().last().body
    assert "T1" not in mails().last().body


def test_what_was_read_needs_no_mail(people, now):
    actions.notify(late_ones(2, people.sun), at=now)
    actions.read(None, by=people.sun, at=now)
    assert actions.digest(now) == 0
    assert not mails()
    # … and does not delay what comes after it.
    actions.notify([News("late", [people.sun.pk], "x", "/", {"number": "T9"})], at=now)
    assert actions.digest(now) == 1


def test_without_an_address_it_stands_in_the_program_only(cast, now):
    actions.notify(late_ones(1, cast.tang), at=now)
    actions.digest(now)
    assert not mails()
    assert queries.unread(cast.tang) == 1


def test_a_killed_worker_sends_the_same_mail_once(people, now, monkeypatch):
    actions.notify(late_ones(1, people.sun), at=now)
    with monkeypatch.context() as patch:
        patch.setattr(actions.outbox, "queue", boom)
        assert actions.digest(now) == 0
    assert actions.digest(now) == 1
    assert len(mails()) == 1


def boom(*args, **kwargs):
    raise RuntimeError("killed")


class TestPages:
    @pytest.fixture
    def page(self, client):
        def get(user, query=""):
            client.force_login(user, "django.contrib.auth.backends.ModelBackend")
            address = reverse("admin:notices_notice_changelist") + query
            return client.get(address, headers={"Accept-Language": "en"})

        return get

    def test_one_sees_ones_own(self, page, people, now):
        actions.notify(late_ones(1, people.sun), at=now)
        assert b"T1 is late" in page(people.sun).content
        assert b"T1 is late" not in page(people.hu).content

    def test_going_there_reads_it(self, page, client, people, now):
        actions.notify(late_ones(1, people.sun), at=now)
        notice = Notice.objects.get()
        page(people.hu)
        assert client.post(reverse("admin:notices_notice_go", args=[notice.pk])).status_code == 404
        page(people.sun)
        answer = client.post(reverse("admin:notices_notice_go", args=[notice.pk]))
        assert answer.url == "/admin/"
        assert b"Nothing new" in page(people.sun).content
        assert b"T1 is late" in page(people.sun, "?all").content

    def test_all_at_once_and_only_ones_own(self, page, client, people, now):
        actions.notify(late_ones(3, people.sun, people.hu), at=now)
        page(people.sun)
        client.post(reverse("admin:notices_notice_read"))
        assert queries.unread(people.sun) == 0
        assert queries.unread(people.hu) == 3

    def test_a_long_list_is_turned_and_asks_the_same_for_one_and_for_many(self, page, people, now):
        page(people.sun)
        counts = []
        for more in (1, 60):
            actions.notify(late_ones(more, people.sun), at=now)
            with CaptureQueriesContext(connection) as asked:
                answer = page(people.sun)
            counts.append(len(asked))
        assert counts[0] == counts[1]
        assert answer.content.count(b" is late") == 50
        oldest = answer.context["older"]
        assert page(people.sun, f"?before={oldest}").content.count(b" is late") == 10

    def test_the_bell_counts_to_ninety_nine(self, page, people, now):
        actions.notify(late_ones(120, people.sun), at=now)
        assert b"<b>99+</b>" in page(people.sun).content


def test_the_words_ship_in_both_languages(db):
    call_command("migrate", verbosity=0)
    from foundation.messaging.models import MessageTemplate

    assert MessageTemplate.objects.filter(key="notice.digest").count() == 2
