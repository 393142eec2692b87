"""Who gets what at which address: every address of the project, every role, and nobody.

The table in doors.txt is the expectation, written by hand; a new address needs its line there.
"""

import pytest
from django.conf import settings
from django.test import Client

from tests.house.addresses import all_addresses, path_of

ADDRESSES = {row.name: row for row in all_addresses()}


def latin(words: str) -> str:
    """As UTF-8 looks when read byte by byte, so that any answer can be searched."""
    return words.encode().decode("latin-1")


SIGNS = {200: ".", 302: ">", 401: "!", 403: "-", 404: "?", 405: "x"}

SECRETS = ("13812345678", "li@example.com", "wang@example.com", *map(latin, ("王芳", "李雷")))
MASKED = {"an", "qian", "wu", "nobody"}


def read_table() -> tuple[list[str], dict[str, str]]:
    text = (settings.BASE_DIR / "tests" / "house" / "doors.txt").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    people = lines[0].split()[1:]
    return people, {name: "".join(signs) for name, *signs in map(str.split, lines[1:])}


PEOPLE, TABLE = read_table()


def test_every_address_has_its_line():
    assert list(TABLE) == sorted(ADDRESSES)


@pytest.mark.parametrize("person", PEOPLE)
def test_each_door_opens_for_those_in_the_table(world, person):
    wrong, told = {}, {}
    for name, address in ADDRESSES.items():
        client = Client()
        if person != "nobody":
            client.force_login(getattr(world.cast, person))
        answer = client.get(path_of(address, world.places))
        sign = SIGNS.get(answer.status_code, str(answer.status_code))
        expected = TABLE.get(name, "?" * len(PEOPLE))[PEOPLE.index(person)]
        if sign != expected:
            wrong[name] = f"{sign} instead of {expected}"
        if shown := [secret for secret in SECRETS if secret in b"".join(answer).decode("latin-1")]:
            told[name] = shown
    assert wrong == {}
    if person in MASKED:
        # A link is the customer's own page, whoever holds it.
        assert {name for name in told if not name.startswith(("portal:", "surveys:"))} == set()
    elif person == "sun":
        assert len(told) > 5


@pytest.mark.parametrize("person", ["nobody", "root"])
def test_nothing_is_posted_without_the_token_of_the_page(world, person):
    open_doors = []
    for name, address in ADDRESSES.items():
        client = Client(enforce_csrf_checks=True)
        if person != "nobody":
            client.force_login(getattr(world.cast, person))
        status = client.post(path_of(address, world.places)).status_code
        # Programs without a token are nobody; their two pages of documentation take no POST.
        refused = {403} if person != "nobody" else {401, 403, 405}
        if status not in refused:
            open_doors.append((name, status))
    assert open_doors == []
