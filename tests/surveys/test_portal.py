"""The customer's pages, as a browser, a mail scanner and a stranger meet them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from care.models import Callback
from foundation.accounts.actors import SYSTEM
from surveys import queries
from surveys.models import Answer, Invitation
from tickets import actions as tickets
from tickets.models import Ticket, TicketEvent

pytestmark = pytest.mark.django_db

GOOD = {"q-timeliness": 5, "q-professionalism": 5, "q-effect": 5, "q-overall": 5, "q-recommend": 10}


@pytest.fixture
def page(fresh):
    token = queries.token_of(fresh)
    return lambda name="survey": reverse(f"surveys:{name}", args=[token])


@pytest.fixture
def browser(client):
    """A customer who chose English."""
    client.cookies["django_language"] = "en"
    return client


def state(invitation) -> tuple:
    row = Invitation.objects.get(pk=invitation.pk)
    return row.is_solved, row.answered_at is not None, row.ticket.status


def test_a_mail_scanner_that_opens_everything_records_nothing(browser, page, fresh):
    events = TicketEvent.objects.count()
    for name in ("survey", "not_solved"):
        for _time in range(3):
            assert browser.get(page(name), {"q-overall": 1, "what": "x"}).status_code == 200
            assert browser.head(page(name)).status_code == 200
    for name in ("solved", "keep", "finish"):
        assert browser.get(page(name), GOOD).status_code == 405
    assert state(fresh) == (None, False, "resolved")
    assert (Answer.objects.count(), TicketEvent.objects.count()) == (0, events)
    before = {k: v for k, v in vars(fresh).items() if not k.startswith("_")}
    after = {k: v for k, v in vars(Invitation.objects.get()).items() if not k.startswith("_")}
    assert before == after


def test_solved_five_taps_and_a_sentence(browser, page, fresh):
    assert "Is it solved?" in browser.get(page()).text
    assert "How did it go?" in browser.post(page("solved"), follow=True).text
    assert state(fresh) == (True, False, "confirmed")
    for name, value in GOOD.items():
        assert "Kept" in browser.post(page("keep"), {name: value}).text
    assert Answer.objects.count() == 5
    shown = browser.get(page()).text
    assert shown.count("checked") == 5
    answer = browser.post(page("finish"), GOOD | {"q-comment": "很好"}, follow=True)
    assert "Thank you" in answer.text
    assert state(fresh) == (True, True, "confirmed")
    assert queries.given(fresh)["comment"] == "很好"
    assert not Callback.objects.exists()


def test_without_scripts_it_is_one_form(browser, page, fresh):
    browser.post(page("solved"))
    browser.post(page("finish"), GOOD)
    assert state(fresh) == (True, True, "confirmed")
    assert Answer.objects.count() == 5


def test_not_solved_asks_what_and_reopens_once(browser, page, fresh):
    assert "What does not work?" in browser.get(page("not_solved")).text
    empty = browser.post(page("not_solved"), {"what": " "})
    assert (empty.status_code, "Say what does not work" in empty.text) == (422, True)
    assert state(fresh) == (None, False, "resolved")
    for _tab in range(2):
        answer = browser.post(page("not_solved"), {"what": "还是不脱水"}, follow=True)
        assert "taken your request up again" in answer.text
    assert state(fresh) == (False, True, "in_progress")
    assert Ticket.objects.get().messages.filter(body="还是不脱水").count() == 1


def test_a_low_score_is_told_who_calls(browser, page, fresh):
    browser.post(page("solved"))
    answer = browser.post(page("finish"), GOOD | {"q-overall": 2}, follow=True)
    assert "A supervisor reads what you told us" in answer.text
    assert Callback.objects.get().kind == "follow_up"


def test_replays_and_a_second_tab_change_nothing(browser, page, fresh):
    browser.post(page("solved"))
    for _time in range(2):
        browser.post(page("finish"), GOOD)
    browser.post(page("finish"), GOOD | {"q-overall": 1})
    assert browser.post(page("keep"), {"q-overall": 1}).headers["HX-Refresh"] == "true"
    browser.post(page("solved"))
    assert queries.given(fresh)["overall"] == 5
    assert not Callback.objects.exists()
    late = browser.post(page("not_solved"), {"what": "其实没好"})
    assert (late.status_code, "其实没好" in late.text) == (422, True)
    assert "You have answered already" in late.text
    assert TicketEvent.objects.filter(key="survey.answered").count() == 1
    assert state(fresh) == (True, True, "confirmed")


@pytest.mark.parametrize(
    "data", [{"q-overall": 9}, {"q-overall": "x"}, {"q-comment": "x" * 2001}, {"q-comment": "\0"}]
)
def test_nonsense_is_refused_and_the_rest_kept_on_the_page(browser, page, fresh, data):
    browser.post(page("solved"))
    answer = browser.post(page("finish"), GOOD | data)
    assert answer.status_code == 422
    assert answer.text.count("checked") >= 4
    assert "problem" in browser.post(page("keep"), data).text
    assert (Answer.objects.count(), state(fresh)[1]) == (0, False)


def test_a_link_outlives_a_change_of_the_secret_key(fresh, settings):
    token, former = queries.token_of(fresh), settings.SECRET_KEY
    settings.SECRET_KEY = "n" * 50
    assert queries.find(token) is None
    settings.SECRET_KEY_FALLBACKS = [former]
    assert queries.find(token) == queries.find(queries.token_of(fresh)) == fresh


def test_a_forged_link_opens_nothing(browser, page, fresh):
    token = queries.token_of(fresh)
    forged = [f"{fresh.pk}.{'0' * 32}", token[:-1], token + "a", f"{fresh.pk + 1}{token[1:]}", "x",
              "9" * 30, f"{fresh.pk}.é"]  # fmt: skip
    for wrong in forged:
        for name in ("survey", "solved", "not_solved", "finish", "keep"):
            url = reverse(f"surveys:{name}", args=[wrong])
            method = browser.get if name in ("survey", "not_solved") else browser.post
            answer = method(url, GOOD)
            assert (answer.status_code, "This link does not work" in answer.text) == (404, True)
    assert state(fresh) == (None, False, "resolved")


def test_guessing_is_slowed_down(browser, fresh):
    url = reverse("surveys:survey", args=[f"{fresh.pk}.{'0' * 32}"])
    assert {browser.get(url).status_code for _try in range(61)} == {404, 429}


def test_expired_and_closed_surveys_say_so(browser, page, fresh, cast):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    answer = browser.get(page())
    assert (answer.status_code, "The time to answer is over" in answer.text) == (410, True)
    browser.post(page("solved"))
    assert state(fresh) == (None, False, "resolved")
    tickets.reopen(fresh.ticket, by=cast.anna, reason="-")
    answer = browser.get(page())
    assert (answer.status_code, "working on your request again" in answer.text) == (410, True)
    assert browser.get(page("not_solved")).status_code == 410
    late = browser.post(page("not_solved"), {"what": "没好"})
    assert (late.status_code, "This survey is closed" in late.text) == (422, True)


def test_confirmed_elsewhere_it_starts_with_the_questions(browser, page, fresh):
    tickets.confirm(fresh.ticket, by=SYSTEM, how="silence")
    assert "How did it go?" in browser.get(page()).text


def test_the_page_speaks_the_customers_language_until_they_choose(client, page, fresh):
    assert 'lang="zh-hans"' in client.get(page(), headers={"Accept-Language": "en"}).text
    client.post(reverse("set_language"), {"language": "en", "next": page()})
    answer = client.get(page())
    assert 'lang="en"' in answer.text and "Is it solved?" in answer.text


def test_the_page_is_private_and_posts_need_our_own_form(page, fresh):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.get(page())
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "王芳" not in answer.text and "wang@" not in answer.text
    assert strict.post(page("solved")).status_code == 403
    assert state(fresh) == (None, False, "resolved")


def test_the_progress_page_shows_the_way_while_it_can_be_answered(rf, fresh, page):
    request = rf.get("/")
    assert queries.on_progress(fresh.ticket, request) == {"address": page()}
    Invitation.objects.update(answered_at=timezone.now())
    assert queries.on_progress(fresh.ticket, request) is None
