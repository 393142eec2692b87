"""What programs send and get: one typed input per verb, tickets with personal data by the matrix."""

import re
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers.models import Customer, Product, Unit
from customers.rules import mask_address, mask_email, mask_name, mask_phone
from foundation.accounts.models import User
from knowledgebase.models import Article
from tickets import queries
from tickets.actions.intake import FACTS
from tickets.choices import (
    CancelReason,
    Channel,
    HoldReason,
    Method,
    Priority,
    Responsibility,
    TestResult,
    Verb,
)
from tickets.models import (
    Attachment,
    Category,
    Deadline,
    Hold,
    ServicePlan,
    Ticket,
    TicketCycle,
    TicketMessage,
)

LONGEST_PLAN = timedelta(days=3660)
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}-?\d{7,8})(?!\d)")

# --- what comes in -------------------------------------------------------------------------------


class Visible(serializers.PrimaryKeyRelatedField):
    """A row by its id, among those this person sees."""

    def get_queryset(self):
        return super().get_queryset().visible_to(self.context["request"].user)


def text(longest: int, *, required: bool = True) -> serializers.CharField:
    if required:
        return serializers.CharField(max_length=longest)
    return serializers.CharField(max_length=longest, required=False, allow_blank=True)


def by_name(model, field: str, **options) -> serializers.SlugRelatedField:
    """A row by the name that people and programs share, such as a category's key."""
    return serializers.SlugRelatedField(field, queryset=model._default_manager.all(), **options)


def category_field() -> serializers.SlugRelatedField:
    return serializers.SlugRelatedField("key", queryset=Category.objects.filter(is_active=True))


def person(**options) -> serializers.SlugRelatedField:
    people = User.objects.filter(is_active=True)
    return serializers.SlugRelatedField("username", queryset=people, **options)


def files_field(**options) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.FileField(max_length=255),
        max_length=settings.UPLOAD_MAX_FILES,
        allow_empty=False,
        **options,
    )


class FactsIn(serializers.ModelSerializer):
    product = by_name(Product, "code", required=False, allow_null=True)

    class Meta:
        model = Ticket
        fields = FACTS


class NewTicketIn(FactsIn):
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.API)
    customer = Visible(queryset=Customer.objects.all(), required=False, allow_null=True)
    unit = Visible(queryset=Unit.objects.all(), required=False, allow_null=True)
    files = files_field(required=False)

    class Meta(FactsIn.Meta):
        fields = (*FACTS, "channel", "customer", "unit", "files")

    def validate(self, data):
        customer, unit = data.get("customer"), data.get("unit")
        if customer and unit and unit.customer_id not in (None, customer.pk):
            raise serializers.ValidationError({"unit": _("This unit belongs to another customer.")})
        return data


class AmendIn(FactsIn):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, partial=True, **kwargs)

    def validate(self, data):
        return {"facts": data}


class LinkIn(serializers.Serializer):
    customer = Visible(queryset=Customer.objects.all(), allow_null=True)
    unit = Visible(queryset=Unit.objects.all(), required=False, allow_null=True)


class ClassifyIn(serializers.Serializer):
    category = category_field()
    priority = serializers.ChoiceField(choices=Priority.choices)
    reason = text(2000, required=False)


class SetPriorityIn(serializers.Serializer):
    priority = serializers.ChoiceField(choices=Priority.choices)
    reason = text(2000)


class AnswerIn(serializers.Serializer):
    body = text(5000)
    category = category_field()


class AssignIn(serializers.Serializer):
    handler = person()
    contact = person(required=False, allow_null=True)
    reason = text(2000, required=False)


class ReasonIn(serializers.Serializer):
    reason = text(2000)


class PlanIn(serializers.Serializer):
    methods = serializers.ListField(
        child=serializers.ChoiceField(choices=Method.choices), allow_empty=False, max_length=10
    )
    finish_at = serializers.DateTimeField()
    diagnosis = text(300, required=False)
    summary = text(500, required=False)

    def validate_finish_at(self, at):
        if at > timezone.now() + LONGEST_PLAN:
            raise serializers.ValidationError(_("Choose a day within the next ten years."))
        return at


class HoldIn(serializers.Serializer):
    reason = serializers.ChoiceField(choices=HoldReason.choices)
    body = text(2000, required=False)


class ResumeIn(serializers.Serializer):
    reason = serializers.ChoiceField(
        choices=HoldReason.choices, required=False, help_text=_("Without it all holds end.")
    )


class ResolveIn(serializers.Serializer):
    result = text(5000)
    cause = text(300, required=False)
    remedy = text(300, required=False)
    test_result = serializers.ChoiceField(choices=TestResult.choices, default=TestResult.PASSED)
    responsibility = serializers.ChoiceField(
        choices=Responsibility.choices, default=Responsibility.UNDECIDED
    )


class CancelIn(serializers.Serializer):
    reason = serializers.ChoiceField(choices=CancelReason.choices)
    body = text(2000, required=False)


class MessageIn(serializers.Serializer):
    body = text(10_000)
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.API)
    article = serializers.SlugRelatedField(
        "slug",
        queryset=Article.objects.filter(is_public=True).published(),
        required=False,
        allow_null=True,
    )
    files = files_field(required=False)


class NoteIn(serializers.Serializer):
    body = text(10_000)
    files = files_field(required=False)


class AttachIn(serializers.Serializer):
    files = files_field()
    public = serializers.BooleanField(default=False)


class NothingIn(serializers.Serializer):
    """The verb needs no more than the ticket."""


INPUTS: dict[str, type[serializers.Serializer]] = {
    "amend": AmendIn,
    "link": LinkIn,
    "classify": ClassifyIn,
    "set_priority": SetPriorityIn,
    "answer": AnswerIn,
    "assign": AssignIn,
    "refuse": ReasonIn,
    "plan": PlanIn,
    "hold": HoldIn,
    "resume": ResumeIn,
    "resolve": ResolveIn,
    "reopen": ReasonIn,
    "cancel": CancelIn,
    "message": MessageIn,
    "note": NoteIn,
    "attach": AttachIn,
}

# --- what goes out -------------------------------------------------------------------------------


def masked_text(words: str) -> str:
    """What people typed, with addresses and numbers masked for those who may not read them."""
    words = EMAIL.sub(lambda found: mask_email(found[0]), words)
    return PHONE.sub(lambda found: mask_phone(found[0]), words)


class Masking:
    """Asks once per ticket whether this person reads its personal data."""

    def shown(self, ticket: Ticket, value: str, mask) -> str:
        full = queries.sees_personal(ticket, self.context["request"].user)
        return value if full else mask(value)


class PersonOut(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField(source="__str__")


class CustomerOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    tier = serializers.CharField(allow_null=True)


class TicketRowOut(Masking, serializers.ModelSerializer):
    """A ticket in a list."""

    title = serializers.SerializerMethodField()
    department = serializers.SlugRelatedField("key", read_only=True)
    category = serializers.SlugRelatedField("key", read_only=True)
    product = serializers.SlugRelatedField("code", read_only=True)
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
        return self.shown(ticket, ticket.title, masked_text)

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
            "key", "name", "state", "minutes", "started_at", "due_at", "ended_at", "breached_at",
        )  # fmt: skip


class HoldOut(serializers.ModelSerializer):
    class Meta:
        model = Hold
        fields = ("reason", "started_at", "ended_at")


class PlanOut(serializers.ModelSerializer):
    methods = serializers.ListField(child=serializers.ChoiceField(choices=Method.choices))
    made_by = PersonOut(allow_null=True)

    class Meta:
        model = ServicePlan
        fields = (
            "cycle", "version", "methods", "diagnosis", "summary", "finish_at", "made_at",
            "made_by",
        )  # fmt: skip


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
        return self.shown(message.ticket, message.body, masked_text)


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
    requester = serializers.SerializerMethodField()
    unit = UnitOut(read_only=True, allow_null=True)
    path = serializers.SerializerMethodField()
    promises = serializers.SerializerMethodField()
    holds = HoldOut(many=True, read_only=True)
    plan = serializers.SerializerMethodField()
    cycles = CycleOut(many=True, read_only=True)
    messages = MessageOut(many=True, read_only=True)
    files = FileOut(source="attachments", many=True, read_only=True)

    class Meta(TicketRowOut.Meta):
        fields = tuple(
            dict.fromkeys(
                (
                    *TicketRowOut.Meta.fields, *PLAIN_FACTS, "requester", "unit", "cancel_reason",
                    "path", "promises", "holds", "plan", "cycles", "messages", "files",
                )
            )
        )  # fmt: skip
        read_only_fields = fields

    def get_symptom(self, ticket) -> str:
        return self.shown(ticket, ticket.symptom, masked_text)

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
        return StepOut(queries.path(ticket), many=True).data

    @extend_schema_field(PromiseOut(many=True))
    def get_promises(self, ticket):
        return PromiseOut(queries.promises(ticket), many=True).data

    @extend_schema_field(PlanOut(allow_null=True))
    def get_plan(self, ticket):
        plans = list(ticket.plans.all())
        return PlanOut(plans[0]).data if plans else None


class VerbOut(serializers.Serializer):
    """`code` and `why` tell why a verb is not possible now."""

    verb = serializers.ChoiceField(choices=Verb.choices)
    label = serializers.CharField()
    allowed = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    why = serializers.CharField(allow_null=True)


class ErrorOut(serializers.Serializer):
    """`detail` is for people, in the language asked for; `code` is for programs."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = serializers.DictField(
        required=False, help_text=_("What is wrong, by field (only with 400).")
    )
