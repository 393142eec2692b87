"""A list at the desk: choosing rows, a verb for many, and a refresh that takes nothing away."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import stories
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/tickets/alltickets/"


@pytest.fixture
def desk(page, cast):
    cast.sun.set_password("demo")
    cast.sun.save()
    page.goto("/admin/")
    page.fill("input[name=username]", "sun")
    page.fill("input[name=password]", "demo")
    page.click("#login-form button[type=submit]")
    page.wait_for_url("**/admin/")
    return page


def refresh(page):
    page.evaluate("window.desk.refresh()")


def test_a_refresh_keeps_choice_row_dialog_and_words(desk):
    start = timezone.now() - timedelta(minutes=9)
    rows = [stories.received(start + timedelta(seconds=i)) for i in range(3)]
    desk.goto(LIST)
    expect(desk.locator("#bulk-bar")).to_be_hidden()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.locator("#bulk-bar")).to_contain_text("1")
    desk.click("[data-bulk]:has-text('" + desk.locator("[data-bulk]").nth(2).inner_text() + "')")
    desk.fill("#verb-dialog textarea", "half a senten")
    new = stories.received(timezone.now())
    refresh(desk)
    expect(desk.locator(f"tr[data-pk='{new.pk}']")).to_have_class("data-row is-new")
    expect(desk.locator("tr.is-current")).to_have_attribute("data-pk", str(rows[1].pk))
    expect(desk.locator("#result_list input[name=t]:checked")).to_have_count(1)
    expect(desk.locator("#verb-dialog textarea")).to_have_value("half a senten")
    desk.fill("#verb-dialog textarea", "A whole sentence.")
    desk.click("#verb-dialog .is-main")
    desk.wait_for_url("**/done/**")
    assert Ticket.objects.get(pk=rows[1].pk).messages.get(body="A whole sentence.")


def test_a_chosen_row_that_left_stays_in_sight_until_it_is_let_go(desk, cast):
    row = stories.classified(timezone.now() - timedelta(minutes=9))
    other = stories.classified(timezone.now() - timedelta(minutes=8))
    desk.goto("/admin/tickets/toassign/")
    desk.click(f"tr[data-pk='{row.pk}'] input[name=t]")
    from tickets import actions

    actions.assign(row, by=cast.ma, handler=cast.tang)
    refresh(desk)
    gone = desk.locator(f"tr[data-pk='{row.pk}']")
    expect(gone).to_have_class("data-row is-chosen is-gone")
    gone.locator("input[name=t]").click()
    expect(gone).to_have_count(0)
    expect(desk.locator(f"tr[data-pk='{other.pk}']")).to_have_count(1)


def test_the_list_says_quietly_that_it_stands_still(desk):
    stories.received(timezone.now())
    desk.goto(LIST)
    expect(desk.locator("#list-offline")).to_be_hidden()
    desk.context.set_offline(True)
    refresh(desk)
    expect(desk.locator("#list-offline")).to_be_visible()
    desk.context.set_offline(False)
    refresh(desk)
    expect(desk.locator("#list-offline")).to_be_hidden()


def test_columns_move_by_their_arrows(desk):
    stories.received(timezone.now())
    desk.goto(LIST)
    desk.click(".list-more [data-verb=columns]")
    line = desk.locator(".column-order li:has(input[value=since])")
    for _ in range(6):
        line.locator("[data-move='-1']").click()
    desk.click("#verb-dialog .is-main")
    desk.wait_for_load_state()
    expect(desk.locator("#result_list th").nth(2)).to_have_class("col-since is-sorted")
