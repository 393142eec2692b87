"""What every address for programs shares."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import URLPattern, get_resolver

from foundation.accounts.choices import KeyScope
from foundation.api.keys import needed
from foundation.api.views import ApiView
from foundation.clockwork import limits
from foundation.clockwork.models import Tally
from tests import stories
from tests.programs import program, with_secret

pytestmark = pytest.mark.django_db
TICKETS = "/api/v1/tickets/"


def views(patterns=None):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(pattern, URLPattern):
            yield from views(pattern.url_patterns)
        elif hasattr(pattern.callback, "cls"):
            yield pattern.callback.cls


def test_every_address_names_a_scope_that_exists():
    found = [view for view in views() if issubclass(view, ApiView)]
    assert len(found) > 35
    for view in found:
        for method in ("get", "post", "put", "patch", "delete"):
            if hasattr(view, method):
                assert needed(view, method.upper()) in KeyScope.values, (view, method)


def test_every_address_under_v1_is_one_of_ours():
    api = next(p for p in get_resolver().url_patterns if str(p.pattern) == "api/")
    ours = [p for p in api.url_patterns if str(p.pattern).startswith("v1")]
    assert all(issubclass(view, ApiView) for view in views(ours))


def test_strangers_are_limited_by_address_and_keys_go_on(settings, cast):
    settings.API_STRANGER_RATE = "3/min"
    stranger, known = with_secret("as_wrong"), program(cast.sun)
    assert [stranger.get(TICKETS).status_code for _ in range(5)] == [401] * 3 + [429] * 2
    assert int(stranger.get(TICKETS)["Retry-After"]) > 0
    assert known.get(TICKETS).status_code == 200
    assert stranger.get(TICKETS, REMOTE_ADDR="192.0.2.7").status_code == 401


def test_each_key_has_its_own_limit(settings, cast):
    settings.API_READ_RATE = "2/min"
    first, second = program(cast.sun), program(cast.sun)
    assert [first.get(TICKETS).status_code for _ in range(3)] == [200, 200, 429]
    assert second.get(TICKETS).status_code == 200


# --- permits ------------------------------------------------------------------------------------


def used(most: int, processes: int, now, tries: int) -> int:
    """How many of the tries pass, over processes that hold permits of their own."""
    holdings = [{} for _ in range(processes)]
    passed = 0
    for number in range(tries):
        limits._held.clear()
        limits._held.update(holdings[number % processes])
        try:
            limits.allow("t", "k", most=most, per=timedelta(minutes=1), at=now)
            passed += 1
        except limits.TooMany as many:
            assert 0 < many.seconds <= 60
        holdings[number % processes] = dict(limits._held)
    return passed


@pytest.mark.parametrize(("most", "processes"), [(2, 3), (10, 1), (100, 1), (600, 4)])
def test_the_limit_is_never_exceeded_and_nearly_reached(now, most, processes):
    passed = used(most, processes, now, most * 2)
    assert most * 0.9 <= passed <= most


def test_most_requests_ask_the_database_nothing(now, django_assert_num_queries):
    with django_assert_num_queries(2):
        for _ in range(24):
            limits.allow("t", "k", most=600, per=timedelta(minutes=1), at=now)
    with django_assert_num_queries(50):
        for second in range(50):
            limits.allow("u", "k", most=50, per=timedelta(minutes=1), at=now + timedelta(seconds=1))
            assert second < 50
    with django_assert_num_queries(1), pytest.raises(limits.TooMany):
        limits.allow("u", "k", most=50, per=timedelta(minutes=1), at=now + timedelta(seconds=2))
    with django_assert_num_queries(0), pytest.raises(limits.TooMany):
        limits.allow("u", "k", most=50, per=timedelta(minutes=1), at=now + timedelta(seconds=3))


def test_a_new_window_begins_afresh(now):
    for at in (now, now + timedelta(seconds=60), now + timedelta(seconds=120)):
        limits.allow("t", "k", most=1, per=timedelta(minutes=1), at=at)
        with pytest.raises(limits.TooMany):
            limits.allow("t", "k", most=1, per=timedelta(minutes=1), at=at)
    assert Tally.objects.get(key="t:k").count == 2


# --- files --------------------------------------------------------------------------------------


def test_a_file_opens_to_those_who_may(cast, now):
    from foundation.accounts.actors import CaseHolder
    from tests.foundation.files.conftest import picture
    from tickets import actions

    ticket = stories.in_progress(now, cast.tang)
    photo = ("leak.jpg", picture("JPEG"))
    actions.attach(ticket, by=cast.tang, at=now, files=[photo], public=True)
    actions.attach(ticket, by=CaseHolder(ticket.pk), at=now, files=[photo], public=True)
    ours, theirs = ticket.attachments.order_by("pk")
    page = f"{TICKETS}{ticket.number}/files/"
    got = program(cast.sun).get(f"{page}{theirs.pk}/")
    assert got.status_code == 200 and b"".join(got).startswith(b"\xff\xd8")
    assert got["X-Content-Type-Options"] == "nosniff"
    masked = program(cast.an)
    assert masked.get(f"{page}{ours.pk}/").status_code == 200
    assert masked.get(f"{page}{theirs.pk}/").status_code == 403
    assert program(cast.tian).get(f"{page}{ours.pk}/").status_code == 404
    other = stories.received(now)
    assert program(cast.sun).get(f"{TICKETS}{other.number}/files/{ours.pk}/").status_code == 404


def test_tickets_that_came_at_one_moment_are_all_on_some_page(cast, now):
    made = {stories.received(now).number for _ in range(5)}
    client, seen = program(cast.sun), []
    address = f"{TICKETS}?page_size=2"
    while address:
        page = client.get(address).json()
        seen += [row["number"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == 5 and set(seen) == made


def test_the_view_needs_a_method_for_its_scope():
    view = SimpleNamespace(scope="tickets")
    assert (needed(view, "HEAD"), needed(view, "DELETE")) == ("tickets:read", "tickets:write")
