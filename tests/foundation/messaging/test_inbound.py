import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError

from foundation.accounts.actors import SYSTEM
from foundation.clockwork import sweeps
from foundation.messaging import actions, inbound, keys, mime
from foundation.messaging.models import IncomingMessage
from tests.foundation.messaging.letters import gb_letter, letter, multipart, part

pytestmark = pytest.mark.django_db


def test_a_mail_becomes_what_the_handler_says(desk, now):
    result = inbound.receive(gb_letter(), at=now)
    assert result.as_json() == {
        "outcome": "ticket",
        "ticket": "26-000009-1",
        "sender": "tao@customer.example",
        "subject": "洗衣机不启动（朱镕）",
        "text": "您好，我是陶喆，朱镕的洗衣机不启动。",
        "attachments": [],
    }
    row = IncomingMessage.objects.get()
    assert (row.outcome, row.thread, row.reference) == ("ticket", "ticket-9", "26-000009-1")
    assert (bytes(row.raw), row.received_at, row.handled_at) == (gb_letter(), now, now)


def test_files_are_named_with_size_and_type(desk):
    raw = multipart(part(b"see"), part(b"12345", "image/png", b"attachment; filename=a.png"))
    assert inbound.receive(raw).as_json()["attachments"] == [
        {"name": "a.png", "size": 5, "type": "image/png"}
    ]


@pytest.mark.parametrize("header", ["In_Reply_To", "References", "To", "Cc", "Delivered_To"])
def test_a_signed_key_threads_a_reply(desk, header):
    is_address = header in {"To", "Cc", "Delivered_To"}
    value = keys.reply_address("ticket-5") if is_address else keys.message_id("ticket-5", "n")
    assert inbound.receive(letter(**{header: value})).outcome == "reply"
    assert desk.threads == ["ticket-5"]


@pytest.mark.parametrize(
    "changes",
    [
        {"Subject": "Re: 26-000005-1 ticket-5"},
        {"In_Reply_To": "<ticket-5.aaaaaaaaaaaaaaaa.n@aftersales.example>"},
        {"To": "service+ticket-5.aaaaaaaaaaaaaaaa@aftersales.example"},
    ],
)
def test_a_number_or_a_forged_key_threads_nothing(desk, changes):
    assert inbound.receive(letter(**changes)).outcome == "ticket"
    assert desk.threads == [None]


def test_the_second_delivery_is_a_duplicate_without_effect(desk, now, later):
    first = inbound.receive(letter(), at=now)
    other_way = b"Received: by mx2\n" + letter().replace(b"\r\n", b"\n")
    for raw in (letter(), other_way):
        again = inbound.receive(raw, at=later(hours=1))
        assert (again.outcome, again.as_json()["ticket"]) == ("duplicate", "26-000009-1")
    assert len(desk.mails) == 1
    row = IncomingMessage.objects.get()
    assert (row.pk, row.outcome, row.handled_at) == (first.row.pk, "ticket", now)


@pytest.mark.parametrize(
    "changes",
    [
        {"raw": letter(b"Other words")},
        {"raw": letter(Message_ID="<2@customer.example>")},
        {"mailbox": "vip"},
    ],
)
def test_another_mail_is_not_a_duplicate(desk, changes):
    inbound.receive(letter())
    assert inbound.receive(**{"raw": letter(), **changes}).outcome == "ticket"


def test_without_a_message_id_equal_words_of_two_people_are_two_mails(desk):
    for sender in ("a@c.example", "b@c.example"):
        raw = letter(Message_ID=None, From=sender)
        assert inbound.receive(raw).outcome == "ticket"
    assert inbound.receive(letter(Message_ID=None, From="b@c.example")).outcome == "duplicate"


def test_machines_never_reach_the_handler(desk):
    thread = {"In_Reply_To": keys.message_id("ticket-5", "n")}
    auto = inbound.receive(letter(Auto_Submitted="auto-replied", **thread))
    bounce = inbound.receive(letter(From="MAILER-DAEMON@x.example", Message_ID="<2@x>", **thread))
    assert (auto.outcome, auto.row.thread) == ("auto_reply", "ticket-5")
    assert (bounce.outcome, bounce.row.thread) == ("bounce", "ticket-5")
    assert desk.mails == []


@pytest.mark.parametrize(
    ("action", "status", "told"),
    [(b"failed", "failed", 1), (b"delayed", "sent", 0)],
)
def test_a_bounce_marks_the_mail_that_is_lost_and_tells_who_listens(
    desk, received, context, postbox, now, action, status, told, monkeypatch
):
    heard = []
    monkeypatch.setattr(inbound, "_bounce_ears", [])
    inbound.on_bounce(lambda message_id, at: heard.append(message_id))
    message = actions.queue(
        "received",
        to="gone@customer.example",
        language="en",
        context=context,
        dedupe_key="x",
        thread="ticket-5",
        at=now,
    )
    actions.send_due(now)
    report = part(b"Reporting-MTA: dns; mx\r\n\r\nAction: " + action, "message/delivery-status")
    copy = part(letter(Message_ID=message.message_id), "message/rfc822")
    raw = multipart(part(b"sorry"), report, copy, kind="report; report-type=delivery-status")
    result = inbound.receive(raw)
    assert (result.outcome, result.row.thread) == ("bounce", "ticket-5")
    message.refresh_from_db()
    assert (message.status, heard) == (status, [message.message_id] * told)


def test_our_own_mail_coming_back_makes_no_ticket(desk, received, context, postbox, now):
    actions.queue(
        "received",
        to="service@aftersales.example",
        language="en",
        context=context,
        dedupe_key="x",
        is_automatic=False,
        at=now,
    )
    actions.send_due(now)
    result = inbound.receive(postbox.mails[0].as_bytes())
    assert (result.outcome, result.row.reason, desk.mails) == ("rejected", "own_mail", [])


def test_a_handler_that_breaks_leaves_the_mail_in_quarantine_and_nothing_else(desk, now, later):
    def half(mail, row, thread, at):
        IncomingMessage.objects.create(mailbox="half", sha256="x", raw=b"", received_at=at)
        raise RuntimeError("王伟 13800000000")

    inbound.register(half)
    result = inbound.receive(letter(), at=now)
    assert (result.outcome, result.row.reason) == ("quarantined", "RuntimeError")
    row = IncomingMessage.objects.get()
    assert (row.sender, row.subject) == ("wang@customer.example", "Help")
    assert inbound.receive(letter()).outcome == "duplicate"


def test_a_refusal_in_words_is_kept_as_the_reason(desk):
    desk.error = ValidationError("This ticket is closed.")
    assert inbound.receive(letter()).row.reason == "This ticket is closed."


@pytest.mark.parametrize(
    ("raw", "outcome", "reason"),
    [
        (b"", "quarantined", "no_sender"),
        (b"\x00\xff\xfe garbage", "quarantined", "no_sender"),
        (letter(From="nobody"), "quarantined", "no_sender"),
        (multipart(*[part(b"x")] * 201), "rejected", "too_many_parts"),
    ],
)
def test_what_cannot_be_handled_is_kept_and_listed(desk, raw, outcome, reason):
    result = inbound.receive(raw)
    assert (result.outcome, result.row.reason) == (outcome, reason)
    assert bytes(IncomingMessage.objects.get().raw) == raw


def test_a_mail_too_large_still_tells_who_wrote(desk):
    result = inbound.receive(letter(b"x" * mime.MOST_BYTES))
    assert (result.outcome, result.row.reason) == ("rejected", "too_large")
    assert (result.row.sender, result.row.subject) == ("wang@customer.example", "Help")


def test_without_anybody_who_takes_mail_it_waits(desk):
    inbound._handlers.clear()
    assert inbound.receive(letter()).row.reason == "no_handler"


def test_replay_after_the_fault_is_gone(desk, now, later):
    desk.error = RuntimeError()
    row = inbound.receive(letter(), at=now).row
    desk.error = None
    result = inbound.replay(row, by=SYSTEM, at=later(hours=1))
    assert (result.outcome, result.row.reason) == ("ticket", "")
    row.refresh_from_db()
    assert (row.outcome, row.handled_at) == ("ticket", later(hours=1))
    with pytest.raises(ValidationError, match="handled already"):
        inbound.replay(row, by=SYSTEM)
    assert len(desk.mails) == 2


def test_replay_needs_the_right(desk, cast):
    desk.error = RuntimeError()
    row = inbound.receive(letter()).row
    with pytest.raises(PermissionDenied):
        inbound.replay(row, by=cast.anna)


def test_a_database_that_fails_in_the_handler_leaves_the_mail_to_be_taken_up(desk, now, later):
    desk.error = OperationalError("gone")
    with pytest.raises(OperationalError):
        inbound.receive(letter(), at=now)
    assert IncomingMessage.objects.get().handled_at is None
    desk.error = None
    assert inbound.receive(letter(), at=later(minutes=1)).outcome == "ticket"


def test_the_tick_takes_up_what_a_killed_worker_left(desk, now, later):
    actions.keep_incoming(letter(), mailbox="inbox", at=now)
    assert sweeps.tick(later(minutes=9))["inbox"] == 0
    assert sweeps.tick(later(minutes=11))["inbox"] == 1
    assert sweeps.tick(later(minutes=12))["inbox"] == 0
    assert IncomingMessage.objects.get().outcome == "ticket"


def test_one_line_for_any_terminal(desk):
    line = inbound.receive(gb_letter()).as_line()
    assert line.isascii() and "\n" not in line
    assert json.loads(line)["subject"] == "洗衣机不启动（朱镕）"
