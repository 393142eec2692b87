"""Mail from people becomes tickets and replies, and only a signed key leads to a ticket."""

from datetime import timedelta
from pathlib import Path

import pytest

from foundation.accounts.actors import SYSTEM
from foundation.messaging import inbound, keys
from foundation.messaging.models import IncomingMessage, OutgoingMessage
from tests import stories
from tickets import actions
from tickets.intake import email
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db
MAILS = Path(__file__).parent.parent / "mails"


def sample(name: str, **words: str) -> bytes:
    raw = (MAILS / f"{name}.eml").read_bytes()
    for word, value in words.items():
        raw = raw.replace(f"@{word}@".encode(), value.encode())
    return raw


def letter(text="请尽快安排", *, number=1, sender="wang@example.com", to="service", subject="报修"):
    address = f"{to}@aftersales.example" if "@" not in to else to
    head = (
        f"From: {sender}\r\nTo: {address}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{number}@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return (head + text).encode()


def reply_to(ticket: Ticket, text: str = "还是不行", **facts) -> bytes:
    return letter(text, to=keys.reply_address(f"ticket-{ticket.pk}"), subject="Re", **facts)


def notes(ticket: Ticket) -> str:
    return "\n".join(ticket.messages.filter(audience="internal").values_list("body", flat=True))


def became(result) -> tuple[str, str | None]:
    answer = result.as_json()
    return str(answer["outcome"]), answer["ticket"]


def test_a_gb2312_label_over_gb18030_bytes_is_read(now):
    result = inbound.receive(sample("gb2312-raw-8bit"), at=now)
    ticket = Ticket.objects.get()
    assert became(result) == ("ticket", ticket.number)
    assert ticket.symptom.startswith("滚筒洗衣机不脱水，陶喆路门店急用\n\n您好：")
    assert "€20" in ticket.symptom and "㙍里家业" in ticket.symptom
    assert (ticket.requester_name, ticket.requester_email) == ("朱镕", "zhurong@hzjiaye.example")
    assert (ticket.channel, ticket.kind, ticket.language) == ("email", "fault", "zh-hans")
    assert (ticket.customer, ticket.unit, ticket.product) == (None, None, None)
    assert result.row.thread == f"ticket-{ticket.pk}"


def test_the_acknowledgement_goes_to_the_sender_and_carries_the_key(now):
    inbound.receive(sample("english-question"), at=now)
    ticket, mail = Ticket.objects.get(), OutgoingMessage.objects.get()
    assert (ticket.kind, ticket.language) == ("consultation", "en")
    assert (mail.to_address, mail.language) == ("emma.clark@northbridge.example", "en")
    assert keys.thread_in(mail.message_id) == f"ticket-{ticket.pk}"


def test_a_danger_in_an_html_mail_raises_the_flag_and_keeps_the_photo(now):
    inbound.receive(sample("qq-html-photo"), at=now)
    ticket = Ticket.objects.get()
    assert (ticket.is_safety, ticket.proposed_priority, ticket.kind) == (True, "P1", "fault")
    assert [str(a) for a in ticket.attachments.all()] == ["热水器.jpg"]
    assert "发麻" in ticket.symptom and "<" not in ticket.symptom


def test_a_question_about_danger_is_a_fault(now):
    inbound.receive(letter("热水器冒烟，还能用吗？"), at=now)
    assert Ticket.objects.get().kind == "fault"


def test_refused_files_never_lose_the_mail(now):
    inbound.receive(sample("files-good-and-bad"), at=now)
    ticket = Ticket.objects.get()
    assert [str(a) for a in ticket.attachments.all()] == ["door.png"]
    assert "checker.exe" in notes(ticket) and "report.pdf" in notes(ticket)
    assert "冰箱门封变形" in ticket.symptom


def test_a_text_too_long_is_kept_whole_as_a_file(now):
    inbound.receive(letter("很长" * 4000), at=now)
    ticket = Ticket.objects.get()
    assert len(ticket.symptom) == 5000
    kept = ticket.attachments.get().file.content.read().decode()
    assert kept == "很长" * 4000


def test_an_empty_mail_is_a_request_too(now):
    inbound.receive(letter("", subject=""), at=now)
    assert Ticket.objects.get().symptom == "(The mail has no text.)"


def test_a_reply_with_the_key_is_a_message_of_the_customer(now, later, cast):
    ticket = stories.in_progress(now, cast.tang)
    actions.hold(ticket, by=SYSTEM, at=later(hours=1), reason="customer")
    sent = OutgoingMessage.objects.filter(thread=f"ticket-{ticket.pk}").first()
    raw = sample("reply-quoting", MESSAGE_ID=sent.message_id, REPLY_TO="service@aftersales.example")
    assert became(inbound.receive(raw, at=later(hours=2))) == ("reply", ticket.number)
    ticket = Ticket.objects.get()
    message = ticket.messages.filter(audience="public").latest("pk")
    assert message.body == "补充一下：面板显示 E03，排水时有嗡嗡声。"
    assert (message.is_from_customer, message.channel) == (True, "email")
    assert ticket.awaits_answer and not ticket.is_on_hold
    assert notes(ticket).count("another address") == 0


def test_a_number_in_the_subject_opens_nothing(now, later):
    ticket = stories.received(now)
    raw = letter("请告诉我地址", sender="thief@example.net", subject=f"Re: {ticket.number}")
    outcome, number = became(inbound.receive(raw, at=later(hours=1)))
    assert outcome == "ticket" and number != ticket.number
    assert not ticket.messages.exists()


def test_a_forged_key_opens_nothing(now, later):
    ticket = stories.received(now)
    forged = f"service+ticket-{ticket.pk}.aaaaaaaaaaaaaaaa@aftersales.example"
    assert became(inbound.receive(letter(to=forged), at=now))[0] == "ticket"
    assert not ticket.messages.exists()


def test_a_reply_from_another_address_counts_and_staff_see_whose(now, later):
    ticket = stories.received(now)
    raw = reply_to(ticket, sender="son@example.net")
    assert became(inbound.receive(raw, at=later(hours=1))) == ("reply", ticket.number)
    assert "son@example.net" in notes(ticket)


def test_a_contact_point_of_the_customer_is_no_other_address(now, later):
    ticket = stories.received(now, requester_email="")
    actions.link(ticket, by=SYSTEM, at=now, customer=stories.customer(email="Fang@Example.com"))
    inbound.receive(reply_to(ticket, sender="fang@example.com"), at=later(hours=1))
    assert notes(ticket) == ""


def test_a_reply_soon_after_the_confirmation_waits_for_an_answer(now, later, cast):
    ticket = stories.confirmed(now, cast.tang)
    assert became(inbound.receive(reply_to(ticket), at=later(days=2))) == ("reply", ticket.number)
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.awaits_answer) == ("confirmed", True)


@pytest.mark.parametrize("state", ["confirmed", "cancelled"])
def test_a_reply_to_what_is_over_is_a_new_ticket_that_names_the_old(now, later, cast, state):
    old = stories.cancelled(now) if state == "cancelled" else stories.confirmed(now, cast.tang)
    outcome, number = became(inbound.receive(reply_to(old), at=later(days=30)))
    new = Ticket.objects.exclude(pk=old.pk).get()
    assert (outcome, number) == ("ticket", new.number)
    assert old.number in notes(new)


def test_files_alone_are_a_reply(now, later):
    ticket = stories.received(now)
    raw = sample("files-good-and-bad").replace(
        b"service@aftersales.example", keys.reply_address(f"ticket-{ticket.pk}").encode()
    )
    inbound.receive(raw, at=later(hours=1))
    message = ticket.messages.get(audience="public")
    assert [str(a) for a in message.attachments.all()] == ["door.png"]
    assert "checker.exe" in notes(ticket)


def test_the_same_mail_twice_is_one_ticket(now, later):
    raw = sample("gb2312-raw-8bit")
    inbound.receive(raw, at=now)
    again = inbound.receive(raw, at=later(minutes=5))
    assert became(again) == ("duplicate", Ticket.objects.get().number)


def test_too_many_new_requests_of_one_sender_are_kept_and_rejected(now, later):
    results = [inbound.receive(letter(number=n), at=now) for n in range(email.MOST_NEW + 1)]
    assert [became(r)[0] for r in results] == ["ticket"] * email.MOST_NEW + ["rejected"]
    assert IncomingMessage.objects.filter(outcome="rejected", reason="too_many").count() == 1
    other = letter(number=98, sender="li@example.com")
    assert became(inbound.receive(other, at=now))[0] == "ticket"
    after = inbound.receive(letter(number=99), at=now + timedelta(hours=2))
    assert became(after)[0] == "ticket"


def test_replies_are_not_counted_as_new_requests(now, later):
    ticket = stories.received(now)
    for number in range(email.MOST_NEW + 2):
        inbound.receive(reply_to(ticket, number=number), at=now)
    assert ticket.messages.count() == email.MOST_NEW + 2


def test_a_bounce_marks_the_address_and_tells_the_staff(now, later):
    customer = stories.customer()
    ticket = stories.received(now)
    actions.link(ticket, by=SYSTEM, at=now, customer=customer)
    sent = OutgoingMessage.objects.get()
    raw = sample("bounce", MESSAGE_ID=sent.message_id)
    OutgoingMessage.objects.update(status="sent")
    assert became(inbound.receive(raw, at=later(minutes=1)))[0] == "bounce"
    assert customer.contact_points.get(kind="email").is_bounced
    assert "w***@example.com" in notes(ticket) and "wang@" not in notes(ticket)
    assert Ticket.objects.count() == 1
    inbound.receive(raw.replace(b"69AF8412", b"69AF8413"), at=later(minutes=2))
    assert notes(ticket).count("w***@example.com") == 1


def test_a_bounce_of_a_mail_that_is_not_ours_marks_nobody(now):
    customer = stories.customer()
    raw = sample("bounce", MESSAGE_ID="<anything@example.com>")
    assert became(inbound.receive(raw, at=now))[0] == "bounce"
    assert not customer.contact_points.get(kind="email").is_bounced


def test_an_automatic_reply_starts_no_war(now, later):
    ticket = stories.received(now)
    sent = OutgoingMessage.objects.get()
    raw = sample("auto-reply", MESSAGE_ID=sent.message_id)
    assert became(inbound.receive(raw, at=later(minutes=1)))[0] == "auto_reply"
    assert (Ticket.objects.count(), OutgoingMessage.objects.count()) == (1, 1)
    assert not ticket.messages.exists()


def test_a_sender_nobody_can_answer_is_kept_for_a_person(now):
    assert became(inbound.receive(letter(sender="not-an-address"), at=now))[0] == "quarantined"
    assert not Ticket.objects.exists() and not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("洗衣机 Washer WM-800 E03 报错", "zh-hans"),
        ("The machine of 王芳 does not start", "en"),
        ("12345", ""),
    ],
)
def test_the_language_is_guessed_from_the_letters(text, language):
    assert email.language_of(text) == language
