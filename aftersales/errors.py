"""Pages for what went wrong: they need no database, say what to do next, and show the request's id.

Programs (`/api/`) get the same as JSON.
"""

import logging
from math import ceil

from axes.helpers import get_cool_off
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.csrf import requires_csrf_token

logger = logging.getLogger(__name__)

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
WORDS = {
    400: "The request could not be read.",
    403: "This is not allowed.",
    404: "There is nothing here.",
    413: "The request is too large.",
    429: "Too many tries.",
    500: "Something failed here.",
}
LAST_RESORT = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8">
<title>500</title><h1>系统出错了</h1><p>请稍后再试。如仍有问题，请告知我们编号 {id}。</p>
<h1 lang="en">Something failed here</h1>
<p lang="en">Try again in a few minutes. If it stays, tell us the number {id}.</p></html>"""
# What a refused upload may still be read to, so that the browser shows our page.
DRAIN_BYTES = 1024**3


def page(request: HttpRequest, status: int, name: str = "", **context) -> HttpResponse:
    """The error page `errors/<name or status>.html` in the visitor's language."""
    if request.path.startswith("/api/"):
        answer = {"detail": WORDS[status], "request_id": request_id(request)}
        return JsonResponse(answer, status=status)
    with translation.override(translation.get_language_from_request(request)):
        context |= {
            "request": request,
            "csrf_token": get_token(request),
            "LANGUAGE_CODE": translation.get_language(),
        }
        html = render_to_string(f"errors/{name or status}.html", context)
    return HttpResponse(html, status=status)


def request_id(request: HttpRequest) -> str:
    return getattr(request, "id", "-")


def bad_request(request, exception=None):
    if isinstance(exception, TOO_LARGE):
        return too_large(request)
    return page(request, 400)


def too_large(request):
    return page(request, 413, limit=filesizeformat(settings.UPLOAD_MAX_BYTES))


@requires_csrf_token
def csrf_failure(request, reason=""):
    """The form's cookie is missing or old: usually a page left open over night."""
    return page(request, 403, "csrf")


@requires_csrf_token
def forbidden(request, exception=None):
    return page(request, 403)


@requires_csrf_token
def not_found(request, exception=None):
    return page(request, 404)


def server_error(request):
    """In both languages, and even when templates or static files are what failed."""
    try:
        return page(request, 500)
    except Exception:
        logger.exception("the error page failed")
        return HttpResponse(LAST_RESORT.format(id=request_id(request)), status=500)


def tried_name(request, credentials=None) -> str:
    """The user name that was tried, as long as a column of django-axes may be."""
    given = (credentials or request.POST).get("username") or ""
    return str(given)[:150]


def locked(request, original_response=None, credentials=None):
    """django-axes calls this after too many wrong passwords."""
    pause = get_cool_off(request)
    minutes = ceil(pause.total_seconds() / 60) if pause else 0
    return page(request, 429, "locked", minutes=minutes)


class SizeLimit:
    """Refuses a request larger than any form of ours may be, before it is kept anywhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = settings.UPLOAD_MAX_BYTES * settings.UPLOAD_MAX_FILES
        most = max(most, settings.IMPORT_MAX_BYTES) + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if not length.isdigit() or int(length) <= most:
            return self.get_response(request)
        drain(request, int(length))
        response = too_large(request)
        response["Connection"] = "close"
        return response


def drain(request: HttpRequest, length: int) -> None:
    """Read and forget: a browser that is still sending shows a broken connection, not our page."""
    left = min(length, DRAIN_BYTES)
    while left > 0 and (chunk := request.read(min(left, 1024 * 1024))):
        left -= len(chunk)
