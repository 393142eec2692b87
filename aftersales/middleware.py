import re
import uuid
import zoneinfo

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.utils import timezone

from aftersales.errors import page
from aftersales.logs import request_id
from foundation.accounts.cached import remembering
from foundation.accounts.queries import organisation
from foundation.clockwork.limits import TooMany

SAFE_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class RequestId:
    """Every request has an id: the proxy's when it looks like one, else one short enough to say."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "")
        request.id = given if SAFE_ID.match(given) else uuid.uuid4().hex[:12]
        token = request_id.set(request.id)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = request.id
        return response


class AdminPolicy:
    """The admin theme needs eval and inline styles; nobody else gets them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        # An answer with a policy of its own (a private file) keeps it.
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_replace"):
            response._csp_replace = {
                "default-src": [SELF],
                "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
                "style-src": [SELF, UNSAFE_INLINE],
                "frame-ancestors": [SELF],
            }
        return response


class LocalTime:
    """Times are shown in the person's zone, else the organisation's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with remembering():
            zone = getattr(request.user, "time_zone", "") or organisation().time_zone
            with timezone.override(zoneinfo.ZoneInfo(zone)):
                return self.get_response(request)


class Limits:
    """Turns a refused rate limit into a page that says when to try again."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, TooMany):
            return None
        response = page(request, 429, minutes=exception.minutes)
        response["Retry-After"] = str(exception.seconds)
        return response
