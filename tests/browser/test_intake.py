"""The desk's own fields are the desk's: a chosen file writes nowhere, keys do what they say."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from foundation.lists import actions, kinds
from tests import stories

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_chosen_file_names_nobody(desk, tmp_path):
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n")
    desk.goto("/admin/tickets/intake/add/")
    desk.wait_for_load_state("load")
    desk.set_input_files("input[type=file]", photo)
    expect(desk.locator("input[name=requester_name]")).to_have_value("")


def test_keys_lead_where_the_list_of_keys_says(desk):
    stories.received(timezone.now())
    desk.goto("/admin/tickets/alltickets/")
    desk.keyboard.press("s")
    expect(desk.locator("#searchbar")).to_be_focused()
    desk.locator("#searchbar").blur()
    desk.click("#result_list input[name=t]")
    desk.keyboard.press("j")
    expect(desk.locator("tr.is-current")).to_have_count(1)
    desk.keyboard.press("?")
    pale = desk.locator("#keys-dialog .is-elsewhere kbd")
    assert pale.all_inner_texts() == ["n", "c", "a", "r", "i"]
    desk.keyboard.press("Escape")
    desk.keyboard.press("f")
    expect(desk.locator("#verb-dialog .filter-form")).to_be_visible()


def test_from_a_ticket_back_to_the_list_as_it_was(desk):
    stories.received(timezone.now())
    desk.goto("/admin/tickets/alltickets/?view=all&hold=no")
    desk.click("tr.data-row a.row-link")
    desk.click(".ticket-head a.back")
    desk.wait_for_url("**/alltickets/?view=all&hold=no")


def test_many_views_stay_within_a_phone(desk, cast):
    listed = kinds.get("tickets.alltickets")
    for n in range(8):
        facts = {"name": f"View number {n}", "query": "hold=yes", "columns": []}
        view = actions.save_view(listed, **facts, for_team=True, by=cast.sun)
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.goto(f"/admin/tickets/alltickets/?view={view.pk}")
    desk.wait_for_load_state("load")
    assert desk.evaluate("document.documentElement.scrollWidth") <= 360
    expect(desk.locator(".list-tabs .is-current")).to_be_in_viewport()
