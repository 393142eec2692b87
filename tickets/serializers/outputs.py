"""What programs get: tickets with personal data by the matrix, refusals in one shape."""

from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers.models import Unit
from customers.rules import mask_address, mask_email, mask_name, mask_phone, mask_text
from foundation.calendars import words
from tickets import queries
from tickets.actions.intake import FACTS
from tickets.choices import (
    ApprovalReason,
    CancelReason,
    DeadlineState,
    Method,
    Priority,
    Verb,
    Wanted,
    WantedHow,
)
from tickets.models import (
    Attachment,
    Deadline,
    Finding,
    Hold,
    Question,
    ServicePlan,
    Task,
    Ticket,
    TicketCycle,
    TicketMessage,
)
from tickets.queries.plans import veil_plans
from tickets.queries.story import promises


class Masking:
    """Asks once per ticket whether this person reads its personal data."""

    def shown(self, ticket: Ticket, value: str, mask) -> str:
        full = queries.sees_personal(ticket, self.context["request"].user)
        return value if full else mask(value)


def choice_or_nothing(choices) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=choices.choices, allow_blank=True, read_only=True)


class PersonOut(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField(source="__str__")


class CustomerOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    tier = serializers.CharField(allow_null=True)


class TicketRowOut(Masking, serializers.ModelSerializer):
    """A ticket in a list."""

    priority = choice_or_nothing(Priority)
    title = serializers.SerializerMethodField()
    department = serializers.SlugRelatedField("key", read_only=True, allow_null=True)
    category = serializers.SlugRelatedField("key", read_only=True, allow_null=True)
    product = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    handler = PersonOut(read_only=True, allow_null=True)
    contact = PersonOut(read_only=True, allow_null=True)
    customer = serializers.SerializerMethodField()
    awaits_answer = serializers.BooleanField(read_only=True)

    class Meta:
        model = Ticket
        fields = (
            "number", "version", "status", "is_on_hold", "is_registered", "kind", "channel",
            "priority", "proposed_priority", "is_safety", "title", "department", "category",
            "product", "customer", "handler", "contact", "cycle", "received_at", "status_at",
            "next_promise", "next_due_at", "awaits_answer",
        )  # fmt: skip
        read_only_fields = fields

    def get_title(self, ticket) -> str:
        return self.shown(ticket, ticket.title, mask_text)

    @extend_schema_field(CustomerOut(allow_null=True))
    def get_customer(self, ticket):
        customer = ticket.customer
        if customer is None:
            return None
        return {
            "id": customer.pk,
            "name": self.shown(ticket, customer.name, mask_name),
            "tier": customer.tier.key if customer.tier_id else None,
        }


class StepOut(serializers.Serializer):
    status = serializers.CharField()
    label = serializers.CharField()
    state = serializers.ChoiceField(choices=["done", "now", "ahead", "struck"])


class PromiseOut(serializers.ModelSerializer):
    name = serializers.CharField(source="promise.name", read_only=True)

    class Meta:
        model = Deadline
        fields = (
            "id", "key", "name", "state", "length", "started_at", "due_at", "ended_at",
            "breached_at",
        )  # fmt: skip


class WaitOut(serializers.Serializer):
    reason = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class LineOut(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    due_at = serializers.DateTimeField()
    words = serializers.CharField()


class WhyOut(serializers.Serializer):
    """`arithmetic` tells each interval on the calendar (null for a date that somebody named: then
    `steps` do); `decided` whose terms hold; `is_kept` that it comes to the due time of the
    ledger. Words are in the language asked for."""

    id = serializers.IntegerField(source="deadline.pk")
    key = serializers.CharField(source="deadline.key")
    name = serializers.CharField(source="deadline.promise.name")
    state = serializers.ChoiceField(source="deadline.state", choices=DeadlineState.choices)
    cycle = serializers.IntegerField(source="deadline.cycle")
    round = serializers.IntegerField(source="deadline.round")
    begins = serializers.CharField()
    ends = serializers.CharField()
    started_at = serializers.DateTimeField(source="deadline.started_at")
    due_at = serializers.DateTimeField(source="deadline.due_at")
    length = serializers.CharField(source="deadline.length")
    calendar = serializers.CharField(source="deadline.calendar")
    calendar_version = serializers.IntegerField(source="deadline.calendar_version")
    decided = serializers.CharField()
    others = serializers.ListField(child=serializers.CharField())
    arithmetic = serializers.SerializerMethodField()
    steps = serializers.ListField(child=serializers.CharField())
    waits = WaitOut(many=True)
    history = LineOut(many=True)
    is_kept = serializers.BooleanField()

    def get_arithmetic(self, why) -> dict | None:
        return words.as_json(why.told) if why.told else None


class HoldOut(serializers.ModelSerializer):
    class Meta:
        model = Hold
        fields = ("reason", "started_at", "ended_at")


class PlanOut(serializers.ModelSerializer):
    methods = serializers.ListField(child=serializers.ChoiceField(choices=Method.choices))
    made_by = PersonOut(allow_null=True)
    decided_by = PersonOut(allow_null=True)
    approval_reasons = serializers.ListField(
        child=serializers.ChoiceField(choices=ApprovalReason.choices)
    )

    class Meta:
        model = ServicePlan
        fields = (
            "cycle", "version", "diagnosis", "found_how", "methods", "summary", "finish_at",
            "work_minutes", "parts", "tools", "payer", "cost", "compensation", "change_reason",
            "alternative", "approval", "approval_reasons", "decided_at", "decided_by",
            "acceptance", "answered_at", "answered_how", "made_at", "made_by",
        )  # fmt: skip


class HelpOut(Masking, serializers.ModelSerializer):
    """What others were asked for; `due_at` is its promise."""

    department = serializers.SlugRelatedField("key", read_only=True, allow_null=True)
    person = PersonOut(allow_null=True)
    asked_by = PersonOut(allow_null=True)
    due_at = serializers.DateTimeField(source="deadline.due_at", allow_null=True, default=None)

    def to_representation(self, row):
        data = super().to_representation(row)
        typed = {"title", "outcome", "question", "answer"} & set(data)
        return data | {name: self.shown(row.ticket, data[name], mask_text) for name in typed}


ASKED = (
    "id", "state", "department", "person", "asked_by", "asked_at", "accepted_at", "ended_at",
    "due_at",
)  # fmt: skip


class TaskOut(HelpOut):
    class Meta:
        model = Task
        fields = (*ASKED, "title", "outcome")


class QuestionOut(HelpOut):
    class Meta:
        model = Question
        fields = (*ASKED, "target", "question", "answer")


class FindingOut(serializers.ModelSerializer):
    by = PersonOut(allow_null=True)

    class Meta:
        model = Finding
        fields = ("party", "evidence", "at", "by")


class CycleOut(serializers.ModelSerializer):
    class Meta:
        model = TicketCycle
        fields = (
            "number", "opened_at", "first_response_at", "registered_at", "classified_at",
            "assigned_at", "accepted_at", "planned_at", "started_at", "resolved_at",
            "confirmed_at", "cancelled_at", "cause", "remedy", "test_result", "responsibility",
            "result",
        )  # fmt: skip


class FileOut(serializers.ModelSerializer):
    name = serializers.CharField(source="file.name")
    size = serializers.IntegerField(source="file.size")
    content_type = serializers.CharField(source="file.content_type")

    class Meta:
        model = Attachment
        fields = (
            "id", "name", "size", "content_type", "audience", "is_from_customer", "message", "at",
        )  # fmt: skip


class MessageOut(Masking, serializers.ModelSerializer):
    author = PersonOut(allow_null=True)
    body = serializers.SerializerMethodField()

    class Meta:
        model = TicketMessage
        fields = ("id", "audience", "channel", "is_from_customer", "author", "body", "at")

    def get_body(self, message) -> str:
        return self.shown(message.ticket, message.body, mask_text)


class RequesterOut(serializers.Serializer):
    name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    address = serializers.CharField()


class UnitOut(serializers.ModelSerializer):
    class Meta:
        model = Unit
        fields = ("id", "serial", "order_line", "variant")


PLAIN_FACTS = tuple(
    name for name in FACTS if not name.startswith("requester_") and name not in ("product", "kind")
)


class TicketOut(TicketRowOut):
    """A ticket with its whole story, for staff."""

    symptom = serializers.SerializerMethodField()
    wanted = choice_or_nothing(Wanted)
    wanted_how = choice_or_nothing(WantedHow)
    cancel_reason = choice_or_nothing(CancelReason)
    requester = serializers.SerializerMethodField()
    unit = UnitOut(read_only=True, allow_null=True)
    path = serializers.SerializerMethodField()
    promises = serializers.SerializerMethodField()
    holds = HoldOut(many=True, read_only=True)
    plan = serializers.SerializerMethodField()
    tasks = TaskOut(many=True, read_only=True)
    questions = QuestionOut(many=True, read_only=True)
    findings = FindingOut(many=True, read_only=True)
    cycles = CycleOut(many=True, read_only=True)
    messages = MessageOut(many=True, read_only=True)
    files = FileOut(source="attachments", many=True, read_only=True)

    class Meta(TicketRowOut.Meta):
        fields = tuple(
            dict.fromkeys(
                (
                    *TicketRowOut.Meta.fields, *PLAIN_FACTS, "requester", "unit", "cancel_reason",
                    "path", "promises", "holds", "plan", "tasks", "questions", "findings", "cycles", "messages", "files",
                )
            )
        )  # fmt: skip
        read_only_fields = fields

    def get_symptom(self, ticket) -> str:
        return self.shown(ticket, ticket.symptom, mask_text)

    @extend_schema_field(RequesterOut)
    def get_requester(self, ticket):
        return {
            "name": self.shown(ticket, ticket.requester_name, mask_name),
            "phone": self.shown(ticket, ticket.requester_phone, mask_phone),
            "email": self.shown(ticket, ticket.requester_email, mask_email),
            "address": self.shown(ticket, ticket.requester_address, mask_address),
        }

    @extend_schema_field(StepOut(many=True))
    def get_path(self, ticket):
        return [vars(step) for step in queries.path(ticket)]

    @extend_schema_field(PromiseOut(many=True))
    def get_promises(self, ticket):
        return [self.promise.to_representation(row) for row in promises(ticket)]

    @extend_schema_field(PlanOut(allow_null=True))
    def get_plan(self, ticket):
        plans = veil_plans(list(ticket.plans.all())[:1], ticket, self.context["request"].user)
        return PlanOut(plans[0]).data if plans else None

    @cached_property
    def promise(self) -> PromiseOut:
        """Made once: to build its fields takes longer than its work."""
        return PromiseOut()


class VerbOut(serializers.Serializer):
    """`code` and `why` tell why a verb is not possible now."""

    verb = serializers.ChoiceField(choices=Verb.choices)
    label = serializers.CharField()
    allowed = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    why = serializers.CharField(allow_null=True)
