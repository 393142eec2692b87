"""Logs as JSON lines that name places and numbers, never people.

A path holds customers' tokens, an exception quotes what somebody typed, a library prints whole
requests. So a line has a fixed set of fields, an access line names the route, and an exception
shows its frames and its type.
"""

import json
import logging
import re
import time
from contextvars import ContextVar
from types import TracebackType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject, empty

request_id: ContextVar[str] = ContextVar("request_id", default="-")

access = logging.getLogger("aftersales.access")
FIELDS = ("request_id", "method", "route", "status", "ms", "user")
PROBES = {"healthz", "readyz"}

# Their messages speak of code and machines, not of what people typed.
TELLING = (AttributeError, NameError, ImportError, ImproperlyConfigured, OperationalError)
SCRUB = [
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "<address>"),
    (re.compile(r"\+?\d(?:[ -]?\d){6,}"), "<number>"),
    (re.compile(r"(?<![\w/.])/[^\s'\"]*[\w-]{16,}[^\s'\"]*"), "<path>"),
    (re.compile(r"(?<![\w./])(?=[\w-]*\d)[\w-]{20,}"), "<token>"),
]
FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<name>\S+)')


def scrub(text: str) -> str:
    """The text without what looks like an address, a number, or a token."""
    for pattern, word in SCRUB:
        text = pattern.sub(word, text)
    return text


def frames(trace: TracebackType | None) -> list[str]:
    """The places of a traceback, outermost first: "file:line in function"."""
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{short(code.co_filename)}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return found


def short(file: str) -> str:
    return file.rpartition("site-packages/")[2].removeprefix(f"{settings.BASE_DIR}/")


def told(error: BaseException) -> list[dict]:
    """An exception and its causes: type, frames, and words only where they are safe."""
    chain: list[dict] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        entry = {"type": f"{type(current).__module__}.{type(current).__qualname__}"}
        if isinstance(current, TELLING):
            entry["text"] = scrub(str(current).splitlines()[0] if str(current) else "")
        elif isinstance(current, OSError) and current.strerror:
            entry["text"] = scrub(str(current.strerror))
        entry["frames"] = frames(current.__traceback__)
        chain.append(entry)
        hidden = None if current.__suppress_context__ else current.__context__
        current = current.__cause__ or hidden
    return chain


class RequestIdFilter(logging.Filter):
    """Gives every record the request's id and takes away what Django and libraries quote."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        if hasattr(record, "request"):
            record.route = route_of(record.request)
            record.status = getattr(record, "status_code", None)
            record.msg, record.args = refusal(record), ()
        elif record.name == "django-q":
            record.msg, record.args = without_result(record.getMessage()), ()
        return True


def refusal(record: logging.LogRecord) -> str:
    return "Unhandled error" if record.exc_info else f"Refused by {record.name}"


def without_result(message: str) -> str:
    """What django-q says of a task, its traceback cut down to the places."""
    head, _, result = message.partition(" - ")
    places = [f"{short(m['file'])}:{m['line']} in {m['name']}" for m in FRAME.finditer(result)]
    return f"{head} ({'; '.join(places)})" if places else head


class JsonLines(logging.Formatter):
    """One JSON object per line with the known fields only."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        for name in FIELDS:
            if (value := getattr(record, name, None)) not in (None, "-"):
                line[name] = value
        if record.exc_info and record.exc_info[1]:
            line["error"] = told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def route_of(request: HttpRequest) -> str:
    """The name of the route or its pattern; never the path."""
    match = getattr(request, "resolver_match", None)
    if match:
        return match.view_name if match.url_name else match.route
    if not hasattr(request, "path"):
        return "-"
    if request.path.startswith(settings.STATIC_URL):
        return "static"
    name = request.path.strip("/")
    return name if name in PROBES else "unknown"


def user_of(request: HttpRequest) -> int | None:
    """The id of the person when somebody has asked for it already; asking would cost queries."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject) and user._wrapped is empty:
        return None
    return getattr(user, "pk", None)


class AccessLog:
    """One line for each request. Probes that succeed are told at DEBUG only."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        started = time.monotonic()
        response = self.get_response(request)
        route = route_of(request)
        quiet = route in PROBES and response.status_code == 200
        facts = {
            "method": request.method if request.method.isalpha() else "?",
            "route": route,
            "status": response.status_code,
            "ms": round((time.monotonic() - started) * 1000),
            "user": user_of(request),
        }
        access.log(logging.DEBUG if quiet else logging.INFO, "request", extra=facts)
        return response
