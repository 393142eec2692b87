"""Reading changes nothing: mail scanners, prefetching browsers and curious people only read."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from tests.house.addresses import all_addresses, path_of
from tickets.actions import VERBS

OURS = {
    "accounts", "messaging", "files", "customers", "knowledgebase", "tickets", "dispatch", "care",
    "surveys", "reports", "django_q",
}  # fmt: skip
# The one row of settings is made when an administrator first looks for it.
BESIDES = {"accounts.Organisation", "accounts.Revision"}


def everything() -> dict[str, list]:
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label in OURS
        and not model._meta.proxy
        and model._meta.label not in BESIDES
    }


def unchanged(client, paths) -> None:
    before = everything()
    for path in paths:
        b"".join(client.get(path))
    after = everything()
    changed = [label for label in before if before[label] != after[label]]
    assert changed == []


@pytest.mark.parametrize("person", ["sun", "tang"])
def test_staff_reading_every_page_change_nothing(world, person):
    client = Client()
    client.force_login(getattr(world.cast, person))
    unchanged(client, [path_of(row, world.places) for row in all_addresses()])


@pytest.mark.parametrize("person", ["sun", "anna"])
def test_looking_at_every_verb_does_none_of_them(world, person):
    client = Client()
    client.force_login(getattr(world.cast, person))
    rows = [row for row in all_addresses() if row.name.endswith("alltickets_verb")]
    paths = [
        path_of(row, world.places | {"verb": verb, "ticket": ticket})
        for row in rows
        for verb in VERBS
        for ticket in (world.solved, world.working)
    ]
    assert len(paths) == 2 * len(VERBS)
    unchanged(client, paths)


def test_a_scanner_following_the_customers_links_changes_nothing(world):
    names = ("portal:", "surveys:", "knowledgebase:", "set_language")
    paths = [
        path_of(row, world.places) + query
        for row in all_addresses()
        if row.name.startswith(names)
        for query in ("", "?utm_source=scanner&score=5&solved=1")
    ]
    assert len(paths) > 30
    unchanged(Client(), paths)
    unchanged(Client(headers={"Purpose": "prefetch", "HX-Request": "true"}), paths)


def test_actions_of_the_desk_that_change_something_ask_first():
    """Without `dialog=` an action of the theme is a plain link: a GET would do it."""
    # Links to pages; what these change is behind a button of theirs.
    harmless = {"original", "behind", "which", "calculator"}
    found = 0
    for door in admin.site._registry.values():
        for place in ("actions_list", "actions_detail", "actions_row", "actions_submit_line"):
            for name in getattr(door, place, None) or ():
                for one in name["items"] if isinstance(name, dict) else [name]:
                    action = getattr(door, one)
                    found += 1
                    asks = getattr(action, "dialog", None) or place == "actions_submit_line"
                    assert asks or one in harmless, f"{door}: {one}"
    assert found >= 4
