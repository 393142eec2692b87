"""A technician's phone in a real browser: with script, without it, on a desk, in the dark."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from tests import stories
from tests.browser.conftest import PHONE
from tickets import actions
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
TOO_SMALL = """[...document.querySelectorAll('a, button, summary, select, textarea, label.choice')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)
    .map(e => e.outerHTML.slice(0, 80))"""


@pytest.fixture
def ticket(cast):
    cast.tang.set_password("demo")
    cast.tang.save()
    ticket = stories.assigned(
        timezone.now() - timedelta(hours=1),
        cast.tang,
        language="en",
        requester_phone="13812345678",
        requester_address="浙江省杭州市西湖区文三路 259 号 1 号楼 1203 室",
    )
    return actions.note(ticket, by=cast.sun, body="请带备用排水泵")


def sign_in(page):
    page.goto("/m/")
    page.get_by_label("Username").fill("tang")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Today's jobs").wait_for()


def looks_right(page):
    assert not page.evaluate(TOO_WIDE), page.url
    assert page.evaluate(TOO_SMALL) == [], page.url


def picture() -> dict:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(content, "JPEG")
    return {"name": "plate.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def test_a_job_from_the_list_to_resolved(phone, ticket, screenshot):
    sign_in(phone)
    looks_right(phone)
    screenshot(phone, "mobile-today")
    phone.get_by_role("button", name="Accept").click()
    phone.get_by_text("Accepted. Start when you begin to work on it.").wait_for()
    phone.get_by_role("button", name="Start work").click()
    phone.get_by_text("Work has started.").wait_for()
    looks_right(phone)
    screenshot(phone, "mobile-job")
    assert phone.get_by_role("link", name="13812345678").get_attribute("href") == "tel:13812345678"

    phone.get_by_text("More", exact=True).click()
    looks_right(phone)
    phone.get_by_role("link", name="Add photos").click()
    phone.get_by_label("Photos and files on the phone").set_input_files([picture()])
    phone.get_by_label("Before the work").check()
    phone.get_by_role("button", name="Add photos").click()
    phone.get_by_text("The photos are kept with the job.").wait_for()
    assert phone.locator(".files img").count() == 1
    assert phone.locator(".files img").evaluate("i => i.decode().then(() => i.naturalWidth)") == 64

    phone.get_by_role("button", name="Done, resolve").click()
    looks_right(phone)
    phone.get_by_label("What you did").fill("replaced the drain pump")
    phone.get_by_label("works after the repair").check()
    text = phone.get_by_label("Text for the customer")
    from playwright.sync_api import expect

    told = "What we did: replaced the drain pump\nWe tested it afterwards, and it works."
    expect(text).to_have_value(re.compile(told))
    screenshot(phone, "mobile-resolve")
    phone.get_by_role("button", name="Done, resolve").click()
    phone.get_by_text("Resolved. The customer gets the result").wait_for()
    phone.get_by_role("heading", name="Done today").wait_for()
    row = Ticket.objects.get(pk=ticket.pk)
    assert (row.status, row.cycles.get().remedy) == ("resolved", "replaced the drain pump")


def test_the_same_without_script(open_page, ticket):
    phone = open_page(**PHONE, java_script_enabled=False)
    phone.goto("/m/")
    phone.get_by_label("Username").fill("tang")
    phone.get_by_label("Password").fill("demo")
    phone.get_by_role("button", name="Sign in").click()
    phone.get_by_role("button", name="Accept").click()
    phone.get_by_role("button", name="Start work").click()
    phone.get_by_text("More", exact=True).click()
    phone.get_by_role("link", name="Put on hold").click()
    phone.get_by_label("waiting for parts").check()
    phone.get_by_role("button", name="Put on hold").click()
    phone.get_by_role("button", name="Go on, end the hold").click()
    phone.get_by_role("button", name="Done, resolve").click()
    phone.get_by_label("What you did").fill("replaced the drain pump")
    phone.get_by_label("works after the repair").check()
    phone.get_by_role("button", name="Done, resolve").click()
    phone.get_by_text("This goes to the customer. Read it, change it, and send again.").wait_for()
    phone.get_by_role("button", name="Done, resolve").click()
    phone.get_by_text("Resolved. The customer gets the result").wait_for()
    assert Ticket.objects.get(pk=ticket.pk).status == "resolved"


def test_what_was_typed_survives_a_lost_connection_and_a_colleague(phone, ticket, cast):
    sign_in(phone)
    actions.start(ticket, by=cast.tang)
    phone.goto(f"/m/job/{ticket.number}/hold/")
    phone.get_by_label("waiting for parts").check()
    phone.get_by_label("What exactly, and until when").fill("pump on Friday")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Put on hold").click()
    phone.get_by_text("Not sent. What you typed is still here; send it again.").wait_for()
    phone.context.set_offline(False)
    actions.set_priority(ticket, by=cast.sun, priority="P1", reason="upset")
    phone.get_by_role("button", name="Put on hold").click()
    phone.get_by_text("In the meantime: Priority changed").wait_for()
    field = phone.get_by_label("What exactly, and until when")
    assert field.input_value() == "pump on Friday"
    phone.get_by_role("button", name="Put on hold").click()
    phone.get_by_text("On hold. Go on as soon as you can.").wait_for()
    assert [hold.reason for hold in ticket.holds.all()] == ["parts"]


def test_the_language_is_switched_on_the_page(phone, ticket):
    sign_in(phone)
    phone.locator(".menu summary").click()
    phone.get_by_role("button", name="简体中文").click()
    phone.locator("html[lang=zh-hans]").wait_for(state="attached")
    assert phone.url.endswith("/m/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 430, 1280])
def test_pages_fit(open_page, ticket, screenshot, scheme, width):
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    sign_in(page)
    for address in ("", *(f"job/{ticket.number}/{verb}" for verb in ("", "refuse/", "note/"))):
        page.goto(f"/m/{address}")
        looks_right(page)
        name = address.rstrip("/").rpartition("/")[2] or "today"
        screenshot(page, f"mobile-{scheme}-{width}-{name}")
