"""The home page and the sidebar: what a person can do, and nothing that refuses them."""

import re

import pytest
from django.urls import reverse

from tests import stories

pytestmark = pytest.mark.django_db
EVERYBODY = ["sun", "anna", "deng", "qian", "wu", "an"]


@pytest.mark.parametrize("name", EVERYBODY)
def test_every_line_of_the_sidebar_opens(client, cast, name):
    client.force_login(getattr(cast, name))
    page = client.get(reverse("admin:index")).content.decode()
    sidebar = page[page.index('id="nav-sidebar-apps"') : page.index('id="main"')]
    links = set(re.findall(r'href="(/admin/[^"]*)"', sidebar))
    assert reverse("admin:index") in links
    refused = [link for link in links if client.get(link, follow=True).status_code != 200]
    assert refused == []


def test_who_waits_for_nothing_is_told_so(client, cast, now):
    client.force_login(cast.qian)
    assert "Nothing waits for you" in client.get(reverse("admin:index")).content.decode()
    stories.received(now)
    client.force_login(cast.sun)
    assert "Nothing waits for you" not in client.get(reverse("admin:index")).content.decode()
