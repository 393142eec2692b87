"""The demo: true to the rules, the same every time, and quiet when it has been left alone."""

import hashlib
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django_q.models import OrmQ

from aftersales.demo import company, logins
from aftersales.demo.load import load
from care.models import Callback
from customers.models import Order, OrderLine
from foundation.accounts.models import Role, User
from foundation.clockwork import sweeps
from foundation.messaging.models import IncomingMessage, OutgoingMessage
from knowledgebase.models import Article
from surveys.models import Answer
from tickets import queries
from tickets.models import Attachment, Deadline, Ticket, TicketEvent, TicketMessage

UNTIL = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SMALL = {"seed": 7, "until": UNTIL, "tickets": 20}


@contextmanager
def undone():
    """Whatever happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The small demo, loaded once for all tests here; `before` is the digest of an earlier load."""
    files = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=files, LANGUAGE_CODE="en"):
        with undone():
            load(**SMALL)
            before = digest()
        with undone():
            # Other ids, as in any other database.
            User.objects.create(username="somebody")
            Ticket.objects.create(number="x", received_at=UNTIL, status_at=UNTIL).delete()
            load(**SMALL)
            yield SimpleNamespace(before=before)


def digest() -> str:
    """Everything that was told, without ids and secrets, in an order no database decides."""
    told = [
        Ticket.objects.values_list(
            "number", "status", "title", "customer__name", "unit__serial", "handler__username",
            "contact__username", "priority", "version", "cycle", "next_due_at", "is_on_hold",
        ),
        TicketEvent.objects.values_list("ticket__number", "key", "at", "actor__username", "version"),
        TicketMessage.objects.values_list("ticket__number", "body", "at"),
        Deadline.objects.values_list("ticket__number", "key", "state", "due_at", "ended_at"),
        Callback.objects.values_list("ticket__number", "kind", "state", "outcome", "due_at"),
        Answer.objects.values_list("invitation__ticket__number", "question", "value", "text"),
        OutgoingMessage.objects.values_list("subject", "to_address", "sent_at"),
        Attachment.objects.values_list("ticket__number", "file__name", "file__sha256"),
        OrderLine.objects.values_list(
            "order__number", "order__phone", "order__customer__name", "product__code", "price",
            "unit__serial", "variant", "order__changed_at",
        ),
    ]  # fmt: skip
    rows = sorted(repr(row) for rows in told for row in rows.order_by())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def test_same_seed_and_end_tell_the_same_story(demo):
    assert digest() == demo.before


def test_a_caller_is_found_by_their_order(demo):
    guest = Order.objects.filter(customer=None).first()
    assert guest in Order.objects.matching(guest.tail4, personal=True)
    given = Ticket.objects.exclude(order_number="").first()
    assert given is None or Order.objects.numbered(given.order_number).exists()
    assert Order.objects.exclude(customer=None).count() > 50


def test_every_desk_has_something(demo):
    assert Ticket.objects.count() == 20
    assert Ticket.objects.at_intake().exists()
    assert Ticket.objects.to_classify().exists()
    assert Ticket.objects.to_assign().exists()
    assert Ticket.objects.filter(status="resolved").exists()
    assert Ticket.objects.filter(is_on_hold=True).exists()
    assert Ticket.objects.filter(cycle__gt=1, status="in_progress").exists()
    assert Article.objects.published("zh-hans").exists()
    assert Attachment.objects.exists()
    assert IncomingMessage.objects.exclude(outcome__in=("ticket", "reply")).count() == 0


def test_nothing_happened_after_the_end(demo):
    assert TicketEvent.objects.filter(at__gt=UNTIL).count() == 0
    assert Deadline.objects.filter(state="running", due_at__lte=UNTIL).count() == 0


def test_promises_are_what_their_times_say(demo):
    for row in Deadline.objects.exclude(ended_at=None).exclude(state="cancelled"):
        late = row.ended_at > row.due_at
        assert (row.state == "breached") == late, (row.ticket.number, row.key)
        assert row.started_at <= row.ended_at


def test_timelines_run_forward_and_can_be_read(demo):
    for ticket in Ticket.objects.all():
        versions = list(ticket.events.order_by("at", "pk").values_list("version", flat=True))
        assert versions == sorted(versions)
        entries = queries.timeline(ticket)
        assert all(entry.words for entry in entries)
        assert entries[0].at == ticket.received_at


def test_all_mail_has_left_within_the_minute(demo):
    mails = OutgoingMessage.objects.all()
    assert mails.exists()
    for mail in mails:
        assert mail.status == "sent", mail.last_error
        assert timedelta(0) <= mail.sent_at - mail.created_at <= timedelta(minutes=1)


def test_the_worker_is_left_in_peace(demo):
    assert OrmQ.objects.count() == 0


def test_nobody_real_can_be_reached(demo):
    reserved = (".example", "@example.com", "@example.net", "@example.org")
    assert all(to.endswith(reserved) for to in OutgoingMessage.objects.values_list("to_address", flat=True))  # fmt: skip


def test_every_role_of_staff_has_a_login(demo):
    shown = {login.username: login for login in logins()}
    assert {"agent", "supervisor", "technician", "admin"} <= set(shown)
    assert shown["technician"].path == "/m/"
    assert shown["agent"].path == "/admin/"
    people = User.objects.filter(username__in=shown)
    assert all(check_password(company.PASSWORD, person.password) for person in people)
    with_login = set(people.values_list("roles__key", flat=True))
    assert with_login == set(Role.objects.exclude(key="customer").values_list("key", flat=True))


def test_left_for_a_week_it_does_not_storm(demo, caplog):
    with undone():
        before = set(OutgoingMessage.objects.values_list("pk", flat=True))
        for minutes in range(3):
            done = sweeps.tick(UNTIL + timedelta(days=7, minutes=minutes), strict=True)
        assert {"outbox", "promises", "silence", "callbacks", "surveys"} <= set(done)
        new = OutgoingMessage.objects.exclude(pk__in=before)
        gathered = list(new.filter(template_key="notice.digest").values_list("to_address"))
        assert len(gathered) == len(set(gathered))  # one mail to each who was to be told
        assert new.count() - len(gathered) <= 3
        assert not caplog.records


# the command


@pytest.fixture
def run(db, settings, capsys):
    settings.DEMO = True

    def call(*words) -> str:
        call_command("demo", *words)
        return capsys.readouterr().out

    return call


def test_it_refuses_to_open_a_real_installation(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="passwords"):
        call_command("demo", "--tickets", "1")
    assert User.objects.count() == 0


def test_it_loads_once(run):
    told = run("--tickets", "1", "--until", "2026-11-21T18:00")
    assert "Loaded 1 tickets" in told
    assert "supervisor" in told
    assert "There is data already" in run("--tickets", "1")
    assert Ticket.objects.count() == 1
    assert "technician  demo    /m/" in run("--logins")


@pytest.mark.parametrize("words", [("--until", "tomorrow"), ("--tickets", "0")])
def test_it_says_what_it_needs(run, words):
    with pytest.raises(CommandError):
        run(*words)


def test_without_a_demo_there_are_no_logins(db):
    assert logins() == []
