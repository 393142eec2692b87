"""One ticket's whole life, clicked through as each role, in both languages.

A web request and a real gb2312 mail go from received to confirmed; words are found by their place in
the page, never by language.
"""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from foundation.clockwork import jobs
from foundation.clockwork.models import Job
from foundation.messaging import inbound
from foundation.messaging.actions import send_due
from foundation.messaging.models import OutgoingMessage
from tests import stories
from tests.browser.conftest import PHONE
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = Path(__file__).parents[1] / "mails" / "gb2312-raw-8bit.eml"
LANGUAGES = ["en-GB", "zh-CN"]


@pytest.fixture
def people(cast):
    for user in vars(cast).values():
        user.set_password("demo")
        user.save()
    stories.product()
    return cast


@pytest.fixture
def desk(open_page, people):
    """desk(name, locale) → the page of a person who has signed in to the admin."""

    def sign_in(name: str, locale: str):
        page = open_page(locale=locale, viewport={"width": 1440, "height": 900})
        page.goto("/admin/")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", "demo")
        page.click("#login-form button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    return sign_in


def do(page, verb: str, **fields):
    """Open the dialog of a verb, fill what is named, send it."""
    page.click(f"[data-verb={verb}]")
    form = page.locator("dialog[open] form")
    form.wait_for()
    for name, value in fields.items():
        box = form.locator(f"[name={name}]")
        if box.first.get_attribute("type") in ("radio", "checkbox"):
            form.locator(f"[name={name}][value='{value}']").check()
        else:
            box.fill(value)
    with page.expect_navigation():
        form.locator("button.is-main").click()


def ask_on_the_web(page) -> str:
    """Fill the request form as a customer; returns the progress link."""
    page.goto("/request/")
    page.check("[name=kind][value=fault]")
    page.select_option("[name=product]", index=1)
    page.fill("[name=symptom]", "洗衣机不脱水，显示 E3")
    page.check("[name=impact][value=unusable]")
    page.fill("[name=requester_name]", "王芳")
    page.fill("[name=requester_email]", "wang@example.com")
    page.check("[name=privacy]")
    page.click("form.request button.send")
    page.wait_for_url("**/c/**")
    return page.url.split("/thanks")[0]


def newest_mail(kind: str) -> OutgoingMessage:
    send_due(timezone.now())
    message = OutgoingMessage.objects.filter(template_key=kind).order_by("-pk").first()
    assert message.status == "sent"
    return message


def through_the_desk(desk, ticket: Ticket, locale: str, people):
    """Intake, classification and assignment by the people of the desk."""
    agent = desk("anna", locale)
    agent.goto(f"/admin/tickets/intake/{ticket.pk}/change/")
    agent.fill("#compose_body", "您好，我们马上为您安排。")
    with agent.expect_navigation():
        agent.click(".composer-send .is-main")
    if Ticket.objects.get(pk=ticket.pk).product is None:
        agent.click(".verbs summary >> nth=0")
        agent.click("[data-verb=amend]")
        agent.locator("dialog[open] form [name=product]").select_option(index=1)
        with agent.expect_navigation():
            agent.click("dialog[open] form button.is-main")
    do(agent, "register")
    assert Ticket.objects.get(pk=ticket.pk).is_registered

    supervisor = desk("sun", locale)
    supervisor.goto(f"/admin/tickets/toclassify/{ticket.pk}/change/")
    supervisor.keyboard.press("c")
    form = supervisor.locator("dialog[open] form")
    form.wait_for()
    form.locator(f"[name=category][value='{stories.category().pk}']").check()
    with supervisor.expect_navigation():
        form.locator("button.is-main").click()
    expect(supervisor.locator(".empty")).to_be_visible()

    supervisor.goto(f"/admin/tickets/toassign/{ticket.pk}/change/")
    do(supervisor, "assign", handler=people.tang.pk)
    supervisor.goto(f"/admin/tickets/alltickets/{ticket.pk}/change/")
    do(
        supervisor,
        "plan",
        methods="onsite",
        finish_at="2099-01-01T12:00",
        summary="上门更换排水泵",
    )


def on_the_phone(open_page, ticket: Ticket, locale: str):
    phone = open_page(**PHONE, locale=locale)
    phone.goto("/m/")
    phone.fill("[name=username]", "tang")
    phone.fill("[name=password]", "demo")
    phone.click("form .big")
    phone.wait_for_url("**/m/")
    for verb in ("accept", "start"):
        phone.goto(f"/m/job/{ticket.number}/")
        phone.click(f"form[action$='/{verb}/'] button")
        phone.wait_for_load_state("networkidle")
    phone.goto(f"/m/job/{ticket.number}/resolve/")
    phone.fill("[name=remedy]", "更换排水泵")
    phone.check("[name=test_result][value=passed]")
    phone.fill("[name=result]", "已更换排水泵，试机正常。")
    phone.click("form#verb .send")
    expect(phone.locator(".said")).to_be_visible()


def rate(page, ticket: Ticket):
    """The customer opens the result mail's link, says solved, and rates."""
    address = next(word for word in newest_mail("ticket.resolved").body.split() if "/c/" in word)
    page.goto(address)
    page.click("a[href*='/s/']")
    page.click("form[action$='/solved/'] button")
    page.wait_for_selector("form[action$='/finish/']")
    for fieldset in page.locator(".survey-scale").all():
        fieldset.locator("label").last.click()
    page.locator(".survey-nps label").last.click()
    page.fill("textarea", "师傅很专业")
    page.click("form[action$='/finish/'] > button")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_web_request_from_received_to_confirmed(locale, open_page, desk, people):
    customer = open_page(locale=locale)
    progress = ask_on_the_web(customer)
    ticket = Ticket.objects.get()
    assert newest_mail("ticket.received").to_address == "wang@example.com"

    through_the_desk(desk, ticket, locale, people)
    customer.goto(progress)
    assert "我们马上为您安排" in customer.content()
    on_the_phone(open_page, ticket, locale)
    rate(customer, ticket)

    ticket = Ticket.objects.get()
    assert ticket.status == "confirmed"
    assert {row.key: row.state for row in ticket.deadlines.all()} == {
        "first-response": "met",
        "registered": "met",
        "classified": "met",
        "planned": "met",
        "work-started": "met",
        "progress": "met",
        "planned-finish": "met",
        "inspected": "cancelled",
        "result-reported": "met",
        "satisfaction": "met",
    }
    analyst = desk("an", locale)
    analyst.goto("/admin/reports/export/")
    analyst.click("button[value=csv]")
    # What the worker does; the page sees it by itself.
    jobs.run(Job.objects.get().pk)
    with analyst.expect_download() as download:
        analyst.click(".job-result a[download]")
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert rows[1][0] == ticket.number
    assert "5" in rows[1] and "王芳" not in rows[1]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_gb2312_mail_from_received_to_confirmed(locale, open_page, desk, people):
    result = inbound.receive(MAIL.read_bytes())
    assert result.outcome == "ticket"
    ticket = Ticket.objects.get()
    assert "镕" in ticket.requester_name
    assert (ticket.channel, ticket.language) == ("email", "zh-hans")
    assert inbound.receive(MAIL.read_bytes()).outcome == "duplicate"

    through_the_desk(desk, ticket, locale, people)
    on_the_phone(open_page, ticket, locale)
    rate(open_page(locale=locale), ticket)
    assert Ticket.objects.get().status == "confirmed"


def test_not_solved_goes_round_once_more(open_page, desk, people):
    ticket = stories.resolved(timezone.now() - timedelta(hours=3), people.tang)
    page = open_page()
    address = next(word for word in newest_mail("ticket.resolved").body.split() if "/c/" in word)
    page.goto(address)
    page.goto(page.locator("a[href*='/s/']").get_attribute("href"))
    page.click("a[href$='/not-solved/']")
    page.fill("textarea", "还是不脱水")
    page.click("form[action$='/not-solved/'] button[type=submit]")
    page.wait_for_load_state("networkidle")
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.cycle) == ("in_progress", 2)
    supervisor = desk("sun", "en-GB")
    supervisor.goto(f"/admin/tickets/alltickets/{ticket.pk}/change/")
    assert "还是不脱水" in supervisor.content()


def test_an_expired_login_loses_nothing_at_the_desk(open_page, desk, people):
    ticket = stories.registered(timezone.now())
    page = desk("sun", "en-GB")
    page.goto(f"/admin/tickets/alltickets/{ticket.pk}/change/")
    page.fill("#compose_body", "Half a sentence")
    page.reload()
    assert page.input_value("#compose_body") == "Half a sentence"
    page.click("[data-verb=hold]")
    form = page.locator("dialog[open] form")
    form.locator("[name=reason][value=parts]").check()
    form.locator("[name=body]").fill("pump on Friday")
    page.context.clear_cookies(name="sessionid")
    form.locator("button.is-main").click()
    expect(form.locator(".form-errors")).to_contain_text("nothing is lost")
    other = page.context.new_page()
    other.goto("/admin/")
    other.fill("input[name=username]", "sun")
    other.fill("input[name=password]", "demo")
    other.click("#login-form button[type=submit]")
    other.wait_for_url("**/admin/")
    with page.expect_navigation():
        form.locator("button.is-main").click()
    assert ticket.holds.get().reason == "parts"
    assert page.input_value("#compose_body") == "Half a sentence"
    with page.expect_navigation():
        page.click(".composer-send .is-internal")
    assert page.input_value("#compose_body") == ""
    assert ticket.messages.filter(body="Half a sentence").exists()
