"""The door for programs: the same verbs, the same matrix, answers in JSON."""

import hashlib
import inspect
import json
import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import exceptions, serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import exception_handler

from foundation.clockwork.once import once
from tickets import actions, queries, rules
from tickets.actions.base import QUIET
from tickets.choices import Channel, Verb
from tickets.filters import TicketFilter
from tickets.models import Ticket
from tickets.serializers import (
    INPUTS,
    ErrorOut,
    NewTicketIn,
    NothingIn,
    TicketOut,
    TicketRowOut,
    VerbOut,
)

ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')
KEY = re.compile(r"[\x21-\x7e]{1,100}")
SAFE = ("GET", "HEAD", "OPTIONS")

ERRORS = {
    400: OpenApiResponse(ErrorOut, "Something in the request is wrong; `fields` tells what."),
    401: OpenApiResponse(ErrorOut, "No valid token or session."),
    403: OpenApiResponse(ErrorOut, "Your role does not allow this here."),
    404: OpenApiResponse(ErrorOut, "There is no such ticket, or you do not see it."),
    429: OpenApiResponse(ErrorOut, "Too many requests; `Retry-After` tells the seconds."),
}
WRITE_ERRORS = ERRORS | {
    409: OpenApiResponse(ErrorOut, "Not possible in this state; `code` and `detail` tell why."),
    415: OpenApiResponse(ErrorOut, "Send JSON, or multipart/form-data with files."),
    422: OpenApiResponse(ErrorOut, "The idempotency key was used for another request."),
}
VERB_ERRORS = WRITE_ERRORS | {
    412: OpenApiResponse(ErrorOut, "Somebody was quicker; `detail` tells who did what."),
}
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="1 to 100 visible characters. The same key and request have one effect.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description='The version you read, as "7". Refused with 412 where somebody was quicker.',
)
NUMBER = OpenApiParameter(
    "number", OpenApiTypes.STR, OpenApiParameter.PATH, description="Such as 2026-000123-4."
)


class KeyReused(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"


def explain(error: Exception, context: dict) -> Response | None:
    """One shape for every refusal: {code, detail} and `fields` where fields are to blame."""
    if isinstance(error, ValidationError):
        return _refusal(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = _faults(error.detail)
    else:
        code = error.get_codes() if isinstance(error, exceptions.APIException) else ""
        names = {403: "permission_denied", 404: "not_found"}
        detail = str(response.data.get("detail", ""))
        response.data = {"code": code or names[response.status_code], "detail": _sound(detail)}
    return response


def _refusal(error: ValidationError) -> Response:
    """What a verb refused: by field 400, by state 409, by version 412."""
    if hasattr(error, "error_dict"):
        return Response(_faults(error.message_dict), status=400)
    code = getattr(error, "code", None) or "refused"
    answer = {"code": code, "detail": " ".join(error.messages)}
    return Response(answer, status=412 if isinstance(error, actions.Stale) else 409)


def _faults(detail) -> dict:
    fields = detail if isinstance(detail, dict) else {"non_field_errors": detail}
    return {"code": "invalid", "detail": _("Correct the fields."), "fields": _sound(fields)}


def _sound(value):
    """The same without half characters, which what was sent may hold and no answer can."""
    if isinstance(value, dict):
        return {_sound(str(name)): _sound(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_sound(inner) for inner in value]
    return str(value).encode("utf-8", "replace").decode()


class ReadLimit(UserRateThrottle):
    scope = "api_read"

    def allow_request(self, request, view):
        return request.method not in SAFE or super().allow_request(request, view)


class WriteLimit(UserRateThrottle):
    scope = "api_write"

    def allow_request(self, request, view):
        return request.method in SAFE or super().allow_request(request, view)


class PlainJSON(JSONParser):
    def parse(self, *args, **kwargs):
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise exceptions.ParseError(_("The request is nested too deeply.")) from None


class ApiView(GenericAPIView):
    throttle_classes = [ReadLimit, WriteLimit]
    parser_classes = [PlainJSON]
    serializer_class = TicketOut

    def get_exception_handler(self) -> Callable:
        return explain

    def get_queryset(self) -> QuerySet[Ticket]:
        if getattr(self, "swagger_fake_view", False):
            return Ticket.objects.none()
        return Ticket.objects.visible_to(self.request.user).for_list()

    def ticket(self, number: str) -> Ticket:
        """The ticket of this number among those the person sees."""
        row = self.get_queryset().filter(number=rules.parse_number(number) or "").first()
        if row is None:
            raise Http404
        return row

    def cleaned(self, form: type[serializers.Serializer]) -> dict:
        form = form(data=self.request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        return form.validated_data

    def shown(self, pk: int, code: int = 200) -> Response:
        """The ticket as it is now, with its version as ETag."""
        rows = Ticket.objects.for_list().select_related("unit")
        parts = ("holds", "cycles", "plans__made_by", "messages__author", "attachments__file")
        row = queries.veil(rows.prefetch_related(*parts).get(pk=pk), self.request.user)
        answer = Response(TicketOut(row, context=self.get_serializer_context()).data, code)
        answer["ETag"] = f'"{row.version}"'
        return answer

    def once(self, work: Callable[[], Ticket]) -> int:
        """Do `work` once for the request's idempotency key; the ticket's primary key."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not key:
            return work().pk
        if not KEY.fullmatch(key):
            words = _("Give 1 to 100 visible characters.")
            raise serializers.ValidationError({"Idempotency-Key": [words]})
        digest = digest_of(self.request)
        kept, _fresh = once(
            f"api.{self.request.user.pk}", key, lambda: {"digest": digest, "ticket": work().pk}
        )
        if kept["digest"] != digest:
            raise KeyReused(_("This key was used for another request. Make a new key."))
        return kept["ticket"]


def digest_of(request: Request) -> str:
    """What tells one request from another: address and content."""

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
    words = json.dumps([request.path, data], sort_keys=True, default=plain)
    return hashlib.sha256(words.encode()).hexdigest()


def version_in(request: Request) -> int | None:
    """The version of `If-Match`, or None where the program does not mind."""
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        return None
    if not (found := ETAG.fullmatch(given)):
        words = _('Write the version you read in quotes, as "7".')
        raise serializers.ValidationError({"If-Match": [words]})
    return int(found[1])


class Pages(CursorPagination):
    ordering = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request):
        cursor = super().decode_cursor(request)
        position = cursor.position if cursor else None
        if position is not None and not re.fullmatch(r"[0-9]{1,18}", position):
            raise exceptions.NotFound(self.invalid_cursor_message)
        return cursor


class TicketsView(ApiView):
    """The tickets this person sees; a new one."""

    serializer_class = TicketRowOut
    parser_classes = [PlainJSON, MultiPartParser]
    filterset_class = TicketFilter
    pagination_class = Pages

    def filter_queryset(self, rows):
        known = {*TicketFilter.base_filters, "cursor", "page_size"}
        if unknown := sorted(set(self.request.query_params) - known):
            words = _("There is no such filter.")
            raise serializers.ValidationError({name: [words] for name in unknown})
        return super().filter_queryset(rows)

    @extend_schema(operation_id="tickets", responses={200: TicketRowOut(many=True), **ERRORS})
    def get(self, request):
        """Tickets, the newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="receive",
        request=NewTicketIn,
        responses={201: TicketOut, **WRITE_ERRORS},
        parameters=[IDEMPOTENCY],
        filters=False,
    )
    def post(self, request):
        """Record a request. The customer is told where there is an e-mail address."""
        pk = self.once(self.receive)
        answer = self.shown(pk, status.HTTP_201_CREATED)
        answer["Location"] = reverse("api:ticket", args=[answer.data["number"]])
        return answer

    def receive(self) -> Ticket:
        facts = self.cleaned(NewTicketIn)
        apart = {name: facts.pop(name, None) for name in ("customer", "unit", "channel", "files")}
        return actions.receive(
            by=self.request.user,
            channel=apart["channel"] or Channel.API,
            facts=facts,
            customer=apart["customer"],
            unit=apart["unit"],
            files=apart["files"] or (),
        )


class TicketView(ApiView):
    @extend_schema(operation_id="ticket", parameters=[NUMBER], responses={200: TicketOut, **ERRORS})
    def get(self, request, number: str):
        """One ticket with its story. The ETag is its version, for `If-Match`."""
        return self.shown(self.ticket(number).pk)


class VerbsView(ApiView):
    serializer_class = VerbOut
    pagination_class = None
    filter_backends = []

    @extend_schema(
        operation_id="verbs", parameters=[NUMBER], responses={200: VerbOut(many=True), **ERRORS}
    )
    def get(self, request, number: str):
        """What your roles may do with this ticket, and why something is not possible now."""
        allowed = queries.allowed_verbs(self.ticket(number), request.user, timezone.now())
        rows = [
            {
                "verb": verb,
                "label": Verb(verb).label,
                "allowed": refusal is None,
                "code": refusal and refusal.code,
                "why": refusal and refusal.words,
            }
            for verb, refusal in allowed
        ]
        return Response(VerbOut(rows, many=True).data)


class VerbView(ApiView):
    """One verb; `verb_view` makes a documented class of it for each."""

    verb = ""
    input: type[serializers.Serializer] = NothingIn

    def run(self, request, number: str) -> Response:
        ticket, version = self.ticket(number), version_in(request)

        def work() -> Ticket:
            facts = self.cleaned(self.input) if self.input is not NothingIn else {}
            given = {name: value for name, value in facts.items() if value is not None}
            if self.verb == "link":
                given = facts
            return actions.VERBS[self.verb](ticket, by=request.user, version=version, **given)

        return self.shown(self.once(work))


def verb_view(key: str) -> type[VerbView]:
    """The view of one verb, documented from the verb itself."""
    form = INPUTS.get(key, NothingIn)

    @extend_schema(
        operation_id=key,
        summary=Verb(key).label,
        description=inspect.getdoc(actions.VERBS[key]),
        parameters=[NUMBER, IDEMPOTENCY] + ([] if key in QUIET else [IF_MATCH]),
        request=None if form is NothingIn else form,
        responses={200: TicketOut, **VERB_ERRORS},
    )
    def post(self, request, number: str):
        return self.run(request, number)

    takes_files = "files" in form().get_fields() if form is not NothingIn else False
    parsers = [PlainJSON, MultiPartParser] if takes_files else [PlainJSON]
    body = {"verb": key, "input": form, "post": post, "parser_classes": parsers}
    return type(f"{key.title().replace('_', '')}View", (VerbView,), body)


class DocsView(SpectacularSwaggerSplitView):
    """The page for programmers. Its style sheet is inline, and only here that is allowed."""

    url_name = "api:schema"

    @extend_schema(exclude=True)
    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        response._csp_update = {"style-src": "'unsafe-inline'"}
        return response
