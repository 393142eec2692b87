"""What every page outside the admin has: a strict policy, no script of its own, a language."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.house.addresses import all_addresses, path_of

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
# Made by libraries: the page of the API's description.
FOREIGN = {"api:docs", "api:schema"}


class Page(HTMLParser):
    """What matters of a page's source."""

    def __init__(self, html: str):
        super().__init__()
        self.inline, self.loaded, self.forms, self.title = [], [], [], ""
        self.language, self.viewport, self._within = "", False, ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.inline += [f"{tag} {name}" for name in attrs if name == "style" or name[:2] == "on"]
        self._within = tag
        if tag == "style" or (tag == "script" and "src" not in attrs):
            self.inline.append(tag)
        if address := attrs.get(LOADS.get(tag, "")):
            self.loaded.append(address)
        if tag in ("a", "form") and str(attrs.get("href", "")).startswith("javascript:"):
            self.inline.append("javascript:")
        if tag == "html":
            self.language = attrs.get("lang", "")
        if tag == "meta" and attrs.get("name") == "viewport":
            self.viewport = True
        if tag == "form":
            self.forms.append(attrs.get("action", ""))

    def handle_data(self, data):
        if self._within == "title":
            self.title += data.strip()
            self._within = ""


def policy_of(answer) -> dict[str, str]:
    parts = answer["Content-Security-Policy"].split(";")
    return {name: rest.strip() for name, _, rest in (part.strip().partition(" ") for part in parts)}


def pages(world, person, *names):
    """(name, answer) of every page that is HTML, outside the admin."""
    client = Client()
    if person:
        client.force_login(getattr(world.cast, person))
    for address in all_addresses():
        if address.name.startswith("admin:") or address.name in FOREIGN:
            continue
        answer = client.get(path_of(address, world.places))
        if answer["Content-Type"].startswith("text/html") and answer.content:
            yield address.name, answer


def faults_of(answer) -> list[str]:
    page = Page(answer.content.decode())
    policy = policy_of(answer)
    foreign = [url for url in page.loaded if urlsplit(url).netloc]
    checks = {
        "policy": all(policy.get(name, "").split()[:1] == [rest] for name, rest in STRICT.items()),
        "unsafe": "unsafe" not in answer["Content-Security-Policy"],
        "nosniff": answer.get("X-Content-Type-Options") == "nosniff",
        "referrer": answer.get("Referrer-Policy") in ("same-origin", "no-referrer"),
        f"inline: {page.inline}": not page.inline,
        f"from elsewhere: {foreign}": not foreign,
        f"lang: {page.language}": page.language in ("en", "zh-hans"),
        "title": bool(page.title),
        "viewport": page.viewport,
        "language switch": reverse("set_language") in page.forms,
    }
    return [name for name, good in checks.items() if not good]


@pytest.mark.parametrize("person", [None, "tang"])
def test_every_page_is_strict_and_whole(world, person):
    rows = list(pages(world, person))
    assert len(rows) > 10
    assert {name: faults for name, answer in rows if (faults := faults_of(answer))} == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_say_which_language_they_are_in(client, language):
    client.post(reverse("set_language"), {"language": language})
    for name in ("portal:home", "portal:request", "portal:find", "knowledgebase:articles"):
        page = Page(client.get(reverse(name)).content.decode())
        assert page.language.lower() == language


def test_switching_the_language_stays_on_the_page(client):
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/request/"})
    assert answer.url == "/request/"
    answer = client.post(reverse("set_language"), {"language": "en", "next": "https://a.example/"})
    assert answer.url == "/"


def test_an_error_page_is_as_strict(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert faults_of(answer) == []


def test_the_admin_is_framed_by_nobody_and_loads_nothing_from_elsewhere(world):
    client = Client()
    client.force_login(world.cast.sun)
    for name in ("admin:index", "admin:tickets_intake_changelist"):
        answer = client.get(reverse(name))
        policy, page = policy_of(answer), Page(answer.content.decode())
        assert policy["default-src"] == "'self'" and policy["frame-ancestors"] == "'self'"
        assert [url for url in page.loaded if urlsplit(url).netloc] == []
        assert page.language and page.title
        assert reverse("set_language") in page.forms


def test_a_file_stays_powerless_at_every_door(world):
    """Also under the admin's softer policy."""
    client = Client()
    client.force_login(world.cast.sun)
    names = [row for row in all_addresses() if row.name.endswith("file")]
    assert len(names) > 3
    weak = {}
    for address in names:
        answer = client.get(path_of(address, world.places))
        policy = policy_of(answer)
        if policy.get("default-src") != "'none'" or "sandbox" not in policy:
            weak[address.name] = policy
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert weak == {}
