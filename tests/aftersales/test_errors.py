import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.views.i18n import set_language

from aftersales.urls import handler400, handler403, handler404, handler500  # noqa: F401
from foundation.clockwork.limits import TooMany


def forbid(request):
    raise PermissionDenied


def fail(request):
    raise RuntimeError("li@example.com")


def too_often(request):
    raise TooMany(90)


def read(request):
    return HttpResponse(str(len(request.POST)))


urlpatterns = [
    path("forbid", forbid),
    path("fail", fail),
    path("often", too_often),
    path("read", read),
    path("api/fail", fail),
    path("language/", set_language, name="set_language"),
]


@pytest.fixture(autouse=True)
def pages(settings, db):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


def said(response, status, *words):
    text = response.content.decode()
    assert response.status_code == status
    assert response["X-Request-ID"] in text
    for word in words:
        assert word in text
    return text


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("/forbid", 403, "You may not see this page"),
        ("/nothing", 404, "There is nothing at this address"),
        ("/often", 429, "Try again in 2 minutes."),
    ],
)
def test_a_page_says_what_to_do_next(visitor, url, status, words):
    text = said(visitor.get(url), status, words, 'lang="en"')
    assert 'name="language"' in text


@pytest.mark.parametrize("url", ["/forbid", "/nothing", "/often"])
def test_the_language_of_the_visitor_is_declared(visitor, url):
    by_browser = visitor.get(url, headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert 'lang="zh-hans"' in by_browser.content.decode()
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert 'lang="zh-hans"' in visitor.get(url).content.decode()


def test_a_failure_speaks_both_languages_and_quotes_nothing(visitor):
    text = said(visitor.get("/fail"), 500, "系统出错了", "Something failed here")
    assert "li@example.com" not in text


def test_a_failure_of_the_page_itself_still_answers(visitor, settings):
    visitor.get("/nothing")
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "no.such.Storage"}}
    said(visitor.get("/fail"), 500, "系统出错了", "Something failed here")


def test_pages_ask_the_database_nothing(visitor, django_assert_num_queries):
    from aftersales import errors

    request = visitor.get("/nothing").wsgi_request
    request.id = "12345678"
    with django_assert_num_queries(0):
        for answer in (errors.not_found, errors.forbidden, errors.server_error, errors.too_large):
            answer(request)


def test_a_form_left_open_too_long():
    response = Client(enforce_csrf_checks=True).post("/read", {"a": "b"})
    said(response, 403, "This page was open too long")


def test_more_than_a_form_may_hold(visitor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    said(visitor.post("/read", {"a": "b" * 200}), 413, "too large")


def test_more_fields_than_a_form_may_have(visitor, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    said(visitor.post("/read", {str(n): "" for n in range(9)}), 413, "too large")


def test_an_upload_over_the_limit_is_not_even_kept(visitor, settings):
    settings.IMPORT_MAX_BYTES = 100
    settings.UPLOAD_MAX_BYTES = 100
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    body = b"x" * 1101
    said(visitor.post("/read", body, content_type="video/mp4"), 413, "100\xa0bytes")
    assert visitor.post("/read", body[:1100], content_type="video/mp4").status_code == 200


def test_a_program_gets_json(visitor):
    for url, status in (("/api/nothing", 404), ("/api/fail", 500)):
        response = visitor.get(url)
        assert response.status_code == status
        assert response.json()["request_id"] == response["X-Request-ID"]


def test_too_many_wrong_passwords(client, cast, settings):
    settings.ROOT_URLCONF = "aftersales.urls"
    settings.AXES_ENABLED = True
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = client.post("/admin/login/", {"username": "anna", "password": "wrong"})
    said(response, 429, "Signing in is closed for a while", "Try again in 15 minutes")
