"""A customer asks for help on a phone, follows the case, and answers."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from foundation.accounts.actors import SYSTEM
from knowledgebase.actions import publish, record_article, write
from tests import stories
from tickets import actions
from tickets.actions import links
from tickets.models import Ticket


@pytest.fixture
def at(live_server):
    return timezone.now() - timedelta(hours=4)


@pytest.fixture
def photo():
    data = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(data, "JPEG")
    return {"name": "fault.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def path(ticket: Ticket) -> str:
    return f"/c/{links.token_of(links.link_for(ticket))}/"


def fill_rest(page):
    page.get_by_label("What is it about?").fill("It does not spin")
    page.get_by_text("It cannot be used").click()
    page.get_by_label("Your name").fill("Emma Clark")
    page.get_by_label("Phone").fill("0571 8765 4321")
    page.get_by_label("I have read").check()


def test_one_question_at_a_time_on_a_phone(phone, at, photo, screenshot):
    stories.unit()
    phone.goto("/")
    screenshot(phone, "portal-home-phone")
    phone.get_by_role("link", name="Report a problem or ask").click()
    next_, step = phone.get_by_role("button", name="Next"), phone.locator(".step.is-open")
    assert step.count() == 1 and "1 of 6" in phone.locator(".wizard-bar").inner_text()
    next_.click()
    phone.get_by_label("Serial number").fill("sn-0001")
    phone.get_by_label("Serial number").press("Tab")
    phone.get_by_text("Found: Washing machine WM-800").wait_for()
    screenshot(phone, "portal-request-phone-product")
    next_.click()
    next_.click()  # refused: nothing is written yet
    assert step.get_by_label("What is it about?").is_visible()
    phone.get_by_label("Photos or files").set_input_files(photo)
    phone.get_by_label("Photos or files").set_input_files({**photo, "name": "plate.jpg"})
    assert phone.locator(".previews img").count() == 2
    phone.get_by_role("button", name="Remove: plate.jpg").click()
    phone.get_by_label("What is it about?").fill("It does not spin")
    screenshot(phone, "portal-request-phone-problem")
    next_.click()
    phone.get_by_text("It cannot be used").click()
    screenshot(phone, "portal-request-phone-impact")
    next_.click()
    next_.click()
    phone.get_by_label("Your name").fill("Emma Clark")
    phone.get_by_label("E-mail").fill("emma@example.com")
    screenshot(phone, "portal-request-phone-contact")
    assert fits(phone)
    send = phone.get_by_role("button", name="Send")
    send.click()  # refused: the notice is not ticked
    phone.get_by_label("I have read").check()
    send.click()
    phone.get_by_role("heading", name="Thank you").wait_for()
    screenshot(phone, "portal-thanks-phone")
    ticket = Ticket.objects.get()
    assert ticket.attachments.get().file.name == "fault.jpg"
    assert ticket.number in phone.locator("main").inner_text()
    phone.get_by_role("button", name="To my request").click()
    phone.locator("[aria-current=step]", has_text="Received").wait_for()
    assert fits(phone)
    screenshot(phone, "portal-progress-phone")


def test_a_question_has_one_step_less(phone, at):
    phone.goto("/request/?kind=consultation")
    assert "1 of 5" in phone.locator(".wizard-bar").inner_text()


def test_errors_open_the_right_step_and_keep_the_rest(phone, at):
    phone.goto("/request/")
    phone.evaluate("document.querySelector('form.request').classList.remove('wizard')")
    fill_rest(phone)
    phone.get_by_label("Phone").fill("none")
    phone.evaluate("document.querySelector('form.request').submit()")
    phone.get_by_role("alert").wait_for()
    assert phone.locator(".step.is-open").get_by_label("Phone").is_visible()
    assert phone.get_by_label("What is it about?").input_value() == "It does not spin"


def test_one_page_on_a_desk_and_one_ticket_for_a_double_click(page, at, screenshot):
    page.goto("/request/")
    assert page.locator(".step:visible").count() == 6
    fill_rest(page)
    screenshot(page, "portal-request-desk")
    page.get_by_role("button", name="Send").dblclick()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert Ticket.objects.count() == 1


def test_another_language_keeps_what_was_typed(page, at):
    page.goto("/request/")
    fill_rest(page)
    page.get_by_role("button", name="简体中文").click()
    page.locator("html[lang=zh-hans]").wait_for(state="attached")
    assert page.locator("[name=symptom]").input_value() == "It does not spin"
    assert page.locator("[name=impact][value=unusable]").is_checked()
    assert page.evaluate("sessionStorage.getItem('kept-form')") is None


def test_articles_are_suggested_while_typing(page, at, cast):
    article = record_article(slug="e4", is_public=True, by=cast.root)
    write(article, language="en", title="Error E4", body="Clean the filter.", by=cast.root)
    publish(article, by=cast.root, language="en")
    page.goto("/request/")
    page.get_by_label("What is it about?").press_sequentially("The display shows error E4")
    page.get_by_role("link", name="Error E4").wait_for()


def test_it_works_without_scripts(open_page, at, photo):
    page = open_page(java_script_enabled=False)
    page.goto("/request/")
    fill_rest(page)
    page.get_by_label("Photos or files").set_input_files([photo, {**photo, "name": "b.jpg"}])
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="To my request").click()
    page.get_by_label("Your message").fill("It also smells")
    page.get_by_role("button", name="Send").click()
    assert page.get_by_text("It also smells").is_visible()
    page.get_by_text("I no longer need this").click()
    page.get_by_role("button", name="Yes, cancel my request").click()
    assert page.get_by_text("This request is cancelled").is_visible()
    assert Ticket.objects.get().attachments.count() == 2


def test_a_result_is_refused_and_then_confirmed(phone, at, cast, screenshot):
    ticket = stories.resolved(at, cast.tang, language="en")
    phone.goto(path(ticket))
    screenshot(phone, "portal-resolved-phone")
    phone.get_by_text("No, it is not solved").click()
    phone.get_by_label("What does not work?").fill("It still leaks")
    phone.get_by_role("button", name="Tell us").click()
    phone.get_by_text("We take it up again").wait_for()
    actions.start(Ticket.objects.get(), by=SYSTEM)
    actions.resolve(Ticket.objects.get(), by=SYSTEM, result="New hose")
    phone.reload()
    phone.get_by_role("button", name="Yes, it is solved").click()
    phone.get_by_text("This request is closed").wait_for()
    screenshot(phone, "portal-confirmed-phone")
    assert fits(phone)


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_every_page_fits(open_page, at, cast, width, locale):
    page = open_page(viewport={"width": width, "height": 800}, locale=locale)
    ticket = stories.in_progress(at, cast.tang, symptom="x" * 70)
    actions.hold(ticket, by=SYSTEM, reason="customer")
    case = path(ticket)
    for place in ("/", "/request/", "/find/", "/find/code/", case, f"{case}thanks/", "/c/1.x/"):
        page.goto(place)
        assert fits(page), place
        low = page.evaluate(
            """[...document.querySelectorAll("button, select, summary, input:not([type=hidden])")]
            .map(e => (e.closest("label.choice") || e).getBoundingClientRect())
            .filter(box => box.width > 1 && box.left > -100 && box.height < 44).length"""
        )
        assert low == 0, place
