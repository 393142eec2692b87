import io
import json
import logging

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from aftersales.logs import JsonLines, RequestIdFilter, scrub, without_result
from aftersales.serving import GunicornLogger

TOKEN = "kZ3Qv9_tH2LxW8mYc1RbN5dF"
EMAIL = "wang.fang@example.cn"
PHONE = "138 0013 8000"
PRIVATE = (TOKEN, EMAIL, PHONE)


def fine(request, token):
    return HttpResponse("fine")


def fail(request, token):
    try:
        raise IntegrityError(f"Key (email)=({EMAIL}) already exists.")
    except IntegrityError as error:
        raise ValueError(f"cannot read {PHONE} of {request.path}") from error


def suspect(request, token):
    raise SuspiciousOperation(f"{EMAIL} is strange")


def attribute(request, token):
    return AnonymousUser().no_such_thing


urlpatterns = [
    path("case/<str:token>/", fine, name="case"),
    path("bare/<str:token>/", fine),
    path("fail/<str:token>/", fail, name="fail"),
    path("suspect/<str:token>/", suspect, name="suspect"),
    path("attribute/<str:token>/", attribute, name="attribute"),
]


@pytest.fixture(autouse=True)
def pages(settings, db):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def lines():
    """Everything that reaches our handler, as read from it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def ask(url, **more):
    return Client(raise_request_exception=False).get(url, {"phone": PHONE}, **more)


@pytest.mark.parametrize(
    ("url", "route", "status"),
    [
        ("/case/", "case", 200),
        ("/bare/", "bare/<str:token>/", 200),
        ("/nothing/", "unknown", 404),
        ("/fail/", "fail", 500),
    ],
)
def test_one_access_line_names_the_route(lines, url, route, status):
    response = ask(f"{url}{TOKEN}/", headers={"x-request-id": "abc-12345678"})
    (line,) = [one for one in lines() if one["logger"] == "aftersales.access"]
    assert (line["method"], line["route"], line["status"]) == ("GET", route, status)
    assert line["request_id"] == response["X-Request-ID"] == "abc-12345678"
    assert line["ms"] >= 0


@pytest.mark.parametrize("url", ["case", "bare", "nothing", "fail", "suspect", "attribute"])
def test_people_are_never_in_it(lines, url):
    ask(f"/{url}/{TOKEN}/", headers={"referer": f"http://testserver/{TOKEN}", "user-agent": EMAIL})
    Client(enforce_csrf_checks=True).post(f"/{url}/{TOKEN}/", {"email": EMAIL})
    written = json.dumps(lines(), ensure_ascii=False)
    assert lines()
    for private in PRIVATE:
        assert private not in written


def test_a_failure_shows_its_places_and_kinds(lines):
    ask(f"/fail/{TOKEN}/")
    (line,) = [one for one in lines() if "error" in one]
    assert (line["level"], line["message"], line["route"]) == ("ERROR", "Unhandled error", "fail")
    kinds = [one["type"] for one in line["error"]]
    assert kinds == ["builtins.ValueError", "django.db.utils.IntegrityError"]
    assert "tests/aftersales/test_logs.py" in line["error"][0]["frames"][-1]
    assert all("text" not in one for one in line["error"])


def test_words_about_code_are_kept(lines):
    ask(f"/attribute/{TOKEN}/")
    (line,) = [one for one in lines() if "error" in one]
    assert "no_such_thing" in line["error"][0]["text"]


def test_the_person_is_told_by_id(lines, cast):
    client = Client()
    client.force_login(cast.anna)
    client.get(f"/case/{TOKEN}/")
    line = lines()[-1]
    assert line["user"] == cast.anna.pk
    assert "anna" not in json.dumps(line)


def test_a_probe_that_succeeds_is_quiet(lines):
    Client().get("/healthz")
    assert lines() == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"sent to {EMAIL}", "sent to <address>"),
        (f"called {PHONE} twice", "called <number> twice"),
        ("called +86-138-0013-8000", "called <number>"),
        (f"GET /t/{TOKEN}/", "GET <path>"),
        (f"token {TOKEN}", "token <token>"),
        ("3 rows in 12 ms", "3 rows in 12 ms"),
        ("sweep failed: tickets.deadlines", "sweep failed: tickets.deadlines"),
    ],
)
def test_what_slips_through_is_scrubbed(text, left):
    assert scrub(text) == left


def test_a_failed_task_shows_its_places_only():
    said = (
        f"Failed 'tick' (north-west) - {EMAIL} : Traceback (most recent call last):\n"
        f'  File "/srv/app/tickets/tasks.py", line 7, in send\n    raise ValueError("{PHONE}")\n'
    )
    assert without_result(said) == (
        "Failed 'tick' (north-west) (/srv/app/tickets/tasks.py:7 in send)"
    )


def test_gunicorn_quotes_nothing(lines):
    from gunicorn.config import Config

    logger = GunicornLogger.__new__(GunicornLogger)
    logger.error_log, logger.cfg = logging.getLogger("gunicorn.error"), Config()
    logger.warning(f"Invalid request from ip=10.0.0.9: header {EMAIL}")
    logger.exception("Error handling request %s", f"/t/{TOKEN}")
    assert [one["message"] for one in lines()] == ["Invalid request", "Error handling a request"]
