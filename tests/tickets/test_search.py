"""Tickets are found by whoever may see them, and by personal data only where they may see it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers import actions as customers
from foundation.accounts.actors import SYSTEM
from foundation.search import actions as search
from foundation.search.models import Refresh
from foundation.search.queries import candidates, everywhere, find
from tests import stories
from tickets import actions
from tickets.models import Category, TicketDocument

ASKED_BY_WORDS = ["脱水", "水", "WM-800", "wm800", "洗衣机 脱水", "滚筒洗衣机", "washing machine"]
ASKED_BY_PERSON = [
    "王芳", "王", "13812345678", "138 1234 5678", "+86 138-1234-5678", "5678", "wang@example.com",
    "wang", "文三路",
]  # fmt: skip


@pytest.fixture
def ticket(cast, now):
    return stories.received(
        now,
        symptom="王芳的洗衣机不脱水，请打13812345678或写到wang@example.com",
        requester_phone="138 1234 5678",
        requester_address="杭州市文三路1号",
        serial_text="SN-2026-0001",
        order_number="D20260309-77",
    )


def found(user, text) -> list[int]:
    return [hit.pk for hit in find("tickets", user, text, loosely=False).hits]


@pytest.mark.parametrize("asked", [*ASKED_BY_WORDS, *ASKED_BY_PERSON, "sn20260001", "d2026030977"])
def test_a_supervisor_finds_it(cast, ticket, asked):
    assert found(cast.sun, asked) == [ticket.pk]
    assert candidates("tickets", cast.sun, asked) == ([ticket.pk], False)


@pytest.mark.parametrize("name", ["qian", "an"])
def test_masked_roles_find_by_words_and_not_by_the_person(cast, ticket, name):
    user = getattr(cast, name)
    for asked in [*ASKED_BY_WORDS, ticket.number, "SN-2026-0001", "D20260309-77"]:
        assert found(user, asked) == [ticket.pk], asked
    for asked in [*ASKED_BY_PERSON, "1381234", "请打 5678"]:
        assert found(user, asked) == [], asked


@pytest.mark.parametrize("name", ["qian", "an"])
def test_a_known_address_in_the_words_is_neither_found_nor_shown(cast, now, name):
    user, place = getattr(cast, name), "浙江省杭州市文三路99号3幢501室"
    stories.received(now, symptom=f"漏水，请到{place}来看", requester_address=place)
    assert found(cast.sun, "文三路99号") and not found(user, "文三路") and not found(user, "501室")
    (hit,) = find("tickets", user, "漏水").hits
    told = "".join(words for words, _is_hit in hit.excerpt)
    assert "文三路" not in told and "浙江省杭州市****" in told


@pytest.mark.parametrize("name", ["qian", "an"])
def test_what_masked_roles_find_is_masked(cast, ticket, name):
    (hit,) = find("tickets", getattr(cast, name), "脱水").hits
    shown = str(hit)
    for secret in ("王芳", "13812345678", "wang@example.com", "文三路"):
        assert secret not in shown
    assert ("脱水", True) in hit.excerpt


def test_the_warehouse_finds_no_ticket(cast, ticket):
    assert found(cast.wu, "脱水") == [] and found(cast.wu, ticket.number) == []
    assert everywhere(cast.wu, "脱水") == []


def test_a_technician_finds_their_own_jobs_and_the_person_while_they_are_open(cast, now):
    mine = stories.in_progress(now, cast.tang)
    stories.in_progress(now, cast.tian)
    assert found(cast.tang, "脱水") == found(cast.tang, "王芳") == [mine.pk]
    actions.resolve(mine, by=cast.tang, at=now + timedelta(hours=1), result="好了")
    assert found(cast.tang, "脱水") == [mine.pk]
    assert found(cast.tang, "王芳") == []


def test_an_agent_finds_what_is_at_intake_and_not_anothers(cast, now, ticket):
    anothers = stories.in_progress(now, cast.tang, contact=cast.sun)
    assert found(cast.anna, "脱水") == [ticket.pk]
    assert found(cast.anna, anothers.number) == []
    assert set(found(cast.sun, "脱水")) == {ticket.pk, anothers.pk}


def test_a_head_finds_what_is_the_departments(cast, now, ticket):
    theirs = stories.classified(now)
    assert found(cast.hu, "脱水") == [theirs.pk]


def test_the_number_named_comes_first_then_the_newest(cast, now, later):
    old = stories.received(now)
    new = stories.received(later(hours=1), symptom=f"同 {old.number} 一样，也不脱水")
    last = stories.received(later(hours=2))
    assert found(cast.sun, old.number) == [old.pk, new.pk]
    assert found(cast.sun, old.number.replace("-", " ")) == [old.pk, new.pk]
    assert found(cast.sun, "脱水") == [last.pk, new.pk, old.pk]


def test_some_of_the_words_where_none_holds_all(cast, ticket):
    one = find("tickets", cast.sun, "洗衣机不脱水怎么办啊")
    assert [hit.pk for hit in one.hits] == [ticket.pk] and one.is_loose
    assert find("tickets", cast.sun, "冰箱 结冰").hits == []


def words_of(ticket) -> list[str]:
    return TicketDocument.objects.get(subject=ticket).tokens


def test_what_is_said_and_done_is_found_at_once(cast, now, later):
    ticket = stories.in_progress(now, cast.tang)
    actions.note(ticket, by=cast.tang, at=later(hours=1), body="已订购电机")
    assert found(cast.sun, "订购电机") == [ticket.pk]
    actions.message(ticket, by=cast.sun, at=later(hours=1), body="明天上门")
    assert found(cast.sun, "明天上门") == [ticket.pk]
    actions.resolve(ticket, by=cast.tang, at=later(hours=2), result="换了皮带", cause="皮带断裂")
    assert found(cast.sun, "断裂") == found(cast.sun, "换了皮带") == [ticket.pk]
    (hit,) = find("tickets", cast.sun, "订购电机").hits
    assert ("订购电机", True) in hit.excerpt


def test_corrected_words_are_no_longer_found(cast, ticket, later):
    actions.amend(ticket, by=cast.sun, at=later(hours=1), facts={"symptom": "冰箱不制冷"})
    assert found(cast.sun, "制冷") == [ticket.pk] and found(cast.sun, "脱水") == []


def test_a_linked_customer_and_unit_are_found(cast, ticket, later):
    owner = stories.customer("杭州大光明电器有限公司", "info@light.example")
    unit = stories.unit(owner, "XY-9")
    actions.link(ticket, by=cast.sun, at=later(hours=1), customer=owner, unit=unit)
    assert found(cast.sun, "大光明") == found(cast.sun, "xy9") == [ticket.pk]
    assert found(cast.qian, "大光明") == [] and found(cast.qian, "xy9") == [ticket.pk]


def test_what_is_renamed_elsewhere_follows_within_the_minute(cast, ticket, later):
    owner = customers.record_customer(name="李雷", phone="13912345670", by=SYSTEM)
    actions.link(ticket, by=cast.sun, at=later(hours=1), customer=owner)
    customers.change_customer(owner, name="韩梅梅", by=cast.sun, at=later(hours=2))
    product = ticket.product
    product.name_zh = "波轮机"
    product.save()
    category = Category.objects.get(key="technical-no-start")
    assert found(cast.sun, "韩梅梅") == []
    swept(later)
    assert found(cast.sun, "韩梅梅") == found(cast.sun, "波轮") == [ticket.pk]
    assert found(cast.sun, "李雷") == []
    actions.register(ticket, by=SYSTEM, at=later(hours=3))
    actions.classify(
        ticket, by=cast.sun, at=later(hours=3), category=category, priority="P2", reason="所以"
    )
    category.name_zh = "完全不转"
    category.save()
    swept(later)
    assert found(cast.sun, "完全不转") == [ticket.pk]


def swept(later):
    search.sweep(max(timezone.now(), later(days=1)))
    search.sweep(max(timezone.now(), later(days=1)))
    assert not Refresh.objects.exists()


def test_a_refused_verb_leaves_the_document_as_it_was(cast, ticket, later):
    before = words_of(ticket)
    with pytest.raises(Exception, match="Tell us"):
        actions.amend(ticket, by=cast.sun, at=later(hours=1), facts={"symptom": " "})
    assert words_of(ticket) == before


def test_a_new_tickets_document_is_what_reading_it_again_gives(cast, now):
    owner = stories.customer()
    ticket = actions.receive(
        by=cast.sun,
        channel="phone",
        customer=owner,
        unit=stories.unit(owner),
        facts={"symptom": "漏水", "kind": "fault"},
        at=now,
    )
    before = words_of(ticket)
    search.index("tickets", [ticket.pk])
    assert words_of(ticket) == before


def queries_of(work) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def test_finding_and_indexing_three_takes_the_queries_of_one(cast, later):
    owner = stories.customer()

    def one(hour):
        at, facts = later(hours=hour), {"symptom": "漏水", "kind": "fault"}
        row = actions.receive(by=cast.sun, channel="phone", customer=owner, facts=facts, at=at)
        actions.note(row, by=cast.sun, at=at, body="已订购电机")
        return row.pk

    def look():
        return queries_of(lambda: find("tickets", cast.qian, "电机"))

    def write():
        return queries_of(lambda: search.index("tickets", pks))

    pks = [one(0)]
    look()
    shown, written = look(), write()
    pks += [one(1), one(2)]
    assert (look(), write()) == (shown, written)
    assert shown <= 6 and written <= 8


def test_a_number_typed_at_the_desk_leads_to_the_ticket(client, cast, ticket):
    client.force_login(cast.sun)
    answer = client.get(reverse("admin:search"), {"q": ticket.number})
    assert answer.url == reverse("admin:tickets_alltickets_change", args=[ticket.pk])
    client.force_login(cast.wu)
    answer = client.get(reverse("admin:search"), {"q": ticket.number})
    assert answer.status_code == 200 and "Nothing found" in answer.content.decode()
