import pytest
from django.urls import reverse

from foundation.messaging import actions, inbound, queries
from foundation.messaging.models import IncomingMessage, MessageTemplate, OutgoingMessage
from tests.foundation.messaging.letters import gb_letter, letter


def url(name, *args):
    return reverse(f"admin:messaging_{name}", args=args)


@pytest.fixture
def enter(client, cast):
    def _enter(name):
        client.force_login(getattr(cast, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return _enter


@pytest.fixture
def message(received, context, now):
    return actions.queue(
        "received",
        to="wang@customer.example",
        language="zh-hans",
        context=context,
        dedupe_key="x",
        at=now,
    )


@pytest.fixture
def kept(desk):
    desk.error = RuntimeError()
    row = inbound.receive(gb_letter()).row
    desk.error = None
    return row


# What the dialog's own button sends.
SURE = {"_form_submitted": "True"}
LISTS = ["messagetemplate_changelist", "outgoingmessage_changelist", "incomingmessage_changelist"]


@pytest.mark.parametrize("name", LISTS)
def test_who_may_look(enter, name, received):
    assert enter("sun").get(url(name)).status_code == 200
    assert enter("root").get(url(name)).status_code == 200
    assert enter("anna").get(url(name)).status_code == 403


def test_a_text_is_edited_with_its_mistakes_named(enter, received):
    page = url("messagetemplate_change", received.pk)
    client = enter("root")
    shown = client.get(page).content.decode()
    assert "{{ ticket.number }}" in shown and "26-000123-4" in shown
    wrong = client.post(page, {"subject": "{{ customer.phone }}", "body": "{% if x %}"})
    words = wrong.content.decode()
    assert "Unknown variable: customer.phone" in words and "has a mistake" in words
    received.refresh_from_db()
    assert received.subject == "We have your request {{ ticket.number }}"
    right = client.post(page, {"subject": "Hi {{ ticket.number }}", "body": "{{ link }}"})
    assert right.status_code == 302
    received.refresh_from_db()
    assert (received.subject, received.body) == ("Hi {{ ticket.number }}", "{{ link }}")


def test_texts_are_neither_added_nor_deleted(enter, received):
    client = enter("root")
    assert client.post(url("messagetemplate_add")).status_code == 403
    assert client.post(url("messagetemplate_delete", received.pk)).status_code == 403


def test_a_preview_shows_what_was_typed_and_saves_nothing(enter, received):
    page = url("messagetemplate_preview", received.pk)
    typed = {"subject": "No. {{ ticket.number }}", "body": "<b>{{ link }}</b>"}
    shown = enter("root").post(page, typed).content.decode()
    assert "No. 26-000123-4" in shown
    assert "&lt;b&gt;https://x.example/t&lt;/b&gt;" in shown
    shown = enter("root").post(page, {"subject": "", "body": "{{ settings.SECRET_KEY }}"})
    assert "Unknown variable: settings.SECRET_KEY" in shown.content.decode()
    assert MessageTemplate.objects.get(pk=received.pk).body == received.body
    assert enter("sun").post(page, typed).status_code == 403


def test_a_sent_message_is_read_like_a_mail(enter, message):
    shown = enter("sun").get(url("outgoingmessage_change", message.pk)).content.decode()
    assert "已收到您的报修 26-000001-5" in shown
    assert "不制冷 &lt;b&gt;急&lt;/b&gt; 已受理。" in shown
    found = enter("sun").get(url("outgoingmessage_changelist") + "?status=failed&kind=received")
    assert "26-000001-5" not in found.content.decode()


def test_a_failure_tells_its_reason(enter, message):
    OutgoingMessage.objects.update(status="failed", last_error="came_back")
    shown = enter("sun").get(url("outgoingmessage_changelist")).content.decode()
    assert "The mail came back" in shown


def test_send_again_asks_first_and_happens_by_post_only(enter, message):
    OutgoingMessage.objects.update(status="failed", attempts=6)
    page = url("outgoingmessage_again", message.pk)
    client = enter("root")
    asked = client.get(page)
    assert "The customer may get it twice." in asked.content.decode()
    message.refresh_from_db()
    assert message.status == "failed"
    done = client.post(page, SURE)
    assert (done.status_code, done.url) == (302, url("outgoingmessage_change", message.pk))
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("waiting", 0)
    again = client.post(page, SURE, headers={"HX-Request": "true"}, follow=True)
    assert again["HX-Redirect"] == url("outgoingmessage_change", message.pk)


def test_send_again_needs_the_right(enter, message):
    OutgoingMessage.objects.update(status="failed")
    page = url("outgoingmessage_again", message.pk)
    assert enter("sun").post(page, SURE).status_code == 403
    assert (
        "Send again"
        not in enter("sun").get(url("outgoingmessage_change", message.pk)).content.decode()
    )


def test_a_received_message_is_read_and_downloaded(enter, kept):
    client = enter("sun")
    shown = client.get(url("incomingmessage_change", kept.pk)).content.decode()
    assert "洗衣机不启动（朱镕）" in shown and "我是陶喆" in shown and "RuntimeError" in shown
    file = client.get(url("incomingmessage_original", kept.pk))
    assert file.content == gb_letter()
    assert file["Content-Disposition"] == f'attachment; filename="message-{kept.pk}.eml"'
    assert enter("anna").get(url("incomingmessage_original", kept.pk)).status_code == 403


def test_a_kept_message_is_handled_again_by_post_only(enter, kept):
    page = url("incomingmessage_replay", kept.pk)
    assert enter("sun").post(page, SURE).status_code == 403
    client = enter("root")
    assert client.get(page).status_code == 200
    assert IncomingMessage.objects.get().outcome == "quarantined"
    client.post(page, SURE)
    assert IncomingMessage.objects.get().outcome == "ticket"
    client.post(page, SURE)
    shown = client.get(url("incomingmessage_change", kept.pk)).content.decode()
    assert "has been handled already" in shown


def test_the_home_page_tells_what_went_wrong(enter, message, kept, now, later, cast):
    assert "message that did not reach" not in enter("sun").get("/admin/").content.decode()
    OutgoingMessage.objects.update(status="failed")
    assert queries.home_list(cast.sun, None, now) == {"failed": 1, "kept": 1, "off": 0}
    assert queries.home_list(cast.sun, None, later(days=8000)) is None
    assert queries.home_list(cast.anna, None, now) is None
    shown = enter("sun").get("/admin/").content.decode()
    assert "received message to look at" in shown


def test_nothing_is_written_by_hand(enter, message, kept):
    client = enter("root")
    for name, row in (("outgoingmessage", message), ("incomingmessage", kept)):
        assert client.post(url(f"{name}_change", row.pk), {"status": "sent"}).status_code == 403
        assert client.post(url(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 403
        assert client.get(url(f"{name}_add")).status_code == 403


@pytest.mark.parametrize("name", ["outgoingmessage", "incomingmessage"])
def test_the_lists_cost_the_same_with_one_row_and_with_three(
    enter, name, desk, received, context, now, django_assert_max_num_queries
):
    def add(number):
        actions.queue(
            "received",
            to="a@b.cn",
            language="en",
            context=context,
            dedupe_key=str(number),
            at=now,
        )
        inbound.receive(letter(Message_ID=f"<{number}@x>"))

    client, costs = enter("sun"), []
    add(1)
    for numbers in ([], [2, 3]):
        [add(number) for number in numbers]
        with django_assert_max_num_queries(12) as found:
            client.get(url(f"{name}_changelist"))
        costs.append(len(found))
    assert costs[0] == costs[1]
