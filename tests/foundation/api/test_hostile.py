"""What programs send that no program should."""

import base64

import pytest

from tests import stories
from tests.programs import program

pytestmark = pytest.mark.django_db
API = "/api/v1/"
TICKETS = f"{API}tickets/"


def cursor(moment: str, pk: str = "5") -> str:
    return base64.urlsafe_b64encode(f"n|{moment}|{pk}".encode()).decode()


def test_a_size_of_thousands_of_digits_is_none(cast):
    assert program(cast.sun).get(f"{TICKETS}?page_size={'9' * 5000}").status_code == 200


@pytest.mark.parametrize(
    "place",
    [
        cursor("0001-01-01T00:00:00+14:00"),
        cursor("9999-12-31T23:59:59-14:00"),
        cursor("2026-01-01T00:00:00+00:00", "9" * 5000),
    ],
)
def test_a_place_beyond_the_calendar_is_no_place(cast, place):
    assert program(cast.sun).get(f"{TICKETS}?cursor={place}").status_code == 404


def test_options_are_refused_where_no_row_is_described(cast):
    client = program(cast.sun)
    for address in (TICKETS, f"{API}customers/1/contact_points/1/", f"{API}figures/"):
        assert client.options(address).status_code == 405


def test_a_name_with_nul_names_nothing(cast, now):
    ticket, client = stories.received(now), program(cast.sun)
    sent = client.post(
        f"{TICKETS}{ticket.number}/answer/",
        {"body": "x", "category": "a\x00b"},
        format="json",
    )
    assert sent.status_code == 400 and "category" in sent.json()["fields"]
    assert client.get(f"{API}figures/?department=%00").status_code == 400
