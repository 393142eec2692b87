"""The page of results and the list under the box."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.search import queries
from tests import stories

PAGE = "/admin/search/"


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.sun)
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_the_box_is_on_every_page_of_the_desk(desk, cast, now):
    ticket = stories.received(now)
    for address in (
        reverse("admin:index"),
        reverse("admin:tickets_alltickets_changelist"),
        reverse("admin:tickets_alltickets_change", args=[ticket.pk]),
        reverse("admin:customers_customer_changelist"),
        reverse("admin:customers_customer_add"),
        reverse("admin:tickets_intake_add"),
        PAGE,
    ):
        page = text(desk.get(address))
        assert page.count('id="search-words"') == 1, address
        assert "search/search.js" in page


def test_before_anything_is_typed_the_page_teaches(desk):
    page = text(desk.get(PAGE))
    assert "last four digits" in page and "Nothing found" not in page


def test_results_by_kind_with_what_was_found_marked(desk, now):
    owner = stories.customer("王脱水")
    stories.unit(owner)
    ticket = stories.received(now)
    page = text(desk.get(PAGE, {"q": "脱水"}))
    assert "不<mark>脱水</mark>" in page and "王<mark>脱水</mark>" in page
    assert ticket.number in page and "state-received" in page and "priority-" in page
    assert page.index("kind-tickets") < page.index("kind-customers")


def test_one_hit_is_opened_and_two_are_shown(desk, now):
    ticket = stories.received(now)
    address = reverse("admin:tickets_alltickets_change", args=[ticket.pk])
    assert desk.get(PAGE, {"q": "脱水"}).url == address
    stories.received(now + timedelta(hours=1))
    assert desk.get(PAGE, {"q": "脱水"}).status_code == 200
    assert desk.get(PAGE, {"q": ticket.number}).url == address


def test_some_of_the_words_are_said_to_be_some(desk, now):
    stories.received(now)
    page = text(desk.get(PAGE, {"q": "脱水 漏油"}))
    assert "This holds some of them" in page and "<mark>脱水</mark>" in page
    assert "Nothing found for" in text(desk.get(PAGE, {"q": "漏油"}))


def test_more_of_a_kind_page_by_page_until_it_stops(desk, now, monkeypatch):
    for n in range(60):
        stories.received(now + timedelta(minutes=n))
    page = text(desk.get(PAGE, {"q": "脱水"}))
    assert "?q=%E8%84%B1%E6%B0%B4&amp;kind=tickets" in page
    pages = [desk.get(PAGE, {"q": "脱水", "kind": "tickets", "page": n}) for n in (1, 2, 3, 4)]
    counts = [text(one).count('class="row-link"') for one in pages]
    assert counts == [25, 25, 10, 0]
    assert "That was everything" in text(pages[3]) and 'rel="next"' not in text(pages[2])
    monkeypatch.setattr(queries, "MOST", 40)
    pages = [text(desk.get(PAGE, {"q": "脱水", "kind": "tickets", "page": n})) for n in (1, 2, 3)]
    assert [one.count('class="row-link"') for one in pages] == [25, 15, 0]
    assert "The newest 40 are shown" in pages[1] and 'rel="next"' not in pages[1]


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "٣", ""])
@pytest.mark.parametrize("kind", ["tickets", "nonsense", ""])
def test_odd_addresses_are_answered(desk, now, page, kind):
    stories.received(now)
    stories.received(now)
    answer = desk.get(PAGE, {"q": "脱水", "kind": kind, "page": page})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "q", ["\x00", "' OR 1=1 --", '"*', "脱" * 5000, "<script>alert(1)</script>", "😀"]
)
def test_odd_questions_are_answered_and_shown_as_text(desk, now, q):
    stories.received(now)
    for part in ("", "quick"):
        answer = desk.get(PAGE, {"q": q, "part": part})
        assert answer.status_code == 200 and "<script>alert" not in text(answer)


def test_the_list_while_typing_is_a_fragment(desk, now):
    ticket = stories.received(now)
    page = text(desk.get(PAGE, {"q": "脱水", "part": "quick"}))
    assert "<html" not in page and f"hit-tickets-{ticket.pk}" in page
    assert text(desk.get(PAGE, {"q": "", "part": "quick"})).strip() == ""
    assert "some of the words" in text(desk.get(PAGE, {"q": "漏油", "part": "quick"}))


def test_hits_are_shown_as_text(desk, now):
    stories.received(now, symptom="脱水 <b onclick=x>bold</b>")
    stories.received(now)
    assert "<b onclick" not in text(desk.get(PAGE, {"q": "脱水"}))


def test_each_role_gets_its_page_and_nobody_without_a_desk(client, cast, now):
    stories.received(now)
    stories.received(now)
    for name in ("anna", "sun", "hu", "ma", "deng", "wu", "qian", "an", "root"):
        client.force_login(getattr(cast, name))
        answer = client.get(PAGE, {"q": "脱水"})
        assert answer.status_code == 200
        found = "不<mark>脱水</mark>" in text(answer)
        assert found == (name in ("anna", "sun", "ma", "qian", "an", "root")), name
        if name in ("qian", "an"):
            assert "王芳" not in text(answer)
    client.force_login(cast.tang)
    assert client.get(PAGE, {"q": "脱水"}).status_code == 302


def test_a_page_of_many_takes_the_queries_of_a_page_of_two(desk, now):
    for n in range(2):
        stories.received(now + timedelta(minutes=n))

    def count(**asked):
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(PAGE, {"q": "脱水", **asked}).status_code == 200
        return len(seen)

    count()
    before = count(), count(part="quick"), count(kind="tickets")
    for n in range(3, 6):
        stories.received(now + timedelta(minutes=n))
    assert (count(), count(part="quick"), count(kind="tickets")) == before
