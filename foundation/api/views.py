"""What every address for programs shares: who asks, one effect, one shape of answers.

A door of an app subclasses `ApiView`, names the `scope` of keys, and calls verbs and queries.
"""

import hashlib
import json
import re
import threading
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, serializers
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from foundation.api.answers import KeyReused, explain
from foundation.api.keys import Limit, WithinScopes, count_stranger
from foundation.api.pages import Pages
from foundation.clockwork.once import kept, once

ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')
KEY = re.compile(r"[\x21-\x7e]{1,100}")
STRANGERS = (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)
NOT_FILTERS = {"cursor", "page_size"}
_made = threading.local()


class PlainJSON(JSONParser):
    def parse(self, *args, **kwargs):
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise exceptions.ParseError(_("The request is nested too deeply.")) from None


class ApiView(GenericAPIView):
    # The area of KeyScope that a key needs, such as "tickets".
    scope = ""
    # Verbs of the matrix of which a person needs one to come in at all; none where rows decide.
    verbs: tuple[str, ...] = ()
    permission_classes = [IsAuthenticated, WithinScopes]
    throttle_classes = [Limit]
    parser_classes = [PlainJSON]
    # The description is at /api/schema/; OPTIONS would look for a row where there may be none.
    metadata_class = None
    pagination_class = None
    filter_backends = []

    def get_exception_handler(self) -> Callable:
        return explain

    def handle_exception(self, exc):
        if isinstance(exc, STRANGERS):
            try:
                count_stranger(self.request)
            except exceptions.Throttled as many:
                exc = many
        return super().handle_exception(exc)

    def check_permissions(self, request) -> None:
        super().check_permissions(request)
        if self.verbs and not any(request.user.may(verb) for verb in self.verbs):
            raise PermissionDenied(_("Your role does not allow this here."))

    def permission_denied(self, request, message=None, code=None):
        # DRF would tell a stranger with a wrong role what it tells one without a key.
        if request.user and request.user.is_authenticated:
            raise exceptions.PermissionDenied(detail=message, code=code)
        raise exceptions.NotAuthenticated()

    def cleaned(self, form: type[serializers.Serializer]) -> dict:
        """What was sent, checked by `form`; raises ValidationError by field."""
        return self._ready(form).run_validation(self.request.data)

    def said(self, form: type[serializers.Serializer], row: Any) -> dict:
        """The row in the shape of `form`."""
        return self._ready(form).to_representation(row)

    def _ready(self, form: type[serializers.Serializer]) -> serializers.Serializer:
        """The thread's serializer of this kind: to build its fields takes longer than its work."""
        made = _made.__dict__.setdefault("forms", {})
        one = made.get(form) or made.setdefault(form, form())
        one._context = self.get_serializer_context()
        return one

    def once(self, work: Callable[[], Any], before: Callable[[], None] = lambda: None) -> Any:
        """Do `work` once for the request's idempotency key; returns its (JSON) answer.

        `before` runs outside the transaction, and not where the answer is known already.
        """
        key = self.request.headers.get("Idempotency-Key", "")
        if not key:
            before()
            return work()
        if not KEY.fullmatch(key):
            words = _("Give 1 to 100 visible characters.")
            raise serializers.ValidationError({"Idempotency-Key": [words]})
        scope, digest = f"api.{self.request.user.pk}", digest_of(self.request)
        answer = kept(scope, key)
        if answer is None:
            before()
            answer, _fresh = once(scope, key, lambda: {"digest": digest, "ticket": work()})
        if answer["digest"] != digest:
            raise KeyReused
        return answer["ticket"]


class ListView(ApiView):
    """A list in pages, with the filters of `filterset_class` and no others."""

    pagination_class = Pages
    filter_backends = [DjangoFilterBackend]

    def filtered(self, rows):
        """The rows asked for; raises ValidationError by name for what is no filter."""
        form = getattr(self, "filterset_class", None)
        known = NOT_FILTERS | set(form.base_filters if form else ())
        if unknown := sorted(set(self.request.query_params) - known):
            words = _("There is no such filter.")
            raise serializers.ValidationError({name: [words] for name in unknown})
        return self.filter_queryset(rows)

    def listed(self, rows):
        """The answer: one page of the rows."""
        page = self.paginate_queryset(self.filtered(rows))
        return self.get_paginated_response([self.said(self.serializer_class, row) for row in page])


def digest_of(request: Request) -> str:
    """What tells one request from another: method (unless POST), address and content."""

    def plain(value):
        if isinstance(value, UploadedFile):
            content = hashlib.sha256()
            for chunk in value.chunks():
                content.update(chunk)
            value.seek(0)
            return [value.name, content.hexdigest()]
        return str(value)

    data = request.data
    data = dict(data.lists()) if hasattr(data, "lists") else data
    said = [request.path, data] + ([] if request.method == "POST" else [request.method])
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=plain).encode()).hexdigest()


def version_in(request: Request) -> int | None:
    """The version of `If-Match`, or None where the program does not mind."""
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        return None
    if not (found := ETAG.fullmatch(given)):
        words = _('Write the version you read in quotes, as "7".')
        raise serializers.ValidationError({"If-Match": [words]})
    return int(found[1])
