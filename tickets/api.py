"""The door for programs to tickets: the same verbs, the same matrix, answers in JSON."""

import inspect

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from foundation.api.answers import CHANGE_ERRORS, ERRORS, IDEMPOTENCY, IF_MATCH, WRITE_ERRORS
from foundation.api.pages import Pages
from foundation.api.views import ApiView, ListView, PlainJSON, version_in
from foundation.files.responses import serve
from tickets import actions, queries, rules
from tickets.actions.base import QUIET
from tickets.choices import Channel, Verb
from tickets.filters import TicketFilter
from tickets.models import Attachment, Deadline, Finding, Question, ServicePlan, Task, Ticket
from tickets.queries.why import why
from tickets.serializers import (
    INPUTS,
    NewTicketIn,
    NothingIn,
    TicketOut,
    TicketRowOut,
    VerbOut,
    WhyOut,
)

NUMBER = OpenApiParameter(
    "number", OpenApiTypes.STR, OpenApiParameter.PATH, description="Such as 2026-000123-4."
)


ASKED = ("department", "person", "asked_by", "deadline")
HELP = (
    Prefetch("tasks", Task.objects.select_related(*ASKED)),
    Prefetch("questions", Question.objects.select_related(*ASKED)),
    Prefetch("findings", Finding.objects.select_related("by")),
)


class TicketApi(ApiView):
    scope = "tickets"
    serializer_class = TicketOut

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

    def shown(self, pk: int, code: int = 200) -> Response:
        """The ticket as it is now, with its version as ETag."""
        rows = Ticket.objects.for_list().select_related("unit")
        plans = Prefetch("plans", ServicePlan.objects.select_related("made_by", "decided_by"))
        parts = (*HELP, "holds", "cycles", plans, "messages__author", "attachments__file")
        return self.told(rows.prefetch_related(*parts).get(pk=pk), code)

    def told(self, row: Ticket, code: int = 200) -> Response:
        row = queries.veil(row, self.request.user)
        answer = Response(self.said(TicketOut, row), code)
        answer["ETag"] = f'"{row.version}"'
        return answer


class Arrivals(Pages):
    moment = "received_at"


NOTHING_YET = {
    "tasks": [],
    "questions": [],
    "findings": [],
    "holds": [],
    "plans": [],
    "messages": [],
}


class TicketsView(TicketApi, ListView):
    """The tickets this person sees; a new one."""

    serializer_class = TicketRowOut
    parser_classes = [PlainJSON, MultiPartParser]
    filterset_class = TicketFilter
    pagination_class = Arrivals

    @extend_schema(operation_id="tickets", responses={200: TicketRowOut(many=True), **ERRORS})
    def get(self, request):
        """Tickets, the newest first."""
        return self.listed(self.get_queryset())

    @extend_schema(
        operation_id="receive",
        request=NewTicketIn,
        responses={201: TicketOut, **WRITE_ERRORS},
        parameters=[IDEMPOTENCY],
        filters=False,
    )
    def post(self, request):
        """Record a request. The customer is told where there is an e-mail address."""
        self.row = None
        pk = self.once(self.receive, before=self.prepare)
        answer = self.told(self.row, 201) if self.row else self.shown(pk, 201)
        answer["Location"] = reverse("api:ticket", args=[answer.data["number"]])
        return answer

    def prepare(self) -> None:
        """Before the transaction, so that it is short and nobody waits for the next number."""
        self.facts = self.cleaned(NewTicketIn)
        self.number = actions.draw_number(by=self.request.user)

    def receive(self) -> int:
        facts = self.facts
        apart = {name: facts.pop(name, None) for name in ("customer", "unit", "channel", "files")}
        self.row = actions.receive(
            by=self.request.user,
            channel=apart["channel"] or Channel.API,
            facts=facts,
            customer=apart["customer"],
            unit=apart["unit"],
            files=apart["files"] or (),
            number=self.number,
        )
        # A new ticket has nothing else yet, so that nothing is read for the answer.
        self.row._prefetched_objects_cache = NOTHING_YET | self.row.written
        return self.row.pk


class TicketView(TicketApi):
    @extend_schema(operation_id="ticket", parameters=[NUMBER], responses={200: TicketOut, **ERRORS})
    def get(self, request, number: str):
        """One ticket with its story. The ETag is its version, for `If-Match`."""
        return self.shown(self.ticket(number).pk)


class WhyView(TicketApi):
    serializer_class = WhyOut

    @extend_schema(operation_id="why", parameters=[NUMBER], responses={200: WhyOut, **ERRORS})
    def get(self, request, number: str, deadline: int):
        """Why a promise (its `id` on the ticket) is due when it is, line by line."""
        rows = Deadline.objects.select_related("promise", "policy")
        row = rows.filter(pk=deadline, ticket=self.ticket(number)).first()
        if row is None:
            raise Http404
        return Response(self.said(WhyOut, why(row)))


class VerbsView(TicketApi):
    serializer_class = VerbOut

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
        return Response([self.said(VerbOut, row) for row in rows])


class VerbView(TicketApi):
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

        return self.shown(self.once(lambda: work().pk))


def verb_view(key: str) -> type[VerbView]:
    """The view of one verb, documented from the verb itself."""
    form = INPUTS.get(key, NothingIn)

    @extend_schema(
        operation_id=key,
        summary=Verb(key).label,
        description=inspect.getdoc(actions.VERBS[key]),
        parameters=[NUMBER, IDEMPOTENCY] + ([] if key in QUIET else [IF_MATCH]),
        request=None if form is NothingIn else form,
        responses={200: TicketOut, **CHANGE_ERRORS},
    )
    def post(self, request, number: str):
        return self.run(request, number)

    takes_files = "files" in form().get_fields() if form is not NothingIn else False
    parsers = [PlainJSON, MultiPartParser] if takes_files else [PlainJSON]
    body = {"verb": key, "input": form, "post": post, "parser_classes": parsers}
    return type(f"{key.title().replace('_', '')}View", (VerbView,), body)


class FileView(TicketApi):
    @extend_schema(
        operation_id="file",
        parameters=[NUMBER],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **ERRORS},
    )
    def get(self, request, number: str, file: int):
        """A file of the ticket, whole. What customers send only opens to those who see them."""
        files = Attachment.objects.select_related("file", "ticket__customer")
        row = files.filter(pk=file, ticket=self.ticket(number)).first()
        if row is None:
            raise Http404
        if not queries.may_open(row, request.user):
            raise PermissionDenied(_("Your role does not show what customers send."))
        return serve(row.file)
