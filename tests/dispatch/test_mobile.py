"""The technician's pages: who gets in, what each verb does, refuses and keeps."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.messaging.models import OutgoingMessage
from tests import stories
from tickets import actions
from tickets.models import Attachment, Ticket, TicketMessage

pytestmark = pytest.mark.django_db
TODAY = "/m/"
RESULT = {
    "cause": "排水泵磨损",
    "remedy": "更换排水泵",
    "test_result": "passed",
    "responsibility": "product",
    "result": "已更换排水泵，请试用。",
}


def page_of(ticket) -> str:
    return f"/m/job/{ticket.number}/"


def send(client, ticket, verb, once="a1", **typed):
    version = Ticket.objects.get(pk=ticket.pk).version
    data = {"version": version, "once": once} | typed
    return client.post(f"{page_of(ticket)}{verb}/", data)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def fresh(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


# --- who gets in ---------------------------------------------------------------------------------


def test_strangers_sign_in_first_and_come_back(client, now, cast):
    ticket = stories.assigned(now, cast.tang)
    response = client.get(page_of(ticket))
    assert response.url == f"/m/login/?next={page_of(ticket)}"
    cast.tang.set_password("demo")
    cast.tang.save()
    response = client.post(response.url, {"username": "tang", "password": "wrong"})
    assert response.status_code == 200
    response = client.post(
        "/m/login/", {"username": "tang", "password": "demo", "next": page_of(ticket)}
    )
    assert response.url == page_of(ticket)
    assert client.post("/m/logout/").url == "/m/login/"
    assert client.get(TODAY).status_code == 302


def test_a_login_never_leads_to_another_site(client, cast):
    cast.tang.set_password("demo")
    cast.tang.save()
    data = {"username": "tang", "password": "demo", "next": "https://evil.example/"}
    assert client.post("/m/login/", data).url == TODAY


@pytest.mark.parametrize("name", ["tang", "tian", "anna", "sun", "hu", "ma", "root"])
def test_people_who_do_jobs_get_in(at_phone, cast, name):
    response = at_phone(getattr(cast, name)).get(TODAY)
    assert response.status_code == 200
    assert "No jobs yet" in text_of(response)


@pytest.mark.parametrize("name", ["deng", "wu", "qian", "an"])
def test_others_are_told_where_to_go(at_phone, now, cast, name):
    ticket = stories.assigned(now, cast.tang)
    for address in (TODAY, page_of(ticket), f"{page_of(ticket)}note/"):
        response = at_phone(getattr(cast, name)).get(address)
        assert response.status_code == 403
        assert "Your role works at the desk." in text_of(response)
        assert 'href="/admin/"' in response.content.decode()


def test_nothing_of_ours_is_kept_by_browsers_or_shown_in_frames(at_phone, now, cast):
    response = at_phone(cast.tang).get(page_of(stories.assigned(now, cast.tang)))
    assert "no-store" in response["Cache-Control"]
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy


# --- what is shown -------------------------------------------------------------------------------


def test_the_day_shows_jobs_with_their_next_step(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tang, requester_address="杭州市文三路1号")
    stories.assigned(now, cast.tian, symptom="别人的活")
    page = text_of(at_phone(cast.tang).get(TODAY))
    for words in ("To accept", "P2", "洗衣机不脱水", "杭州市文三路1号", ticket.number, "Accept"):
        assert words in page
    assert "First response: late by" in page
    assert "别人的活" not in page


def test_the_job_shows_who_where_what_and_the_story(at_phone, now, cast):
    owner = stories.customer()
    facts = {
        "requester_phone": "138 1234 5678",
        "requester_address": "杭州市文三路1号",
        "tried": "换过插座",
    }
    ticket = stories.assigned(now, cast.tang, **facts)
    actions.link(ticket, by=cast.anna, customer=owner, unit=stories.unit(owner))
    actions.message(ticket, by=CaseHolder(ticket.pk), body="水已经关了")
    actions.note(ticket, by=cast.sun, body="请小心狗")
    response = at_phone(cast.tang).get(page_of(ticket))
    html = response.content.decode()
    assert 'href="tel:13812345678"' in html
    assert 'href="geo:0,0?q=%E6%9D%AD' in html
    assert "is-internal" in html
    for words in ("王芳", "SN-0001", "B2601", "换过插座", "水已经关了", "请小心狗"):
        assert words in text_of(response)


def test_a_finished_job_is_masked(at_phone, now, cast):
    ticket = stories.resolved(now, cast.tang, requester_phone="13812345678")
    response = at_phone(cast.tang).get(page_of(ticket))
    assert "138****5678" in text_of(response)
    assert "13812345678" not in response.content.decode()
    assert "tel:" not in response.content.decode()


def test_anothers_job_is_not_there_and_neither_is_none(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tian)
    client = at_phone(cast.tang)
    pages = [client.get(page_of(ticket)), client.get("/m/job/2026-999999-9/")]
    assert [page.status_code for page in pages] == [404, 404]
    assert len({text_of(page).replace(ticket.number, "").strip() for page in pages}) == 1
    assert client.get(f"{page_of(ticket)}note/").status_code == 404
    assert send(client, ticket, "accept").status_code == 404
    assert fresh(ticket).cycles.get().accepted_at is None


def test_a_supervisor_reads_anothers_job_but_does_not_accept_it(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tang)
    client = at_phone(cast.sun)
    assert client.get(page_of(ticket)).status_code == 200
    response = send(client, ticket, "accept")
    assert response.status_code == 403
    assert "Your role does not allow this here." in text_of(response)
    assert fresh(ticket).cycles.get().accepted_at is None


def test_files_are_served_to_those_who_see_the_job(at_phone, now, cast, photo):
    ticket = stories.assigned(now, cast.tang)
    actions.attach(ticket, by=CaseHolder(ticket.pk), files=[photo()])
    key = Attachment.objects.get().file.key
    address = f"{page_of(ticket)}file/{key}/"
    response = at_phone(cast.tang).get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8\xff")
    assert address in at_phone(cast.tang).get(page_of(ticket)).content.decode()
    assert at_phone(cast.tian).get(address).status_code == 404
    other = stories.assigned(now, cast.tang)
    assert at_phone(cast.tang).get(f"{page_of(other)}file/{key}/").status_code == 404


def test_pages_cost_the_same_with_one_job_and_three(
    at_phone, now, cast, photo, django_assert_num_queries, django_assert_max_num_queries
):
    def add():
        ticket = stories.in_progress(now, cast.tang)
        actions.note(ticket, by=cast.sun, body="注意", files=[photo()])
        stories.assigned(now, cast.tang)
        done = stories.in_progress(now, cast.tang)
        actions.resolve(done, by=cast.tang, result="好了", at=timezone.now())
        return ticket

    first = add()
    client = at_phone(cast.tang)
    with django_assert_max_num_queries(12) as one:
        client.get(TODAY)
    with django_assert_max_num_queries(25) as job:
        client.get(page_of(first))
    for _ in range(2):
        add()
        actions.note(first, by=cast.sun, body="又一条", files=[photo()])
    with django_assert_num_queries(len(one)):
        client.get(TODAY)
    with django_assert_num_queries(len(job)):
        client.get(page_of(first))


# --- verbs ---------------------------------------------------------------------------------------


def test_the_way_of_a_job(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tang)
    client = at_phone(cast.tang)
    assert send(client, ticket, "accept", back="today").url == TODAY
    assert "Accepted." in text_of(client.get(TODAY))
    assert send(client, ticket, "start").url == page_of(ticket)
    assert fresh(ticket).status == "in_progress"
    assert send(client, ticket, "hold", reason="parts", body="排水泵周五到").url == page_of(ticket)
    page = text_of(client.get(page_of(ticket)))
    assert "waiting for parts" in page and "Go on, end the hold" in page
    send(client, ticket, "resume", reason="parts")
    assert not fresh(ticket).is_on_hold
    assert send(client, ticket, "resolve", **RESULT).url == TODAY
    ticket = fresh(ticket)
    cycle = ticket.cycles.get()
    assert ticket.status == "resolved"
    assert {name: getattr(cycle, name) for name in RESULT} == RESULT
    assert cycle.resolved_by == cast.tang
    mail = OutgoingMessage.objects.get(template_key="ticket.resolved")
    assert RESULT["result"] in mail.body
    assert "洗衣机不脱水" in text_of(client.get(TODAY))


def test_refusing_needs_a_reason_and_takes_the_job_off_the_list(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tang)
    client = at_phone(cast.tang)
    response = send(client, ticket, "refuse", reason="  ")
    assert response.status_code == 422
    assert fresh(ticket).handler == cast.tang
    assert send(client, ticket, "refuse", reason="当天请假").url == TODAY
    assert fresh(ticket).status == "classified"
    assert "No jobs yet" in text_of(client.get(TODAY))
    assert TicketMessage.objects.get(body="当天请假").audience == "internal"


def test_one_hold_of_several_ends(at_phone, now, cast):
    ticket = stories.in_progress(now, cast.tang)
    for reason in ("parts", "customer"):
        actions.hold(ticket, by=cast.tang, reason=reason)
    client = at_phone(cast.tang)
    page = text_of(client.get(f"{page_of(ticket)}hold/"))
    assert "waiting for approval" in page and "waiting for parts" not in page
    send(client, ticket, "resume", reason="parts")
    assert [h.reason for h in ticket.holds.filter(ended_at=None)] == ["customer"]
    send(client, ticket, "resume", once="a2", reason="")
    assert not fresh(ticket).is_on_hold


def test_the_same_hold_twice_explains_itself(at_phone, now, cast):
    ticket = stories.in_progress(now, cast.tang)
    actions.hold(ticket, by=cast.tang, reason="parts")
    response = send(at_phone(cast.tang), ticket, "hold", reason="parts", body="还没到")
    assert response.status_code == 422
    assert "on hold for this reason already" in text_of(response)
    assert "还没到" in response.content.decode()


def test_a_job_that_does_not_work_yet_is_not_resolved(at_phone, now, cast):
    ticket = stories.in_progress(now, cast.tang)
    response = send(at_phone(cast.tang), ticket, "resolve", **RESULT | {"test_result": "failed"})
    assert response.status_code == 422
    assert "It does not work yet, so the job is not done." in text_of(response)
    assert RESULT["remedy"] in response.content.decode()
    assert fresh(ticket).status == "in_progress"


def test_without_script_the_text_for_the_customer_is_suggested_first(at_phone, now, cast):
    ticket = stories.in_progress(now, cast.tang, language="en")
    client = at_phone(cast.tang)
    response = send(client, ticket, "resolve", **RESULT | {"result": ""})
    assert response.status_code == 422
    suggested = response.context["form"]["result"].value()
    assert suggested.startswith("We have finished the work on your Washing machine.")
    assert "What we did: 更换排水泵" in suggested
    assert fresh(ticket).status == "in_progress"
    send(client, ticket, "resolve", **RESULT | {"result": suggested, "suggested": suggested})
    assert fresh(ticket).cycles.get().result == suggested


def test_the_suggestion_never_overwrites_what_was_edited(at_phone, now, cast):
    ticket = stories.in_progress(now, cast.tang)
    client, address = at_phone(cast.tang), f"{page_of(ticket)}suggestion/"
    first = client.post(address, {"remedy": "换泵", "test_result": "passed", "result": ""})
    words = first.context["field"].value()
    assert "换泵" in words
    typed = {"remedy": "换泵和密封圈", "result": words.replace("\n", "\r\n"), "suggested": words}
    assert "换泵和密封圈" in client.post(address, typed).content.decode()
    typed["result"] = "我自己写的"
    assert client.post(address, typed).status_code == 204
    assert at_phone(cast.tian).post(address, typed).status_code == 404


def test_a_refused_verb_says_why_and_keeps_what_was_typed(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tang)
    client = at_phone(cast.tang)
    sheet = text_of(client.get(page_of(ticket)))
    assert "“Resolve” is not possible: the ticket is assigned." in sheet
    response = send(client, ticket, "resolve", **RESULT)
    assert response.status_code == 409
    assert "is not possible: the ticket is assigned" in text_of(response)
    assert RESULT["result"] in response.content.decode()


def test_the_second_learns_who_was_first_and_keeps_what_was_typed(at_phone, now, cast):
    ticket = stories.in_progress(now, cast.tang)
    shown = ticket.version
    actions.set_priority(ticket, by=cast.sun, priority="P1", reason="有老人")
    client = at_phone(cast.tang)
    typed = RESULT | {"version": shown, "once": "a1"}
    response = client.post(f"{page_of(ticket)}resolve/", typed)
    assert response.status_code == 409
    page = text_of(response)
    assert "In the meantime: Priority changed" in page and "(Sun)" in page
    assert RESULT["result"] in response.content.decode()
    assert fresh(ticket).status == "in_progress"
    version = re.search(r'name="version" value="(\d+)"', response.content.decode())[1]
    assert client.post(f"{page_of(ticket)}resolve/", typed | {"version": version}).url == TODAY
    assert fresh(ticket).status == "resolved"


def test_a_stale_tap_shows_the_job_as_it_is(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tang)
    actions.set_priority(ticket, by=cast.sun, priority="P1", reason="有老人")
    data = {"version": ticket.version - 1, "once": "a1"}
    response = at_phone(cast.tang).post(f"{page_of(ticket)}accept/", data)
    assert response.status_code == 409
    assert "In the meantime: Priority changed" in text_of(response)
    assert fresh(ticket).cycles.get().accepted_at is None


def test_a_form_without_version_counts_as_old(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tang)
    assert at_phone(cast.tang).post(f"{page_of(ticket)}start/").status_code == 409


def test_a_job_taken_away_gives_back_what_was_typed(at_phone, now, cast):
    ticket = stories.in_progress(now, cast.tang)
    actions.assign(ticket, by=cast.sun, handler=cast.tian, at=now)
    response = send(at_phone(cast.tang), ticket, "resolve", **RESULT)
    assert response.status_code == 404
    assert RESULT["result"] in response.content.decode()
    assert fresh(ticket).status == "assigned"


# --- once ----------------------------------------------------------------------------------------


def test_a_phone_that_sends_twice_has_one_effect(at_phone, now, cast):
    ticket = stories.in_progress(now, cast.tang)
    client = at_phone(cast.tang)
    for _ in range(2):
        assert send(client, ticket, "note", body="带梯子").url == page_of(ticket)
    assert TicketMessage.objects.filter(body="带梯子").count() == 1
    data = RESULT | {"version": fresh(ticket).version, "once": "a1"}
    for _ in range(2):
        assert client.post(f"{page_of(ticket)}resolve/", data).url == TODAY
    assert fresh(ticket).events.filter(key="ticket.resolved").count() == 1


def test_a_refusal_sent_twice_is_no_error_though_the_job_is_gone(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tang)
    data = {"version": ticket.version, "once": "a1", "reason": "请假"}
    client = at_phone(cast.tang)
    for _ in range(2):
        assert client.post(f"{page_of(ticket)}refuse/", data).url == TODAY
    assert fresh(ticket).events.filter(key="ticket.refused").count() == 1


def test_another_text_from_the_same_page_is_another_note(at_phone, now, cast):
    ticket = stories.in_progress(now, cast.tang)
    client = at_phone(cast.tang)
    for body in ("带梯子", "带手套"):
        send(client, ticket, "note", body=body)
    assert TicketMessage.objects.filter(body__startswith="带").count() == 2


def test_the_key_of_one_person_is_not_anothers(at_phone, now, cast):
    ticket = stories.in_progress(now, cast.tang)
    for user in (cast.tang, cast.sun):
        send(at_phone(user), ticket, "note", body="带梯子")
    assert TicketMessage.objects.filter(body="带梯子").count() == 2


def test_what_failed_may_be_sent_again(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tang)
    client = at_phone(cast.tang)
    assert send(client, ticket, "resolve", **RESULT).status_code == 409
    actions.start(ticket, by=SYSTEM, at=now)
    assert send(client, ticket, "resolve", **RESULT).url == TODAY


# --- photos --------------------------------------------------------------------------------------


def test_photos_are_kept_for_colleagues(at_phone, now, cast, photo):
    ticket = stories.in_progress(now, cast.tang)
    client = at_phone(cast.tang)
    send(client, ticket, "attach", camera=photo("a.jpg"), files=[photo("b.jpg"), photo("c.jpg")])
    rows = Attachment.objects.filter(ticket=ticket)
    assert [(row.file.name, row.audience) for row in rows] == [
        ("a.jpg", "internal"),
        ("b.jpg", "internal"),
        ("c.jpg", "internal"),
    ]


def test_photos_may_say_what_they_show(at_phone, now, cast, photo):
    ticket = stories.in_progress(now, cast.tang)
    send(at_phone(cast.tang), ticket, "attach", files=[photo()], shows="before", body="漏水处")
    note = TicketMessage.objects.get(author=cast.tang)
    assert (note.body, note.audience) == ("Before the work\n漏水处", "internal")
    assert note.attachments.count() == 1


def test_no_photo_and_no_picture_are_refused(at_phone, now, cast):
    from django.core.files.uploadedfile import SimpleUploadedFile

    ticket = stories.in_progress(now, cast.tang)
    client = at_phone(cast.tang)
    response = send(client, ticket, "attach", body="看这里")
    assert response.status_code == 422
    assert "Take a photo or choose one first." in text_of(response)
    assert "看这里" in response.content.decode()
    disguised = SimpleUploadedFile("plate.jpg", b"<html>", "image/jpeg")
    response = send(client, ticket, "note", body="铭牌", files=[disguised])
    assert response.status_code == 422
    assert "is not a file we can accept" in text_of(response)
    assert not Attachment.objects.exists()


# --- an expired login ----------------------------------------------------------------------------


def test_what_was_typed_survives_an_expired_login(client, now, cast):
    ticket = stories.in_progress(now, cast.tang)
    address = f"{page_of(ticket)}resolve/"
    response = client.post(address, RESULT | {"version": ticket.version, "once": "a1"})
    assert response.url == f"/m/login/?next={address}"
    assert "what you typed comes back" in text_of(client.get(response.url))
    cast.tang.set_password("demo")
    cast.tang.save()
    client.post("/m/login/", {"username": "tang", "password": "demo", "next": address})
    page = client.get(address)
    assert RESULT["result"] in page.content.decode()
    assert page.context["form"]["test_result"].value() == "passed"
    assert RESULT["result"] not in client.get(address).content.decode()
    assert fresh(ticket).status == "in_progress"


def test_a_part_of_a_page_sends_the_whole_page_to_the_login(client):
    response = client.get(TODAY, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, "/m/login/?next=/m/")


# --- odd input -----------------------------------------------------------------------------------


def test_unknown_verbs_are_not_there_and_taps_are_not_links(at_phone, now, cast):
    ticket = stories.assigned(now, cast.tang)
    client = at_phone(cast.tang)
    assert client.get(f"{page_of(ticket)}cancel/").status_code == 404
    assert send(client, ticket, "cancel").status_code == 404
    assert client.get(f"{page_of(ticket)}accept/").url == page_of(ticket)
    assert fresh(ticket).cycles.get().accepted_at is None


@pytest.mark.parametrize("number", ["%00", "abc", "2026-000001-%00", "1" * 300])
def test_odd_numbers_are_no_jobs(at_phone, cast, number):
    client = at_phone(cast.tang)
    assert client.get(f"/m/job/{number}/").status_code == 404
    assert client.post(f"/m/job/{number}/note/", {"body": "x"}).status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"reason": "nonsense"},
        {"reason": "parts", "body": "x" * 501},
        {"reason": "parts", "body": "a\x00b"},
    ],
)
def test_odd_input_is_refused(at_phone, now, cast, typed):
    ticket = stories.in_progress(now, cast.tang)
    assert send(at_phone(cast.tang), ticket, "hold", **typed).status_code == 422
    assert not fresh(ticket).is_on_hold


def test_old_jobs_come_back_when_they_are_reopened(at_phone, now, cast):
    ticket = stories.resolved(now, cast.tang)
    ticket = actions.reopen(
        ticket, by=CaseHolder(ticket.pk), at=now + timedelta(hours=5), reason="还是不脱水"
    )
    client = at_phone(cast.tang)
    assert "Not solved yet, take up again" in text_of(client.get(TODAY))
    assert send(client, ticket, "start").url == page_of(ticket)
    assert fresh(ticket).cycles.get(number=2).started_at
