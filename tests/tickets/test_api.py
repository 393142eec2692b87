"""The door for programs: the same verbs and the same matrix, answers in one shape."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from foundation.accounts.actors import SYSTEM
from foundation.clockwork import limits
from tests import stories
from tests.programs import program
from tickets import actions
from tickets.models import Category, Ticket
from tickets.serializers import INPUTS, NewTicketIn

pytestmark = pytest.mark.django_db
LIST = "/api/v1/tickets/"
NEW = {
    "kind": "fault",
    "symptom": "洗衣机不脱水",
    "requester_name": "王芳",
    "requester_email": "wang@example.com",
}
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS"
    b"\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00"
    b"\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def as_(cast):
    """A program that holds this person's key."""

    def client(name: str) -> APIClient:
        return program(getattr(cast, name))

    return client


def do(client, ticket, verb, data=None, **headers):
    return client.post(f"{LIST}{ticket.number}/{verb}/", data or {}, **headers)


# --- who gets in --------------------------------------------------------------------------------


def test_nobody_without_a_token(client):
    for answer in (client.get(LIST), client.post(LIST, NEW, content_type="application/json")):
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_authenticated"


def test_a_person_who_left_has_no_token_any_more(as_, cast):
    program = as_("sun")
    cast.sun.is_active = False
    cast.sun.save()
    assert program.get(LIST).status_code == 401


def test_a_session_needs_the_csrf_token(cast):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(cast.sun, "django.contrib.auth.backends.ModelBackend")
    assert browser.get(LIST).status_code == 200
    assert browser.post(LIST, NEW).status_code == 403


# --- lists --------------------------------------------------------------------------------------


def test_the_list_shows_what_the_person_sees(as_, cast, now):
    mine = stories.in_progress(now, cast.tang)
    other = stories.received(now)
    shown = {who: numbers(as_(who).get(LIST)) for who in ("tang", "sun", "wu")}
    assert shown == {"tang": [mine.number], "sun": [other.number, mine.number], "wu": []}


def numbers(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


def test_filters(as_, cast, now, later):
    early = stories.in_progress(now, cast.tang)
    late = stories.received(later(days=2), kind="consultation")
    cases = {
        "status=in_progress": [early],
        "status=in_progress&status=received": [late, early],
        "priority=P2": [early],
        "department=technical": [early],
        "category=technical": [early],
        "category=technical-no-start": [early],
        "category=logistics": [],
        "handler=tang": [early],
        "kind=consultation": [late],
        "channel=web": [late, early],
        "channel=phone": [],
        f"number={late.number.replace('-', '')}": [late],
        "received_after=2026-03-11T00:00:00Z": [late],
        "received_before=2026-03-11T00:00:00%2B08:00": [early],
    }
    program = as_("sun")
    for query, expected in cases.items():
        assert numbers(program.get(f"{LIST}?{query}")) == [t.number for t in expected], query


@pytest.mark.parametrize(
    "query",
    ["stauts=received", "status=lost", "received_after=0001-01-01", "received_before=9999-12-31"],
)
def test_a_wrong_filter_is_named_and_not_ignored(as_, query):
    answer = as_("sun").get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [query.partition("=")[0]]


def test_pages_follow_one_another(as_, now):
    tickets = [stories.received(now) for _ in range(3)]
    program = as_("sun")
    first = program.get(f"{LIST}?page_size=2")
    second = program.get(first.json()["next"])
    assert numbers(first) + numbers(second) == [t.number for t in reversed(tickets)]
    assert second.json()["next"] is None


@pytest.mark.parametrize("cursor", ["x", "cD1hYmM=", "cD0xJTAw", "bz05OTk5OTk5OTk5"])
def test_a_cursor_that_was_made_up(as_, now, cursor):
    stories.received(now)
    assert as_("sun").get(LIST, {"cursor": cursor}).status_code in (200, 404)


def test_as_many_queries_for_three_as_for_one(as_, cast, now):
    program, owner = as_("sun"), stories.customer()

    program.get(LIST)  # the first use is noted

    def measured(more: int) -> int:
        for _ in range(more):
            ticket = stories.in_progress(now, cast.tang)
            actions.link(ticket, by=SYSTEM, at=now, customer=owner)
            actions.message(ticket, by=cast.sun, at=now, body="您好")
        with CaptureQueriesContext(connection) as seen:
            assert len(numbers(program.get(LIST))) in (1, 3)
        return len(seen)

    assert measured(1) == measured(2) <= 12


def test_a_story_costs_as_much_long_as_short(as_, cast, now):
    program, ticket = as_("sun"), stories.in_progress(now, cast.tang)
    program.get(LIST)

    def measured() -> int:
        actions.note(ticket, by=cast.sun, at=now, body="x", files=[("a.png", PNG)])
        actions.plan(
            ticket, by=cast.ma, at=now, methods=["remote"], finish_at=now + timedelta(days=1),
            change_reason="缺件",
        )  # fmt: skip
        with CaptureQueriesContext(connection) as seen:
            assert program.get(f"{LIST}{ticket.number}/").status_code == 200
        return len(seen)

    assert measured() == measured() == measured() <= 25


# --- create -------------------------------------------------------------------------------------


def test_create(as_):
    answer = as_("anna").post(LIST, NEW | {"product": stories.product().code})
    assert answer.status_code == 201
    ticket = Ticket.objects.get()
    assert answer.json()["number"] == ticket.number
    assert answer["Location"] == f"{LIST}{ticket.number}/"
    assert answer["ETag"] == f'"{ticket.version}"'
    assert (ticket.channel, ticket.product.code) == ("api", "WM-800")


def test_create_for_a_known_customer(as_):
    owner = stories.customer()
    unit = stories.unit(owner)
    answer = as_("anna").post(LIST, NEW | {"customer": owner.pk, "unit": unit.pk})
    assert answer.json()["customer"]["name"] == "王芳"
    assert answer.json()["unit"]["serial"] == "SN-0001"
    stranger = stories.customer("李四", "li@example.com")
    wrong = as_("anna").post(LIST, NEW | {"customer": stranger.pk, "unit": unit.pk})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["unit"])


def test_create_with_a_photo(as_):
    photo = SimpleUploadedFile("a.png", PNG, "image/png")
    answer = as_("anna").post(LIST, NEW | {"files": [photo]}, format="multipart")
    assert [f["name"] for f in answer.json()["files"]] == ["a.png"]
    page = SimpleUploadedFile("a.png", b"<html>", "image/png")
    refused = as_("anna").post(LIST, NEW | {"files": [page]}, format="multipart")
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["files"])
    assert Ticket.objects.count() == 1


def test_what_is_wrong_is_told_by_field(as_):
    answer = as_("anna").post(LIST, {"kind": "strange", "symptom": " ", "bought_on": "tomorrow"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert set(answer.json()["fields"]) == {"kind", "symptom", "bought_on"}
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("who", ["tang", "deng", "wu", "qian", "an"])
def test_create_is_refused_to(as_, who):
    answer = as_(who).post(LIST, NEW)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert not Ticket.objects.exists()


def test_the_same_key_and_request_have_one_effect(as_):
    program = as_("anna")
    first = program.post(LIST, NEW, HTTP_IDEMPOTENCY_KEY="order-17")
    again = program.post(LIST, NEW, HTTP_IDEMPOTENCY_KEY="order-17")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = program.post(LIST, NEW | {"symptom": "漏水"}, HTTP_IDEMPOTENCY_KEY="order-17")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Ticket.objects.count() == 1


def test_a_refused_request_does_not_use_up_its_key(as_):
    program = as_("anna")
    assert program.post(LIST, {}, HTTP_IDEMPOTENCY_KEY="k").status_code == 400
    assert program.post(LIST, NEW, HTTP_IDEMPOTENCY_KEY="k").status_code == 201


def test_keys_belong_to_a_person(as_):
    assert as_("anna").post(LIST, NEW, HTTP_IDEMPOTENCY_KEY="k").status_code == 201
    assert as_("sun").post(LIST, NEW, HTTP_IDEMPOTENCY_KEY="k").status_code == 201
    assert Ticket.objects.count() == 2


def test_a_key_nobody_can_read_is_refused(as_):
    answer = as_("anna").post(LIST, NEW, HTTP_IDEMPOTENCY_KEY="a b")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["Idempotency-Key"])


# --- read ---------------------------------------------------------------------------------------


def test_read_tells_the_whole_story(as_, cast, now, later):
    ticket = stories.in_progress(now, cast.tang)
    actions.hold(ticket, by=SYSTEM, at=later(hours=1), reason="parts")
    actions.plan(ticket, by=SYSTEM, at=later(hours=1), methods=["onsite"], finish_at=later(days=1))
    actions.note(ticket, by=cast.tang, at=later(hours=1), body="要带排水泵")
    story = as_("sun").get(f"{LIST}{ticket.number}/").json()
    assert [step["state"] for step in story["path"]] == ["done"] * 3 + ["now"] + ["ahead"] * 2
    assert "first-response" in {promise["key"] for promise in story["promises"]}
    assert all(promise["due_at"] and promise["state"] for promise in story["promises"])
    assert [hold["reason"] for hold in story["holds"]] == ["parts"]
    assert story["plan"]["methods"] == ["onsite"]
    assert story["cycles"][0]["started_at"] is not None
    assert [m["body"] for m in story["messages"] if m["audience"] == "internal"][-1] == "要带排水泵"
    assert story["requester"]["email"] == "wang@example.com"
    assert story["handler"] == {"username": "tang", "name": "Tang"}


def test_personal_data_is_masked_for_those_who_need_it_not(as_, cast, now):
    ticket = stories.received(now, symptom="不脱水，请打 13812345678 或写 wang@example.com")
    actions.link(ticket, by=SYSTEM, at=now, customer=stories.customer("王小明"))
    actions.message(ticket, by=SYSTEM, at=now, body="已致电 13812345678")
    for who in ("an", "qian"):
        text = as_(who).get(f"{LIST}{ticket.number}/").content.decode()
        text += as_(who).get(LIST).content.decode()
        assert "13812345678" not in text and "wang@example.com" not in text
        assert "王小明" not in text and "王芳" not in text
        assert "138****5678" in text
    assert "王小明" in as_("sun").get(LIST).content.decode()


def test_a_ticket_nobody_showed_is_not_there(as_, cast, now):
    ticket = stories.received(now)
    for number in (ticket.number, "2026-999999-9", "x", "%00"):
        answer = as_("tang").get(f"{LIST}{number}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), number
    assert do(as_("tang"), ticket, "note", {"body": "x"}).status_code == 404


# --- verbs --------------------------------------------------------------------------------------


def test_every_verb_has_its_address_and_typed_input():
    for key in actions.VERBS:
        assert reverse(f"api:{key}", args=["2026-000001-7"]).endswith(f"/{key}/")
    assert set(INPUTS) < set(actions.VERBS)


PAID = {"payer": "customer"}


def test_a_whole_life(as_, cast):
    sun, tang = as_("sun"), as_("tang")
    made = as_("anna").post(LIST, NEW | {"product": stories.product().code}).json()
    ticket = Ticket.objects.get(number=made["number"])
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    steps = [
        (as_("anna"), "take", {}),
        (as_("anna"), "amend", {"impact": "unusable", "began": "昨天"}),
        (as_("anna"), "link", {"customer": stories.customer().pk}),
        (as_("anna"), "register", {}),
        (sun, "classify", {"category": "technical-no-start", "priority": "P2"}),
        (sun, "set_priority", {"priority": "P1", "reason": "孕妇在家"}),
        (sun, "assign", {"handler": "tang", "contact": "anna"}),
        (tang, "accept", {}),
        (sun, "plan", {"methods": ["onsite"], "finish_at": tomorrow, "cost": "80.5"} | PAID),
        (as_("ma"), "reject_plan", {"reason": "带上备件"}),
        (tang, "plan", {"methods": ["onsite"], "finish_at": tomorrow, "change_reason": "备件"}),
        (as_("ma"), "approve_plan", {}),
        (sun, "plan", {"methods": ["refund"], "finish_at": tomorrow, "change_reason": "缺件"}),
        (as_("ma"), "approve_plan", {}),
        (sun, "decline_plan", {"plan": 3, "how": "phone", "body": "不退"}),
        (tang, "plan", {"methods": ["exchange"], "finish_at": tomorrow, "change_reason": "换"}),
        (as_("ma"), "approve_plan", {}),
        (as_("anna"), "accept_plan", {"how": "wechat"}),
        (tang, "start", {}),
        (tang, "hold", {"reason": "parts", "body": "等排水泵"}),
        (tang, "resume", {"reason": "parts"}),
        (tang, "note", {"body": "换泵"}),
        (sun, "message", {"body": "师傅已上门"}),
        (sun, "send_link", {}),
        (tang, "resolve", {"result": "已更换排水泵", "cause": "泵坏", "remedy": "换泵"}),
        (sun, "reopen", {"reason": "又不脱水"}),
        (tang, "start", {}),
        (tang, "resolve", {"result": "已更换主板"}),
        (sun, "confirm", {}),
        (sun, "revoke_link", {}),
    ]
    for client, verb, data in steps:
        answer = do(client, ticket, verb, data)
        assert answer.status_code == 200, (verb, answer.content.decode())
    story = sun.get(f"{LIST}{ticket.number}/").json()
    assert (story["status"], story["cycle"], story["priority"]) == ("confirmed", 2, "P1")
    assert story["cycles"][0]["cause"] == "泵坏"
    plan = Ticket.objects.get(pk=ticket.pk).plans.first()
    assert (plan.version, plan.approval, plan.acceptance) == (4, "yes", "yes")
    assert (plan.answered_how, plan.decided_by.username) == ("wechat", "ma")


def test_answer_cancel_restore_and_refuse(as_, cast, now):
    question = stories.received(timezone.now(), kind="consultation")
    usage = Category.objects.filter(parent__key="consultation").first()
    answer = {"body": "每月一次", "category": usage.key}
    assert do(as_("anna"), question, "answer", answer).json()["status"] == "resolved"
    other = stories.received(timezone.now())
    cancelled = do(as_("sun"), other, "cancel", {"reason": "duplicate", "body": "同一台"})
    assert cancelled.json()["status"] == "cancelled"
    assert do(as_("sun"), other, "restore").json()["status"] == "received"
    given = stories.assigned(timezone.now(), cast.tang)
    refused = do(as_("tang"), given, "refuse", {"reason": "休假"})
    assert (refused.status_code, refused.json()["handler"]) == (200, None)


def test_a_file_is_attached(as_, now):
    ticket = stories.received(now)
    photo = SimpleUploadedFile("a.png", PNG, "image/png")
    answer = as_("anna").post(
        f"{LIST}{ticket.number}/attach/", {"files": [photo], "public": True}, format="multipart"
    )
    assert [(f["name"], f["audience"]) for f in answer.json()["files"]] == [("a.png", "public")]


def test_what_the_state_does_not_allow_is_refused_with_code_and_words(as_, now):
    ticket = stories.received(now)
    answer = do(as_("sun"), ticket, "assign", {"handler": "tang"})
    assert (answer.status_code, answer.json()["code"]) == (409, "state")
    assert answer.json()["detail"] == "“Assign” is not possible: the ticket is received."


def test_words_come_in_the_language_asked_for(as_, now):
    ticket = stories.received(now)
    program = as_("sun")
    english = do(program, ticket, "assign", {"handler": "tang"}, HTTP_ACCEPT_LANGUAGE="en")
    chinese = do(program, ticket, "assign", {"handler": "tang"}, HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert english["Content-Language"] == "en" and chinese["Content-Language"] == "zh-hans"


def test_what_the_role_does_not_allow_is_refused(as_, cast, now):
    ticket = stories.registered(now)
    data = {"category": "technical-no-start", "priority": "P2"}
    answer = do(as_("an"), ticket, "classify", data)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_fields_of_a_verb_are_checked(as_, now):
    ticket = stories.registered(now)
    answer = do(as_("sun"), ticket, "classify", {"category": "no-such", "priority": "P9"})
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {"category", "priority"})
    unexplained = {"category": "technical-no-start", "priority": "P1"}
    answer = do(as_("sun"), ticket, "classify", unexplained)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["reason"])


def test_who_comes_second_learns_who_did_what(as_, cast, now):
    ticket = stories.classified(now)
    read = as_("sun").get(f"{LIST}{ticket.number}/")
    assert do(as_("hu"), ticket, "assign", {"handler": "tang"}).status_code == 200
    stale = do(as_("sun"), ticket, "assign", {"handler": "tian"}, HTTP_IF_MATCH=read["ETag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert "Assigned to Tang (Hu)" in stale.json()["detail"]
    assert Ticket.objects.get().handler == cast.tang
    fresh = as_("sun").get(f"{LIST}{ticket.number}/")["ETag"]
    again = do(as_("sun"), ticket, "assign", {"handler": "tian"}, HTTP_IF_MATCH=fresh)
    assert again.json()["handler"]["username"] == "tian"


def test_a_version_nobody_can_read_is_refused(as_, now):
    ticket = stories.classified(now)
    answer = do(as_("sun"), ticket, "assign", {"handler": "tang"}, HTTP_IF_MATCH="seven")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["If-Match"])


def test_a_message_is_said_once_per_key(as_, now):
    ticket = stories.received(now)
    program = as_("anna")
    for _ in range(2):
        said = do(program, ticket, "message", {"body": "您好"}, HTTP_IDEMPOTENCY_KEY="m1")
        assert said.status_code == 200
    assert ticket.messages.count() == 1


def test_the_verbs_tell_what_is_possible_and_why_not(as_, cast, now):
    ticket = stories.received(now)
    rows = {r["verb"]: r for r in as_("sun").get(f"{LIST}{ticket.number}/verbs/").json()}
    assert rows["register"]["allowed"] and rows["register"]["why"] is None
    assert (rows["classify"]["allowed"], rows["classify"]["code"]) == (False, "not_registered")
    assert "registration" in rows["classify"]["why"]
    assert "classify" not in {
        r["verb"] for r in as_("qian").get(f"{LIST}{ticket.number}/verbs/").json()
    }


# --- limits, noise, papers ----------------------------------------------------------------------


def test_too_many_requests_are_told_when_to_come_again(as_, settings):
    settings.API_WRITE_RATE = "2/min"
    program = as_("anna")
    answers = [program.post(LIST, NEW) for _ in range(3)]
    assert [a.status_code for a in answers] == [201, 201, 429]
    assert answers[2].json()["code"] == "throttled" and int(answers[2]["Retry-After"]) > 0
    assert program.get(LIST).status_code == 200


NOISE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["fault", "P1", "technical-no-start", "tang", "parts", "\x00", "\ud800"])
    | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def raw(value) -> bytes:
    return json.dumps(value).encode()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_noise_is_refused_and_never_breaks_anything(as_, now, data):
    limits.forget()
    client, ticket = as_("root"), Ticket.objects.first() or stories.registered(now)
    verb = data.draw(st.sampled_from([*INPUTS, ""]))
    form = INPUTS.get(verb, NewTicketIn)
    names = list(form().get_fields())
    body = data.draw(st.dictionaries(st.sampled_from(names), NOISE) | NOISE)
    address = f"{LIST}{ticket.number}/{verb}/" if verb else LIST
    answer = client.post(address, raw(body), content_type="application/json")
    assert answer.status_code in (200, 201, 400, 403, 409), (verb, body, answer.content)
    answer.json()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[1]", b"null", b'"x"', b"[" * 9999])
def test_a_body_that_is_no_object(as_, body):
    answer = as_("anna").post(LIST, body, content_type="application/json")
    assert answer.status_code == 400
    assert as_("anna").post(LIST, body, content_type="text/plain").status_code in (400, 415)


def test_the_schema_is_complete(tmp_path):
    path = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(path))
    assert path.read_text().count("operationId: ") > len(actions.VERBS) + 4


def test_the_docs_page_works_under_the_policy(client):
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert b"swagger-ui" in page.content and b"cdn" not in page.content
    policy = page["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy and "unsafe-eval" not in policy
    assert client.get("/api/schema/").status_code == 200
