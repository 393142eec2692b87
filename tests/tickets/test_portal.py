"""The customer's pages, as strangers, customers, robots and mail scanners meet them."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from customers.models import Product
from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.accounts.models import Organisation
from foundation.clockwork.models import Once
from foundation.desk import colours
from foundation.files.models import StoredFile
from foundation.messaging.models import OutgoingMessage
from tests import stories
from tickets import actions, portal
from tickets.actions import links
from tickets.models import AccessLink, Ticket, TicketEvent, TicketMessage
from tickets.rules import ticket_number
from tickets.signals import ticket_moved

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture(autouse=True)
def no_pace(monkeypatch):
    """The tests need not wait as strangers do; one test asks for the pace itself."""
    monkeypatch.setattr(portal, "SAME_PACE", 0)


@pytest.fixture
def at():
    return timezone.now() - timedelta(hours=6)


def picture(name: str = "fault.jpg") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def answers(**changes) -> dict:
    given = {
        "kind": "fault",
        "symptom": "The machine does not spin",
        "impact": "unusable",
        "requester_name": "Emma Clark",
        "requester_email": "emma@example.com",
        "privacy": "on",
        "once": "6b8f7c5e-0d0a-4b36-9a4a-0f4be9f1a001",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def url(ticket: Ticket, name: str = "progress", *more) -> str:
    return reverse(f"portal:{name}", args=[links.token_of(links.link_for(ticket)), *more])


def text(response) -> str:
    return response.content.decode()


def effects(ticket: Ticket) -> tuple:
    """Everything a customer could have changed."""
    row = Ticket.objects.get(pk=ticket.pk)
    counts = (
        TicketEvent.objects.count(),
        TicketMessage.objects.count(),
        StoredFile.objects.count(),
    )
    return row.status, row.version, row.is_on_hold, row.last_customer_at, *counts


# --- start page and colour -----------------------------------------------------------------------


def test_home_offers_the_ways_in_both_languages(client, db):
    Organisation.objects.create(
        pk=1, name_zh="海蓝服务", name_en="Hailan Service", hotline="400-820-1234", colour="#aa3300"
    )
    english = text(client.get("/", headers={"accept-language": "en"}))
    chinese = text(client.get("/", headers={"accept-language": "zh-CN"}))
    assert "Hailan Service" in english and 'lang="en"' in english
    assert "海蓝服务" in chinese and 'lang="zh-hans"' in chinese
    for page in (english, chinese):
        assert reverse("portal:request") in page and reverse("portal:find") in page
        assert "400-820-1234" in page and "theme.css?%23aa3300" in page


@pytest.mark.parametrize("colour", ["#1d5fbf", "#ffee00", "#000000", "#ffffff", "#777777"])
def test_every_colour_stays_readable(client, db, colour):
    Organisation.objects.create(pk=1, colour=colour)
    answer = client.get(reverse("portal:theme"))
    assert answer["Content-Type"] == "text/css" and colour in text(answer)
    theme = colours.theme(colour)
    assert colours.contrast(theme["light"]["text"], colours.WHITE) >= 4.5
    assert colours.contrast(theme["dark"]["text"], colours.NIGHT) >= 4.5
    assert colours.contrast(theme["light"]["ink"], colour) >= 4.5


def test_no_page_needs_inline_code(client, db):
    for name in ("home", "request", "find", "code"):
        page = text(client.get(reverse(f"portal:{name}")))
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:", page)


# --- asking for help -----------------------------------------------------------------------------


def test_a_request_becomes_one_unlinked_ticket_and_leads_to_its_page(client, db):
    owner = stories.customer()
    unit = stories.unit(owner)
    answer = client.post(
        reverse("portal:request"),
        answers(
            serial_text="sn 0001", files=[picture()], began="yesterday", bought_on="2026-01-02"
        ),
    )
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer.url) == (302, url(ticket, "thanks"))
    assert (ticket.customer, ticket.unit, ticket.product) == (None, None, unit.product)
    assert (ticket.serial_text, ticket.began, ticket.channel) == ("sn 0001", "yesterday", "web")
    assert (ticket.impact, ticket.language, str(ticket.bought_on)) == (
        "unusable",
        "en",
        "2026-01-02",
    )
    assert ticket.attachments.get().audience == "public"
    page = text(client.get(answer.url))
    assert ticket.number in page and url(ticket) in page and "You hear from us by" in page
    assert owner.name not in page


def test_the_language_of_the_page_is_the_language_of_the_case(client, db):
    client.post(reverse("portal:request"), answers(), headers={"accept-language": "zh-CN"})
    ticket = Ticket.objects.get()
    assert ticket.language == "zh-hans"
    assert OutgoingMessage.objects.get().language == "zh-hans"
    # The link in the mail opens in the language of the mail, until somebody chooses another.
    assert 'lang="zh-hans"' in text(client.get(url(ticket), headers={"accept-language": "en"}))
    client.cookies["django_language"] = "en"
    assert 'lang="en"' in text(client.get(url(ticket)))


def test_sending_twice_makes_one_ticket(client, db):
    first = client.post(reverse("portal:request"), answers())
    second = client.post(reverse("portal:request"), answers())
    assert first.url == second.url
    assert (Ticket.objects.count(), OutgoingMessage.objects.count()) == (1, 1)


def test_going_back_to_report_something_else_makes_another(client, db):
    client.post(reverse("portal:request"), answers())
    client.post(reverse("portal:request"), answers(symptom="And it leaks"))
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("once", ["", "1", "x" * 300, None])
def test_without_a_key_of_ours_requests_never_meet(client, db, once):
    for _ in range(2):
        client.post(reverse("portal:request"), answers(once=once))
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"symptom": " "}, "Please fill this in."),
        ({"requester_name": ""}, "Please fill this in."),
        ({"requester_email": None}, "Give a phone number or an e-mail address."),
        ({"requester_phone": "none"}, "This is not a phone number"),
        ({"requester_email": "emma"}, "name@example.com"),
        ({"impact": None}, "Please choose what comes closest."),
        ({"bought_on": "2999-01-01"}, "This day lies ahead"),
        ({"bought_on": "soon"}, "Write the date as"),
        ({"privacy": None}, "Please read how your details are used"),
        ({"product": "999999"}, "not one of the available choices"),
        ({"kind": "x"}, "not one of the available choices"),
        ({"symptom": "nul \x00"}, "Null characters are not allowed"),
    ],
)
def test_a_refused_request_says_why_and_keeps_what_was_typed(client, db, changes, words):
    answer = client.post(
        reverse("portal:request"), answers(wanted_when="after 18:00", **changes), follow=True
    )
    assert answer.status_code == 422
    assert words in text(answer) and "after 18:00" in text(answer)
    assert (Ticket.objects.count(), Once.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "phone", ["95105", "400-820-1234", "+44 20 7946 0018", "0571 8765 4321-12"]
)
def test_hotlines_and_foreign_numbers_are_phones(client, db, phone):
    client.post(reverse("portal:request"), answers(requester_email=None, requester_phone=phone))
    assert Ticket.objects.get().requester_phone == phone


def test_a_question_need_not_say_how_bad_it_is(client, db):
    client.post(reverse("portal:request"), answers(kind="consultation", impact=None))
    assert Ticket.objects.get().proposed_priority == "P3"


def test_danger_is_flagged_and_told_what_to_do(client, db):
    answer = client.post(reverse("portal:request"), answers(is_safety="on"), follow=True)
    assert Ticket.objects.get().is_safety
    assert "pull the plug" in text(answer)


def test_a_robot_fills_the_trap_and_a_person_sends_again(client, db):
    page = client.post(reverse("portal:request"), answers(website="http://spam.example"))
    assert (page.status_code, Ticket.objects.count()) == (422, 0)
    assert "once more" in text(page) and "spam.example" not in text(page)


def test_products_out_of_sale_are_not_offered(client, db):
    old, new = stories.product("OLD-1"), stories.product("NEW-1")
    Product.objects.filter(pk=old.pk).update(is_active=False)
    page = text(client.get(reverse("portal:request")))
    assert "NEW-1" in page and "OLD-1" not in page
    assert client.post(reverse("portal:request"), answers(product=old.pk)).status_code == 422
    client.post(reverse("portal:request"), answers(product=new.pk))
    assert Ticket.objects.get().product == new


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (SimpleUploadedFile("photo.jpg", b"<html><script>"), "is not a file we can accept"),
        (SimpleUploadedFile("tool.exe", b"MZ\x90\x00"), "is not a file we can accept"),
        (SimpleUploadedFile("photo.png", b""), "empty"),
        (SimpleUploadedFile("big.txt", b"a" * 3000), "is larger than"),
    ],
)
def test_a_bad_file_stops_everything_and_says_so(client, db, settings, upload, words):
    settings.UPLOAD_MAX_BYTES = 2000
    answer = client.post(reverse("portal:request"), answers(files=[picture(), upload]))
    page = text(answer)
    assert answer.status_code == 422 and words in page
    assert "choose your photos again" in page
    assert (Ticket.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_ten_files_and_not_one_more(client, db):
    files = [picture(f"{n}.jpg") for n in range(11)]
    answer = client.post(reverse("portal:request"), answers(files=files))
    assert answer.status_code == 422 and "at most 10 files" in text(answer)
    client.post(reverse("portal:request"), answers(files=[picture(f"{n}.jpg") for n in range(10)]))
    assert StoredFile.objects.count() == 10


def test_what_fails_late_leaves_no_file_behind(client, db, settings):
    def fail(**kwargs):
        raise RuntimeError("the database went away")

    ticket_moved.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            client.post(reverse("portal:request"), answers(files=[picture()]))
    finally:
        ticket_moved.disconnect(fail)
    assert (Ticket.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    client.post(reverse("portal:request"), answers(files=[picture()]))
    assert Ticket.objects.count() == 1


def test_a_flood_of_requests_meets_a_limit(client, db, monkeypatch):
    monkeypatch.setitem(portal.REQUESTS, "most", 2)
    codes = [
        client.post(reverse("portal:request"), answers(symptom=f"No {n}")).status_code
        for n in range(3)
    ]
    assert codes == [302, 302, 429] and Ticket.objects.count() == 2


def test_a_serial_tells_the_model_and_nothing_else(client, db, monkeypatch):
    unit = stories.unit(stories.customer())
    page = text(client.post(reverse("portal:serial"), {"serial_text": "sn-0001"}))
    assert str(unit.product) in page and "王芳" not in page
    unknown = text(client.post(reverse("portal:serial"), {"serial_text": "SN-9999"}))
    assert "do not know this number" in unknown
    assert client.post(reverse("portal:serial"), {"serial_text": "SN"}).content == b""
    monkeypatch.setitem(portal.SERIALS, "most", 2)
    assert client.post(reverse("portal:serial"), {"serial_text": "SN-0001"}).status_code == 429


def test_suggestions_are_quiet_without_articles_and_past_the_limit(client, db, monkeypatch):
    def ask(words):
        return client.post(reverse("portal:suggestions"), {"symptom": words})

    assert ask("E4 spin").content.strip() == b"" and ask("").content == b""
    monkeypatch.setitem(portal.SUGGESTIONS, "most", 0)
    assert (ask("E4 spin").status_code, ask("E4 spin").content) == (200, b"")


# --- finding a case ------------------------------------------------------------------------------


def sent_code(ticket: Ticket) -> str:
    letter = OutgoingMessage.objects.filter(template_key="ticket.code").latest("pk")
    assert letter.to_address == ticket.requester_email
    return re.search(r"\d{6}", letter.subject)[0]


def test_number_and_code_open_the_case(client, db, at):
    ticket = stories.received(at, language="en")
    answer = client.post(reverse("portal:find"), {"number": ticket.number.replace("-", " ")})
    assert answer.url.endswith(f"/find/code/?number={ticket.number}")
    code = sent_code(ticket)
    answer = client.post(reverse("portal:code"), {"number": ticket.number, "code": f" {code} "})
    assert (answer.status_code, answer.url) == (302, url(ticket))
    again = client.post(reverse("portal:code"), {"number": ticket.number, "code": code})
    assert again.status_code == 422


def test_nobody_learns_whether_a_number_exists(client, db, at):
    ticket = stories.received(at, language="en")
    real, unknown = ticket.number, ticket_number(2026, 999999)
    asked = [client.post(reverse("portal:find"), {"number": n}) for n in (real, unknown)]
    assert [answer.url.replace(real, unknown) for answer in asked] == [asked[1].url] * 2
    pages = [
        text(client.post(reverse("portal:code"), {"number": n, "code": "000000"})).replace(n, "N")
        for n in (real, unknown)
    ]
    plain = [re.sub(r'value="[\w]{64}"', "", page) for page in pages]
    assert plain[0] == plain[1] and "does not fit" in plain[0]
    assert ticket.requester_email not in pages[0]


def test_a_lookup_takes_its_time(client, db, monkeypatch, at):
    waited = []
    monkeypatch.setattr(portal, "SAME_PACE", 60)
    monkeypatch.setattr(portal.time, "sleep", waited.append)
    client.post(reverse("portal:find"), {"number": stories.received(at).number})
    assert len(waited) == 1 and 0 < waited[0] <= 60


def test_a_slip_in_the_number_is_told_before_anything_is_sent(client, db):
    answer = client.post(reverse("portal:find"), {"number": "2026-000001-0"})
    assert answer.status_code == 422 and "There is a slip" in text(answer)


def test_tries_are_counted_and_codes_end(client, db, at, monkeypatch):
    ticket = stories.received(at, language="en")
    client.post(reverse("portal:find"), {"number": ticket.number})
    code = sent_code(ticket)
    for _ in range(links.CODE_TRIES):
        client.post(reverse("portal:code"), {"number": ticket.number, "code": "wrong"})
    late = client.post(reverse("portal:code"), {"number": ticket.number, "code": code})
    assert late.status_code == 422 and "tried too often" in text(late)


def test_codes_are_limited_per_number_and_per_address(client, db, at, monkeypatch):
    number = stories.received(at).number
    monkeypatch.setitem(portal.CODES, "most", 1)
    assert client.post(reverse("portal:find"), {"number": number}).status_code == 302
    assert client.post(reverse("portal:find"), {"number": number}).status_code == 429
    monkeypatch.setitem(portal.LOOKUPS, "most", 2)
    assert client.post(reverse("portal:find"), {"number": "x"}).status_code == 429


# --- the link ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("token", ["1.abc", "1", "x", "9" * 30 + ".a", "１.abc", "1.é"])
def test_a_forged_link_leads_to_the_lookup(client, db, at, token, language):
    stories.received(at)
    answer = client.get(
        reverse("portal:progress", args=[token]), headers={"accept-language": language}
    )
    assert answer.status_code == 404
    assert reverse("portal:find") in text(answer)
    assert f'lang="{language.lower().replace("zh-cn", "zh-hans")}"' in text(answer)


@pytest.mark.parametrize("end", ["revoked_at", "expires_at"])
def test_an_ended_link_says_so_and_does_nothing(client, db, at, cast, end):
    ticket = stories.resolved(at, cast.tang, language="en")
    pages = [url(ticket), url(ticket, "thanks")]
    confirm = url(ticket, "confirm")
    AccessLink.objects.update(**{end: timezone.now() - timedelta(seconds=1)})
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 410 and reverse("portal:find") in text(answer)
        assert ticket.title not in text(answer)
    assert client.post(confirm, {"cycle": 1}).status_code == 410
    assert Ticket.objects.get().status == "resolved"


def test_guessing_tokens_meets_a_limit(client, db, monkeypatch):
    monkeypatch.setitem(portal.FORGED, "most", 1)
    codes = [client.get(f"/c/{n}.abc/").status_code for n in range(2)]
    assert codes == [404, 429]


def test_case_pages_are_private(client, db, at):
    ticket = stories.received(at)
    for page in (url(ticket), url(ticket, "thanks"), "/c/1.forged/"):
        answer = client.get(page)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "noindex" in answer["X-Robots-Tag"] and "noindex" in text(answer)


def test_a_mail_scanner_that_opens_everything_changes_nothing(client, db, at, cast):
    ticket = stories.resolved(at, cast.tang)
    actions.attach(ticket, by=CaseHolder(ticket.pk), files=[("a.txt", b"seen")], at=at)
    key = ticket.attachments.get().file.key
    before = effects(ticket)
    names = ("progress", "thanks", "message", "confirm", "not_solved", "cancel")
    for page in [*(url(ticket, name) for name in names), url(ticket, "file", key)]:
        assert client.get(page).status_code in (200, 302)
        assert client.head(page).status_code in (200, 302)
    assert effects(ticket) == before


# --- the progress page ---------------------------------------------------------------------------


def test_each_state_has_its_words(client, db, at, cast):
    told = [
        (stories.received(at, language="en"), "We read your request"),
        (stories.registered(at, language="en"), "decide who can help you best"),
        (stories.classified(at, language="en"), "We choose the colleague"),
        (stories.assigned(at, cast.tang, language="en"), "Your colleague: <strong>Tang"),
        (stories.in_progress(at, cast.tang, language="en"), "We are at work for you"),
        (stories.resolved(at, cast.tang, language="en"), "Yes, it is solved"),
        (stories.confirmed(at, cast.tang, language="en"), "This request is closed"),
        (stories.cancelled(at, language="en"), "This request is cancelled"),
    ]
    for ticket, words in told:
        page = text(client.get(url(ticket)))
        assert words in page and ticket.number in page
        assert page.count('aria-current="step"') == (
            ticket.status not in ("confirmed", "cancelled")
        )


def test_the_plan_is_the_promise_and_lateness_is_admitted(client, db, at, cast):
    ticket = stories.in_progress(at, cast.tang, language="en")
    soon = timezone.now() + timedelta(hours=3)
    actions.plan(ticket, by=SYSTEM, methods=["onsite"], finish_at=soon, at=at)
    page = text(client.get(url(ticket)))
    assert "We plan to be finished by" in page and "visit on site" in page
    late = stories.assigned(at - timedelta(days=3), cast.tang, language="en")
    assert "are late" in text(client.get(url(late)))


def test_internal_words_and_files_stay_inside(client, db, at, cast):
    ticket = stories.in_progress(at, cast.tang, language="en")
    actions.note(ticket, by=cast.sun, body="Customer is difficult", files=[("n.txt", b"x")], at=at)
    actions.message(ticket, by=cast.sun, body="We come tomorrow", files=[("p.txt", b"x")], at=at)
    page = text(client.get(url(ticket)))
    assert "We come tomorrow" in page and "p.txt" in page and "Sun" in page
    assert "difficult" not in page and "n.txt" not in page and "as a test" not in page
    internal = ticket.attachments.get(audience="internal").file.key
    public = ticket.attachments.get(audience="public").file.key
    assert client.get(url(ticket, "file", internal)).status_code == 404
    assert client.get(url(ticket, "file", public)).status_code == 200


def test_a_file_opens_only_by_its_own_case(client, db, at):
    mine, other = stories.received(at), stories.received(at)
    actions.attach(other, by=CaseHolder(other.pk), files=[picture()], at=at)
    key = other.attachments.get().file.key
    assert client.get(url(mine, "file", key)).status_code == 404
    answer = client.get(url(other, "file", key))
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    actions.revoke_link(other, by=SYSTEM)
    page = reverse("portal:file", args=[links.token_of(AccessLink.objects.latest("pk")), key])
    AccessLink.objects.update(revoked_at=timezone.now())
    assert client.get(page).status_code == 410


def test_nothing_typed_can_run(client, db, at, cast):
    typed = ("symptom", "began", "frequency", "environment", "tried", "wanted_when", "bought_at",
             "requester_name", "requester_address", "order_number", "proof_number", "serial_text")  # fmt: skip
    evil = {name: EVIL[:60] for name in typed}
    refused = text(client.post(reverse("portal:request"), answers(**evil, privacy=None)))
    client.post(reverse("portal:request"), answers(**evil, files=[picture(f"{EVIL[:40]}.jpg")]))
    ticket = Ticket.objects.get()
    by = CaseHolder(ticket.pk)
    actions.message(ticket, by=by, body=EVIL)
    actions.message(ticket, by=cast.sun, body=EVIL)
    pages = [refused, text(client.get(url(ticket))), text(client.get(url(ticket, "thanks")))]
    lookup = reverse("portal:code") + "?number=" + EVIL.replace("#", "")[:40]
    pages.append(text(client.get(lookup)))
    for page in pages:
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;alert" in pages[1]


def cost(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.usefixtures("cold")
def test_a_long_story_costs_no_more_than_a_short_one(client, db, at, cast):
    def case(rows: int) -> str:
        ticket = stories.in_progress(at, cast.tang, language="en")
        by = CaseHolder(ticket.pk)
        for n in range(rows):
            actions.message(ticket, by=by, body=f"More {n}", files=[picture(), picture("b.jpg")])
            actions.message(ticket, by=cast.sun, body=f"Thanks {n}")
            actions.attach(ticket, by=by, files=[picture(f"{n}.jpg")])
        return url(ticket)

    short, long = case(1), case(3)
    assert cost(client, short) == cost(client, long) <= 25


@pytest.mark.usefixtures("cold")
def test_many_products_cost_no_more_than_one(client, db):
    stories.product("P-1")
    one = cost(client, reverse("portal:request"))
    for n in (2, 3):
        stories.product(f"P-{n}")
    assert cost(client, reverse("portal:request")) == one <= 5


# --- answering -----------------------------------------------------------------------------------


def key(n: int = 1) -> str:
    return f"6b8f7c5e-0d0a-4b36-9a4a-0f4be9f1a{n:03d}"


def test_a_message_with_a_photo_reaches_the_case_once(client, db, at, cast):
    ticket = stories.in_progress(at, cast.tang, language="en")
    actions.hold(ticket, by=SYSTEM, reason="customer")
    assert "We need something from you" in text(client.get(url(ticket)))
    for _ in range(2):
        answer = client.post(
            url(ticket, "message"), {"body": "Here it is", "files": [picture()], "once": key()}
        )
        assert answer.url == url(ticket)
    message = ticket.messages.filter(is_from_customer=True).get()
    assert (message.body, message.attachments.count()) == ("Here it is", 1)
    assert not Ticket.objects.get().is_on_hold
    page = text(client.get(url(ticket)))
    assert "We have it. Thank you." in page and "We need something" not in page


def test_a_photo_alone_answers_too(client, db, at, cast):
    ticket = stories.in_progress(at, cast.tang, language="en")
    actions.hold(ticket, by=SYSTEM, reason="customer")
    client.post(url(ticket, "message"), {"body": "", "files": [picture()], "once": key()})
    assert ticket.attachments.count() == 1 and not Ticket.objects.get().is_on_hold


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"body": "  "}, "Write something, or choose a file."),
        (
            {"body": "See it", "files": SimpleUploadedFile("a.jpg", b"MZ")},
            "not a file we can accept",
        ),
    ],
)
def test_a_refused_message_keeps_the_text_and_changes_nothing(client, db, at, sent, words):
    ticket = stories.received(at, language="en")
    before = effects(ticket)
    answer = client.post(url(ticket, "message"), {"once": key(), **sent})
    assert answer.status_code == 422 and words in text(answer)
    assert sent["body"].strip() in text(answer) and effects(ticket) == before


def test_confirming_once_twice_and_again_later(client, db, at, cast):
    ticket = stories.resolved(at, cast.tang, language="en")
    for once in (key(1), key(1), key(2)):
        answer = client.post(url(ticket, "confirm"), {"cycle": 1, "once": once}, follow=True)
        assert answer.status_code == 200 and "This request is closed" in text(answer)
    assert Ticket.objects.get().status == "confirmed"
    assert TicketEvent.objects.filter(key="ticket.confirmed").count() == 1
    assert "This was done already" in text(answer)


def test_what_is_not_resolved_cannot_be_confirmed(client, db, at, cast):
    ticket = stories.in_progress(at, cast.tang, language="en")
    before = effects(ticket)
    answer = client.post(url(ticket, "confirm"), {"cycle": 1, "once": key()}, follow=True)
    assert "no longer possible" in text(answer) and effects(ticket) == before


def test_not_solved_asks_what_and_reopens_once(client, db, at, cast):
    ticket = stories.resolved(at, cast.tang, language="en")
    path = url(ticket, "not_solved")
    empty = client.post(path, {"not-solved-cycle": 1, "not-solved-once": key(1)})
    assert empty.status_code == 422 and "Say what does not work" in text(empty)
    assert Ticket.objects.get().status == "resolved"
    sent = {"not-solved-cycle": 1, "not-solved-reason": "Still leaks", "not-solved-once": key(1)}
    for _ in range(2):
        client.post(path, {**sent, "not-solved-files": [picture()]})
    row = Ticket.objects.get()
    assert (row.status, row.cycle, row.attachments.count()) == ("in_progress", 2, 1)
    page = text(client.get(url(ticket)))
    assert "Still leaks" in page and "We take it up again" in page


def test_an_old_page_does_not_judge_a_new_result(client, db, at, cast):
    ticket = stories.resolved(at, cast.tang, language="en")
    actions.reopen(ticket, by=CaseHolder(ticket.pk), reason="Still leaks", at=at)
    actions.start(ticket, by=SYSTEM)
    actions.resolve(ticket, by=SYSTEM, result="New hose")
    answer = client.post(url(ticket, "confirm"), {"cycle": 1, "once": key()}, follow=True)
    assert "Something has changed" in text(answer)
    assert Ticket.objects.get().status == "resolved"
    client.post(url(ticket, "confirm"), {"cycle": 2, "once": key()})
    assert Ticket.objects.get().status == "confirmed"


def test_a_confirmed_case_comes_back_for_a_while(client, db, at, cast):
    ticket = stories.confirmed(at, cast.tang, language="en")
    assert "It does not work after all" in text(client.get(url(ticket)))
    old = stories.confirmed(at - timedelta(days=9), cast.tang, language="en")
    assert "It does not work after all" not in text(client.get(url(old)))
    sent = {"not-solved-cycle": 1, "not-solved-reason": "Again", "not-solved-once": key()}
    late = client.post(url(old, "not_solved"), sent, follow=True)
    assert "Make a new request instead" in text(late)
    client.post(url(ticket, "not_solved"), sent)
    states = dict(Ticket.objects.values_list("pk", "status"))
    assert states == {ticket.pk: "in_progress", old.pk: "confirmed"}


def test_cancelling_before_work_starts_and_not_after(client, db, at, cast):
    early, late = stories.received(at, language="en"), stories.in_progress(at, cast.tang)
    Ticket.objects.filter(pk=late.pk).update(language="en")
    assert "Yes, cancel my request" in text(client.get(url(early)))
    assert "Yes, cancel my request" not in text(client.get(url(late)))
    sent = {"cancel-cycle": 1, "cancel-body": "Found the fuse", "cancel-once": key()}
    client.post(url(early, "cancel"), sent)
    refused = client.post(url(late, "cancel"), sent, follow=True)
    assert "Please call us" in text(refused)
    states = dict(Ticket.objects.values_list("pk", "status"))
    assert states == {early.pk: "cancelled", late.pk: "in_progress"}
    assert "Found the fuse" in text(client.get(url(early)))


def test_a_cancelled_case_takes_no_message(client, db, at):
    ticket = stories.cancelled(at, language="en")
    before = effects(ticket)
    answer = client.post(url(ticket, "message"), {"body": "Wait", "once": key()}, follow=True)
    assert "no longer possible" in text(answer) and effects(ticket) == before


def test_writing_to_one_case_is_limited(client, db, at, monkeypatch):
    monkeypatch.setitem(portal.CASE_WRITES, "most", 1)
    ticket = stories.received(at, language="en")
    codes = [
        client.post(url(ticket, "message"), {"body": f"No {n}", "once": key(n)}).status_code
        for n in range(2)
    ]
    assert codes == [302, 429]


def test_the_forms_ask_for_their_token(db, at):
    strict = Client(enforce_csrf_checks=True)
    ticket = stories.received(at)
    for path in (reverse("portal:request"), reverse("portal:find"), url(ticket, "cancel")):
        assert strict.post(path, {}).status_code == 403
