"""The home page and the sidebar: what a person can do, and nothing that refuses them."""

import re

import pytest
from django.urls import reverse

from foundation.accounts.models import Grant, Organisation, Role
from tests import stories

pytestmark = pytest.mark.django_db
EVERYBODY = ["sun", "anna", "deng", "qian", "wu", "an"]


def sidebar_of(client, address: str = "") -> str:
    page = client.get(address or reverse("admin:index")).content.decode()
    return page[page.index('id="nav-sidebar-apps"') : page.index('id="main"')]


def marked(sidebar: str) -> list[str]:
    """The links that are marked as the present page."""
    return re.findall(r'<a href="([^"]*)" class="[^"]* active"', sidebar)


@pytest.mark.parametrize("name", EVERYBODY)
def test_every_line_of_the_sidebar_opens(client, cast, name):
    client.force_login(getattr(cast, name))
    links = set(re.findall(r'href="(/admin/[^"]*)"', sidebar_of(client)))
    assert reverse("admin:index") in links
    refused = [link for link in links if client.get(link, follow=True).status_code != 200]
    assert refused == []


def test_a_line_comes_and_goes_with_its_right_at_once(client, cast):
    line = f'href="{reverse("admin:reports_figures")}"'
    client.force_login(cast.wu)
    assert line not in sidebar_of(client)
    grant = Grant.objects.create(role=Role.objects.get(key="warehouse"), verb="reports.figures")
    assert line in sidebar_of(client)
    grant.delete()
    assert line not in sidebar_of(client)


def test_people_of_other_roles_get_their_own_lines(client, cast):
    lines = {}
    for name in ("sun", "wu", "sun"):
        client.force_login(getattr(cast, name))
        found = re.findall(r"<span>(.*?)</span>", sidebar_of(client))
        assert lines.setdefault(name, found) == found
    assert lines["sun"] != lines["wu"]


def test_the_line_of_the_page_and_of_what_lies_below_is_marked(client, cast, now):
    client.force_login(cast.sun)
    assert marked(sidebar_of(client)) == [reverse("admin:index")]
    tickets = reverse("admin:tickets_alltickets_changelist")
    one = reverse("admin:tickets_alltickets_change", args=[stories.received(now).pk])
    for address in (tickets, one):
        assert marked(sidebar_of(client, address)) == [tickets]
    assert marked(sidebar_of(client, reverse("admin:search"))) == []


def test_the_sidebar_speaks_the_readers_language(client, cast):
    client.force_login(cast.sun)
    assert "All tickets" in sidebar_of(client)
    client.cookies["django_language"] = "zh-hans"
    assert "All tickets" not in sidebar_of(client)
    client.cookies["django_language"] = "en"
    assert "All tickets" in sidebar_of(client)


def test_the_frame_follows_the_organisation_and_the_person(client, cast):
    client.force_login(cast.sun)
    assert reverse("admin:password_change") in client.get(reverse("admin:index")).content.decode()
    Organisation.objects.update_or_create(pk=1, defaults={"name_en": "Northern <Light>"})
    cast.sun.email = "sun@example.com"
    cast.sun.set_unusable_password()
    cast.sun.save()
    client.force_login(cast.sun)
    page = client.get(reverse("admin:index")).content.decode()
    assert "Northern &lt;Light&gt;" in page and "sun@example.com" in page
    assert reverse("admin:password_change") not in page


def test_who_waits_for_nothing_is_told_so(client, cast, now):
    client.force_login(cast.qian)
    assert "Nothing waits for you" in client.get(reverse("admin:index")).content.decode()
    stories.received(now)
    client.force_login(cast.sun)
    assert "Nothing waits for you" not in client.get(reverse("admin:index")).content.decode()
