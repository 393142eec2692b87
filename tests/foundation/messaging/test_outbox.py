from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django_q.models import OrmQ

from foundation.clockwork import sweeps
from foundation.clockwork.claims import LEASE, claim
from foundation.messaging import actions, keys
from foundation.messaging.actions import outbox
from foundation.messaging.models import MessageTemplate, OutgoingMessage


@pytest.fixture
def queue(received, context, now):
    def _queue(number=1, **changes):
        facts = {
            "to": "wang@customer.example",
            "language": "zh-hans",
            "context": context,
            "dedupe_key": f"received:{number}",
            "thread": f"ticket-{number}",
            "at": now,
        }
        return actions.queue("received", **{**facts, **changes})

    return _queue


def test_a_message_is_a_row_in_the_language_of_the_customer(queue, now):
    message = queue()
    assert (message.status, message.due_at) == ("waiting", now)
    assert message.subject == "已收到您的报修 26-000001-5"
    assert "不制冷 <b>急</b> 已受理。" in message.body
    assert message.body.endswith("售后服务中心")
    assert keys.thread_in(message.message_id) == "ticket-1"
    assert queue(2, language="en").body.endswith("Service Centre")


def test_asking_twice_writes_once(queue):
    assert queue().pk == queue(context={}).pk
    assert OutgoingMessage.objects.count() == 1


def test_the_row_goes_with_the_transaction(queue):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue()
        raise ZeroDivisionError
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize(
    ("address", "status", "reason"),
    [("", "dropped", "no_address"), ("not an address", "failed", "bad_address")],
)
def test_an_address_that_cannot_work_says_so_and_stops_nobody(queue, address, status, reason):
    message = queue(to=address)
    assert (message.status, message.last_error) == (status, reason)


def test_a_missing_language_falls_back_and_a_missing_kind_is_loud(queue):
    MessageTemplate.objects.filter(language="zh-hans").delete()
    assert queue().subject == "We have your request 26-000001-5"
    with pytest.raises(MessageTemplate.DoesNotExist):
        actions.queue("nothing", to="a@b.cn", language="en", context={}, dedupe_key="x")


def test_a_line_break_in_a_value_cannot_forge_a_header(queue, postbox, now):
    queue(context={"ticket": {"number": "1\r\nBcc: x@evil.example\r\n\r\nhi", "title": ""}})
    assert actions.send_due(now) == 1
    (mail,) = postbox.mails
    assert mail["Bcc"] is None
    assert mail["Subject"].strip() == "已收到您的报修 1 Bcc: x@evil.example hi"


def test_what_arrives(queue, postbox, now, settings):
    settings.MAIL_ADDRESS = "service@aftersales.example"
    message = queue(in_reply_to="<question@customer.example>")
    assert actions.send_due(now) == 1
    (mail,) = postbox.mails
    assert mail["Subject"] == "已收到您的报修 26-000001-5"
    assert mail["From"].addresses[0].display_name == "售后服务中心"
    assert mail["From"].addresses[0].addr_spec == "service@aftersales.example"
    assert mail["To"] == "wang@customer.example"
    assert mail["Message-ID"] == message.message_id
    assert mail["Reply-To"] == keys.reply_address("ticket-1")
    assert mail["In-Reply-To"] == mail["References"] == "<question@customer.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    plain = mail.get_body(("plain",)).get_content()
    assert "不制冷 <b>急</b> 已受理。" in plain
    html = mail.get_body(("html",)).get_content()
    assert "不制冷 &lt;b&gt;急&lt;/b&gt; 已受理。" in html
    link = "https://service.example/t/abc?x=1&amp;y=2"
    assert f'<a href="{link}">{link}</a>。' in html
    message.refresh_from_db()
    assert (message.status, message.sent_at, message.attempts) == ("sent", now, 1)
    assert actions.send_due(now + timedelta(hours=1)) == 0


def test_what_a_person_wrote_is_not_marked_automatic(queue, postbox, now):
    queue(is_automatic=False)
    actions.send_due(now)
    assert postbox.mails[0]["Auto-Submitted"] is None


def test_nothing_leaves_before_its_time(queue, postbox, later):
    queue(due_at=later(hours=1))
    assert actions.send_due(later(minutes=59)) == 0
    assert actions.send_due(later(hours=1)) == 1


def test_a_server_that_is_down_is_tried_again_and_then_given_up(queue, postbox, now):
    message, other = queue(1), queue(2)
    postbox.stop()
    at = now
    for minutes in (1, 5, 30, 120, 360):
        assert actions.send_due(at) == 0
        message.refresh_from_db()
        assert (message.status, message.claimed_at) == ("waiting", None)
        assert message.due_at == at + timedelta(minutes=minutes)
        assert "refused" in message.last_error
        OutgoingMessage.objects.filter(pk=other.pk).update(due_at=at + timedelta(days=9))
        at = message.due_at
    actions.send_due(at)
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("failed", 6)


def test_while_the_server_is_down_the_others_keep_their_tries(queue, postbox, now, later):
    queue(1), queue(2), queue(3)
    postbox.stop()
    actions.send_due(now)
    rows = OutgoingMessage.objects.order_by("pk").values_list("attempts", "claimed_at")
    assert list(rows) == [(1, None), (0, None), (0, None)]
    postbox.start()
    assert actions.send_due(later(minutes=1)) == 3


def test_a_refused_address_fails_at_once(queue, postbox, now):
    message = queue()
    postbox.rcpt = "550 5.1.1 no such user"
    assert actions.send_due(now) == 0
    message.refresh_from_db()
    assert (message.status, message.last_error) == ("failed", "550 5.1.1 no such user")


@pytest.mark.parametrize(
    ("step", "answer", "status"),
    [
        ("rcpt", "450 greylisted", "waiting"),
        ("data", "451 try later", "waiting"),
        ("data", "554 spam", "failed"),
    ],
)
def test_a_soft_answer_waits_and_a_hard_one_fails(queue, postbox, now, step, answer, status):
    message = queue()
    setattr(postbox, step, answer)
    actions.send_due(now)
    message.refresh_from_db()
    assert (message.status, message.last_error) == (status, answer)


def test_a_worker_killed_before_sending_loses_nothing(queue, postbox, now):
    queue()
    claim(OutgoingMessage.objects.filter(status="waiting"), at=now)
    assert actions.send_due(now + LEASE / 2) == 0
    assert actions.send_due(now + LEASE + timedelta(seconds=1)) == 1
    assert len(postbox.mails) == 1


def test_a_worker_killed_after_sending_repeats_the_same_mail(queue, postbox, now, monkeypatch):
    message = queue()

    def killed(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(outbox, "_mark", killed)
        actions.send_due(now)
    assert actions.send_due(now + LEASE + timedelta(seconds=1)) == 1
    assert {mail["Message-ID"] for mail in postbox.mails} == {message.message_id}
    message.refresh_from_db()
    assert message.status == "sent"


def test_a_message_that_kills_its_worker_is_given_up(queue, postbox, now):
    message = queue()
    OutgoingMessage.objects.filter(pk=message.pk).update(attempts=6)
    assert actions.send_due(now) == 0
    message.refresh_from_db()
    assert (message.status, message.last_error, postbox.mails) == ("failed", "gave_up", [])


def test_the_minute_tick_sends(queue, postbox, now):
    queue()
    assert sweeps.tick(now)["outbox"] == 1


def test_a_commit_nudges_the_worker_only_for_what_is_live(
    queue, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        queue(1)
    assert OrmQ.objects.count() == 0
    with django_capture_on_commit_callbacks(execute=True):
        queue(2, at=None)
    assert [row.task["func"] for row in OrmQ.objects.all()] == [
        "foundation.messaging.tasks.send_due"
    ]


def test_send_again_of_a_failed_one_keeps_its_identity(queue, postbox, now, cast):
    message = queue()
    postbox.rcpt = "550 no"
    actions.send_due(now)
    again = actions.send_again(message, by=cast.root, at=now)
    assert (again.pk, again.status, again.attempts) == (message.pk, "waiting", 0)
    postbox.rcpt = None
    assert actions.send_due(now) == 1
    assert postbox.mails[0]["Message-ID"] == message.message_id


def test_send_again_of_a_sent_one_is_a_copy_once(queue, postbox, now, cast):
    message = queue()
    actions.send_due(now)
    copy = actions.send_again(message, by=cast.root, at=now)
    assert actions.send_again(message, by=cast.root, at=now).pk == copy.pk
    assert actions.send_due(now) == 1
    assert len({mail["Message-ID"] for mail in postbox.mails}) == 2
    assert actions.send_again(message, by=cast.root, at=now).pk != copy.pk


def test_send_again_is_refused(queue, now, cast):
    message = queue()
    with pytest.raises(PermissionDenied):
        actions.send_again(message, by=cast.anna, at=now)
    with pytest.raises(ValidationError, match="already waiting"):
        actions.send_again(message, by=cast.root, at=now)
    with pytest.raises(ValidationError, match="no e-mail address"):
        actions.send_again(queue(2, to=""), by=cast.root, at=now)


def test_a_message_can_be_held_back_until_it_leaves(queue, postbox, now):
    message = queue()
    assert actions.drop(message.dedupe_key, reason="reopened")
    assert actions.send_due(now) == 0
    assert not actions.drop(message.dedupe_key)


def test_two_workers_send_each_message_once(transactional_db, queue, postbox, now, system):
    for number in range(12):
        queue(number)
    code = (
        "import django; django.setup()\n"
        "from foundation.messaging import actions\n"
        "print(actions.send_due())"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "aftersales.settings"}
    workers = [system("-c", code, **settings) for _ in range(2)]
    counts = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    assert sum(counts) == 12
    assert len(postbox.mails) == len({mail["Message-ID"] for mail in postbox.mails}) == 12
