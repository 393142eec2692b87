"""Who a program is, what its key allows, and how often it may ask."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from foundation.accounts import actions, rules
from foundation.accounts.models import ProgramKey
from foundation.accounts.queries import key_of
from foundation.clockwork import limits

WORDS = {b"bearer", b"token"}
WHY = {
    "unknown": gettext_lazy("This key is not known here. Check that it was copied whole."),
    "revoked": gettext_lazy("This key was withdrawn. Make a new one."),
    "expired": gettext_lazy("This key has ended. Make a new one."),
    "inactive": gettext_lazy("The person of this key no longer works here."),
}


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer as_…` (or `Token …`, as before)."""

    def authenticate(self, request):
        words = get_authorization_header(request).split()
        if not words or words[0].lower() not in WORDS:
            return None
        if len(words) != 2:
            raise exceptions.AuthenticationFailed(_("Write the header as “Bearer” and the key."))
        at = timezone.now()
        key, reason = key_of(words[1].decode("latin-1"), at)
        if key is None:
            raise exceptions.AuthenticationFailed(WHY[reason], code=f"key_{reason}")
        actions.note_use(key, at=at)
        return key.user, key

    def authenticate_header(self, request) -> str:
        return 'Bearer realm="api"'


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "A key for programs: as_…"}


def needed(view, method: str) -> str:
    """The scope a key needs for this: the view names the area, the method the deed."""
    return f"{view.scope}:{'read' if method in SAFE_METHODS else 'write'}"


class WithinScopes(BasePermission):
    """A key does what its scopes say; a person who is signed in has no key and no scopes."""

    def has_permission(self, request, view) -> bool:
        key = request.auth
        wanted = needed(view, request.method)
        if isinstance(key, ProgramKey) and not rules.allows(key.scopes, wanted):
            words = _("This key may not do that: it lacks “%(scope)s”. Make a key that has it.")
            raise exceptions.PermissionDenied(words % {"scope": wanted}, code="scope")
        return True


def rate_of(setting: str) -> tuple[int, timedelta]:
    """(most, per) of a rate such as 600/min."""
    most, seconds = SimpleRateThrottle.parse_rate(None, getattr(settings, setting))
    return most, timedelta(seconds=seconds)


class Limit(BaseThrottle):
    """How often one key (or one person who is signed in) may ask, over all processes and hosts."""

    def allow_request(self, request, view) -> bool:
        key = request.auth
        who = f"key-{key.pk}" if isinstance(key, ProgramKey) else f"user-{request.user.pk}"
        reads = request.method in SAFE_METHODS
        most, per = rate_of("API_READ_RATE" if reads else "API_WRITE_RATE")
        try:
            limits.allow("api.read" if reads else "api.write", who, most=most, per=per)
        except limits.TooMany as many:
            self.seconds = many.seconds
            return False
        return True

    def wait(self) -> float:
        return self.seconds


def count_stranger(request) -> None:
    """Count a request with a wrong key or none from this address; raises Throttled."""
    most, per = rate_of("API_STRANGER_RATE")
    try:
        limits.allow("api.stranger", limits.address_key(request), most=most, per=per)
    except limits.TooMany as many:
        raise exceptions.Throttled(many.seconds) from None
