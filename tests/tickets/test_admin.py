"""The desks through their pages: who gets in, what a click does, two people at once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from foundation.accounts.actors import CaseHolder
from foundation.accounts.models import User
from foundation.search import actions as search
from tests import stories
from tickets import actions
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

QUEUES = ["intake", "toclassify", "toassign", "mywork", "alltickets"]


@pytest.fixture
def sign_in(client, cast):
    def go(name: str):
        client.force_login(User.objects.get(username=name))
        return client

    return go


@pytest.fixture
def start() -> timezone.datetime:
    return timezone.now() - timedelta(minutes=25)


def page(queue: str, *args) -> str:
    name = "change" if args else "changelist"
    return reverse(f"admin:tickets_{queue}_{name}", args=args)


def verb_page(ticket, verb: str, queue: str = "alltickets") -> str:
    return reverse(f"admin:tickets_{queue}_verb", args=[ticket.pk, verb])


OPENS = {
    "anna": {"intake", "toclassify", "mywork", "alltickets"},
    "sun": set(QUEUES),
    "hu": set(QUEUES),
    "ma": set(QUEUES),
    "deng": {"toassign", "mywork", "alltickets"},
    "qian": {"mywork", "alltickets"},
    "an": {"alltickets"},
    "wu": {"mywork", "alltickets"},
    "root": set(QUEUES),
}


@pytest.mark.parametrize("name", OPENS)
def test_each_role_opens_its_desks(name, sign_in):
    client = sign_in(name)
    opened = {queue for queue in QUEUES if client.get(page(queue)).status_code == 200}
    assert opened == OPENS[name]
    assert client.get(reverse("admin:index")).status_code == 200


def test_technicians_and_strangers_do_not_get_in(client, cast):
    for queue in QUEUES:
        assert client.get(page(queue)).status_code == 302
    client.force_login(cast.tang)
    for queue in QUEUES:
        assert client.get(page(queue)).status_code == 302
    assert client.get(reverse("admin:login")).url == "/m/"


@pytest.mark.parametrize("name", ["anna", "sun", "an"])
def test_a_ticket_is_shown_only_to_those_who_may_see_it(name, sign_in, cast, start):
    foreign = stories.assigned(start, cast.tang, contact=cast.sun)
    expected = {"anna": 404, "sun": 200, "an": 200}[name]
    assert sign_in(name).get(page("alltickets", foreign.pk)).status_code == expected


def test_the_analyst_sees_masked_people(sign_in, start):
    owner = stories.customer()
    ticket = stories.received(
        start,
        requester_phone="13812345678",
        requester_address="文三路 90 号",
        symptom="漏水，请打 13812345678",
        tried="问过 wang@example.com",
    )
    sun = User.objects.get(username="sun")
    html = sign_in("an").get(page("alltickets", ticket.pk)).content.decode()
    assert "王芳" not in html  # who it may be
    actions.link(ticket, by=sun, customer=owner)
    actions.message(ticket, by=sun, body="已致电 138 1234 5678")
    html = sign_in("an").get(page("alltickets", ticket.pk)).content.decode()
    for secret in ("王芳", "13812345678", "138 1234 5678", "wang@example.com", "文三路"):
        assert secret not in html
    html = sign_in("an").get(page("alltickets")).content.decode()
    assert "王芳" not in html and "13812345678" not in html
    html = sign_in("sun").get(page("alltickets", ticket.pk)).content.decode()
    assert "王芳" in html and "13812345678" in html


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_one_and_three(
    count, sign_in, cast, start, django_assert_max_num_queries
):
    for i in range(count):
        owner = stories.customer(f"客户{i}", f"c{i}@example.com")
        ticket = stories.in_progress(start, cast.tang)
        actions.link(ticket, by=cast.sun, customer=owner, unit=stories.unit(owner, f"S{i}"))
    for i in range(count):
        actions.note(ticket, by=cast.sun, body=f"note {i}", files=[(f"{i}.txt", b"x")])
        actions.message(ticket, by=cast.ma, body=f"message {i}")
        stories.received(start)
    client = sign_in("sun")
    client.get(reverse("admin:index"))
    costs = {}
    for name, url, most in (
        ("list", page("alltickets"), 14),
        ("detail", page("alltickets", ticket.pk), 24),
        ("home", reverse("admin:index"), 28),
    ):
        with django_assert_max_num_queries(most) as told:
            assert client.get(url).status_code == 200
        costs[name] = len(told.captured_queries)
    known = getattr(test_pages_cost_the_same_for_one_and_three, "costs", costs)
    test_pages_cost_the_same_for_one_and_three.costs = costs
    assert costs == known


def test_get_changes_nothing_and_shows_what_the_verb_needs(sign_in, start):
    ticket = stories.registered(start)
    client = sign_in("sun")
    for verb in actions.VERBS:
        answer = client.get(verb_page(ticket, verb))
        assert answer.status_code in (200, 403), verb
    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version


def test_classifying_opens_the_next_ticket_of_the_queue(sign_in, start):
    first, second = stories.registered(start), stories.registered(start + timedelta(minutes=1))
    client = sign_in("sun")
    form = {"version": first.version, "category": stories.category().pk, "priority": "P2"}
    answer = client.post(verb_page(first, "classify", "toclassify"), form)
    assert answer.url == page("toclassify", second.pk)
    answer = client.post(
        verb_page(second, "classify", "toclassify"), form, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, page("toclassify"))


def test_the_second_supervisor_learns_who_did_what_and_keeps_the_text(sign_in, cast, start):
    ticket = stories.registered(start)
    shown = ticket.version
    actions.classify(ticket, by=cast.ma, category=stories.category(), priority="P2")
    client = sign_in("sun")
    form = {
        "version": shown,
        "category": stories.category("quality-scratch").pk,
        "priority": "P3",
        "reason": "只是划痕",
    }
    answer = client.post(verb_page(ticket, "classify"), form)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Ma" in html and "In the meantime" in html and "只是划痕" in html
    assert Ticket.objects.get(pk=ticket.pk).category == stories.category()
    # Having read it, they send the same again: now it counts.
    form["version"] = Ticket.objects.get(pk=ticket.pk).version
    assert f'name="version" value="{form["version"]}"' in html
    assert client.post(verb_page(ticket, "classify"), form).status_code == 302
    assert Ticket.objects.get(pk=ticket.pk).category == stories.category("quality-scratch")


def test_a_refusal_explains_itself_in_the_dialog(sign_in, start):
    ticket = stories.received(start)
    html = sign_in("sun").get(verb_page(ticket, "classify")).content.decode()
    assert "Complete registration first" in html
    html = sign_in("sun").get(page("alltickets", ticket.pk)).content.decode()
    assert "Complete registration first" in html


def test_verbs_a_role_has_not_are_forbidden(sign_in, cast, start):
    ticket = stories.registered(start)
    for name in ("anna", "an", "qian"):
        answer = sign_in(name).post(
            verb_page(ticket, "classify"),
            {"category": stories.category().pk, "priority": "P2", "version": ticket.version},
        )
        assert answer.status_code == 403, name
    assert sign_in("sun").get(verb_page(ticket, "explode")).status_code == 404


def test_reply_note_and_call(sign_in, start):
    ticket = stories.received(start)
    client = sign_in("anna")
    url = verb_page(ticket, "message")
    assert client.post(url, {"body": "您好，正在安排。"}).status_code == 302
    assert client.post(url, {"body": "电话中已说明。", "call": "1"}).status_code == 302
    assert client.post(verb_page(ticket, "note"), {"body": "老客户"}).status_code == 302
    told = list(ticket.messages.values_list("audience", "channel", "body"))
    assert told == [
        ("public", "web", "您好，正在安排。"),
        ("public", "phone", "电话中已说明。"),
        ("internal", "web", "老客户"),
    ]
    empty = client.post(url, {"body": " "})
    assert empty.status_code == 200 and "composer" in empty.content.decode()


def test_what_people_type_is_shown_as_text(sign_in, start):
    bad = "<script>alert(1)</script>"
    ticket = stories.received(
        start, symptom=bad, requester_name=bad, began=bad, tried=bad, serial_text="<b>x</b>"
    )
    client = sign_in("anna")
    client.post(verb_page(ticket, "note"), {"body": bad})
    for url in (page("alltickets", ticket.pk), page("intake")):
        html = client.get(url).content.decode()
        assert bad not in html and "&lt;script&gt;" in html


def test_files_go_only_to_those_who_see_the_ticket(sign_in, cast, start):
    ticket = stories.assigned(start, cast.tang, contact=cast.sun)
    actions.attach(ticket, by=cast.sun, files=[("a.txt", b"secret")])
    key = ticket.attachments.get().file.key
    url = reverse("admin:tickets_alltickets_file", args=[ticket.pk, key])
    answer = sign_in("sun").get(url)
    assert b"".join(answer.streaming_content) == b"secret"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in answer["Content-Disposition"]
    assert sign_in("anna").get(url).status_code == 404
    other = stories.received(start)
    wrong = reverse("admin:tickets_alltickets_file", args=[other.pk, key])
    assert sign_in("sun").get(wrong).status_code == 404


def new_form(**facts) -> dict:
    return {
        "once": "abc",
        "channel": "phone",
        "kind": "fault",
        "language": "zh-hans",
        "symptom": "不脱水",
        "requester_phone": "13812345678",
        "product": stories.product().pk,
        "reach": "one",
        "urgency": "normal",
        "impact": "unusable",
        "mood": "calm",
        "is_complete": "on",
        **facts,
    }


def test_a_call_becomes_one_registered_ticket(sign_in, cast):
    client = sign_in("anna")
    url = reverse("admin:tickets_intake_add")
    assert client.get(url + "?phone=13812345678").status_code == 200
    owner = stories.customer()
    thing = stories.unit(owner)
    form = new_form(customer=owner.pk, unit=thing.pk)
    first, second = client.post(url, form), client.post(url, form)
    ticket = Ticket.objects.get()
    assert first.url == second.url == page("intake", ticket.pk)
    assert (ticket.customer, ticket.unit, ticket.contact) == (owner, thing, cast.anna)
    assert ticket.is_registered
    assert ticket.cycles.get().first_response_at is not None


def test_a_mistake_in_the_call_form_keeps_everything(sign_in):
    url = reverse("admin:tickets_intake_add")
    answer = sign_in("anna").post(url, new_form(symptom="", requester_name="陈先生"))
    html = answer.content.decode()
    assert "陈先生" in html and "13812345678" in html
    assert not Ticket.objects.exists()


def test_intake_shows_who_is_calling(sign_in, cast):
    owner = stories.customer()
    stories.unit(owner, "HX-100")
    ticket = stories.received(timezone.now())
    actions.link(ticket, by=cast.sun, customer=owner)
    url = reverse("admin:tickets_intake_known")
    html = sign_in("anna").get(url, {"words": "138 1234 5678"}).content.decode()
    assert "王芳" in html and "HX-100" in html and ticket.number in html
    assert "Nobody known" in sign_in("anna").get(url, {"words": "999999"}).content.decode()
    assert sign_in("an").get(url, {"words": "王芳"}).status_code in (200, 403)
    assert "HX-100" not in sign_in("an").get(url, {"words": "王芳"}).content.decode()


def test_linking_finds_the_customer_by_hand(sign_in):
    ticket = stories.received(timezone.now(), requester_email="other@example.com")
    owner = stories.customer()
    client = sign_in("anna")
    found = client.post(verb_page(ticket, "link"), {"find": "王芳", "search": "1"})
    assert f'value="{owner.pk}"' in found.content.decode()
    client.post(
        verb_page(ticket, "link"),
        {"find": "王芳", "customer": owner.pk, "version": ticket.version},
    )
    assert Ticket.objects.get().customer == owner


def test_empty_queues_teach(sign_in):
    html = sign_in("sun").get(page("toassign")).content.decode()
    assert "Nothing waits here" in html


def test_every_page_says_which_state_without_colour(sign_in, cast, start):
    ticket = stories.in_progress(start, cast.tang)
    actions.hold(ticket, by=cast.sun, reason="parts")
    html = sign_in("sun").get(page("alltickets", ticket.pk)).content.decode()
    assert "in progress, on hold" in html
    assert 'aria-current="step"' in html


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_desks_open_in_both_languages(language, sign_in, cast, start):
    ticket = stories.resolved(start - timedelta(hours=5), cast.tang)
    client = sign_in("sun")
    client.cookies["django_language"] = language
    for url in (reverse("admin:index"), page("alltickets"), page("alltickets", ticket.pk)):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("words", ["王芳", "13812345678"])
def test_masked_people_cannot_be_found_out_by_trying(words, sign_in, start):
    ticket = stories.received(start, requester_name="王芳", requester_phone="13812345678")
    search.sweep(timezone.now())
    url = page("alltickets")
    assert ticket.number not in sign_in("an").get(f"{url}?q={words}").content.decode()
    assert ticket.number in sign_in("an").get(f"{url}?q={ticket.number}").content.decode()
    assert ticket.number in sign_in("sun").get(f"{url}?q={words}").content.decode()


@pytest.mark.parametrize("key", ["requester_phone__startswith", "customer__name__startswith"])
def test_the_address_asks_no_column_of_the_row(key, sign_in, start):
    stories.received(start, requester_name="王芳", requester_phone="13812345678")
    client = sign_in("an")
    answers = [client.get(page("alltickets"), {key: text}) for text in ("1", "9", "王", "\x00")]
    assert {answer.status_code for answer in answers} == {200}
    assert {len(answer.context_data["lines"]) for answer in answers} == {1}
    assert "Left out, because it is not known here" in answers[0].content.decode()


@pytest.mark.parametrize("verb", ["message", "note"])
def test_a_second_press_says_nothing_twice(verb, sign_in, start):
    ticket = stories.received(start)
    client = sign_in("sun")
    html = client.get(page("alltickets", ticket.pk)).content.decode()
    shown = re.search(r'name="once" value="(\w+)"', html)[1]
    for body in ("hello", "hello", "one more"):
        answer = client.post(verb_page(ticket, verb), {"body": body, "once": shown})
        assert answer.status_code == 302
    said = ticket.messages.order_by("pk").values_list("body", flat=True)
    assert list(said) == ["hello", "one more"]


@pytest.mark.parametrize("asked", ["status=%00", "q=%00", "product=%00", "received=%00..", "p=%00"])
def test_an_address_with_a_zero_byte_narrows_nothing(asked, sign_in, start):
    ticket = stories.received(start)
    html = sign_in("sun").get(f"{page('alltickets')}?{asked}").content.decode()
    assert ticket.number in html


def test_masked_roles_do_not_open_what_customers_sent(sign_in, cast, start):
    holder = CaseHolder(None)
    ticket = stories.received(start)
    holder.ticket_id = ticket.pk
    actions.attach(ticket, by=holder, files=[("invoice.txt", b"Wang Fang")])
    actions.attach(ticket, by=cast.sun, files=[("seen.txt", b"pump")])
    theirs, ours = [
        reverse("admin:tickets_alltickets_file", args=[ticket.pk, row.file.key])
        for row in ticket.attachments.order_by("pk")
    ]
    client = sign_in("an")
    assert (client.get(theirs).status_code, client.get(ours).status_code) == (403, 200)
    html = client.get(page("alltickets", ticket.pk)).content.decode()
    assert "hidden for your role" in html and "invoice" not in html
    assert sign_in("sun").get(theirs).status_code == 200


def test_a_form_without_a_version_is_an_old_one(sign_in, start):
    ticket = stories.registered(start)
    form = {"category": stories.category().pk, "priority": "P2"}
    answer = sign_in("sun").post(verb_page(ticket, "classify"), form)
    assert "In the meantime" in answer.content.decode()
    assert Ticket.objects.get().status == "received"


def test_trying_many_names_from_one_place_ends(client, cast):
    url = reverse("admin:login")
    for number in range(60):
        assert client.post(url, {"username": f"u{number}", "password": "x"}).status_code == 200
    assert client.post(url, {"username": "sun", "password": "x"}).status_code == 429
    assert client.post(reverse("mobile:login"), {"username": "sun"}).status_code == 429


def test_a_stranger_becomes_a_customer_with_one_tick(sign_in):
    ticket = stories.received(timezone.now(), requester_phone="13812345678")
    url = verb_page(ticket, "link")
    client = sign_in("anna")
    assert 'name="is_new"' in client.get(url).content.decode()
    form = {"version": ticket.version, "is_new": "on", "once": "a" * 32}
    for _ in range(2):
        assert client.post(url, form).status_code == 302
    customer = Customer.objects.get()
    assert Ticket.objects.get().customer == customer
    assert (customer.name, customer.phone, customer.email) == (
        "王芳",
        "13812345678",
        "wang@example.com",
    )


def test_the_unit_with_the_serial_given_is_proposed(sign_in):
    owner = stories.customer()
    stories.unit(owner, "HX-1")
    named = stories.unit(owner, "HX-2")
    ticket = stories.received(timezone.now(), serial_text="hx 2")
    html = sign_in("anna").get(verb_page(ticket, "link")).content.decode()
    assert f'name="unit" value="{named.pk}" checked' in html
    assert f'name="customer" value="{owner.pk}" checked' in html


def test_the_customers_own_name_is_masked_in_what_people_write(sign_in, cast, start):
    owner = stories.customer("欧阳若兰")
    ticket = stories.received(start, requester_name="王芳")
    ticket = actions.link(ticket, by=cast.sun, customer=owner)
    actions.message(ticket, by=cast.sun, body="欧阳若兰您好，王芳已转告。")
    html = sign_in("an").get(page("alltickets", ticket.pk)).content.decode()
    assert "您好" in html and "欧阳若兰" not in html and "王芳" not in html
    assert "欧阳若兰您好" in sign_in("sun").get(page("alltickets", ticket.pk)).content.decode()
