"""What programs send: one typed input per verb."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.models import Customer, Product, Unit
from foundation.accounts.models import Department, User
from foundation.api.fields import Named
from foundation.files.actions import check
from foundation.files.rules import clean_name
from knowledgebase.models import Article
from tickets.actions.intake import FACTS
from tickets.choices import (
    CancelReason,
    Channel,
    HoldReason,
    Method,
    NewsBy,
    Payer,
    Priority,
    QuestionTarget,
    Responsibility,
    TestResult,
)
from tickets.models import Attachment, Category, Question, Task, Ticket

LONGEST_PLAN = timedelta(days=3660)


class Visible(serializers.PrimaryKeyRelatedField):
    """A row by its id, among those this person sees."""

    def get_queryset(self):
        return super().get_queryset().visible_to(self.context["request"].user)


def text(longest: int, *, required: bool = True) -> serializers.CharField:
    if required:
        return serializers.CharField(max_length=longest)
    return serializers.CharField(max_length=longest, required=False, allow_blank=True)


def amount() -> serializers.DecimalField:
    """Money in the organisation's currency."""
    return serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False)


def by_name(model, field: str, **options) -> Named:
    """A row by the name that people and programs share, such as a category's key."""
    return Named(field, queryset=model._default_manager.all(), **options)


def category_field() -> Named:
    return Named("key", queryset=Category.objects.filter(is_active=True))


def person(**options) -> Named:
    people = User.objects.filter(is_active=True)
    return Named("username", queryset=people, **options)


def acceptable(upload) -> None:
    check(upload, clean_name(upload.name), upload.size)


def files_field(**options) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.FileField(max_length=255, validators=[acceptable]),
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
    found_how = text(200, required=False)
    summary = text(500, required=False)
    work_minutes = serializers.IntegerField(required=False, min_value=0, max_value=100_000)
    parts = text(300, required=False)
    tools = text(300, required=False)
    payer = serializers.ChoiceField(choices=Payer.choices, default=Payer.US)
    cost = amount()
    compensation = amount()
    change_reason = text(300, required=False)
    alternative = text(300, required=False)

    def validate_finish_at(self, at):
        if at > timezone.now() + LONGEST_PLAN:
            raise serializers.ValidationError(_("Choose a day within the next ten years."))
        return at


class AcceptPlanIn(serializers.Serializer):
    plan = serializers.IntegerField(
        required=False, min_value=1, help_text=_("The version the customer saw, else the latest.")
    )
    how = serializers.ChoiceField(choices=Channel.choices, default=Channel.PHONE)


class DeclinePlanIn(AcceptPlanIn):
    body = text(2000, required=False)


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
        choices=Responsibility.choices,
        required=False,
        help_text=_("Without it that of the last finding."),
    )


class CancelIn(serializers.Serializer):
    reason = serializers.ChoiceField(choices=CancelReason.choices)
    body = text(2000, required=False)


class MessageIn(serializers.Serializer):
    body = text(10_000)
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.API)
    article = Named(
        "slug",
        queryset=Article.objects.filter(is_public=True).published(),
        required=False,
        allow_null=True,
    )
    files = files_field(required=False)


class NewsIn(serializers.Serializer):
    body = text(5000)
    how = serializers.ChoiceField(
        choices=NewsBy.choices, required=False, help_text=_("Without it as the customer prefers.")
    )


class NoteIn(serializers.Serializer):
    body = text(10_000)
    files = files_field(required=False)


class AttachIn(serializers.Serializer):
    files = files_field()
    public = serializers.BooleanField(default=False)


class InspectIn(serializers.Serializer):
    body = text(2000, required=False)


class AskedIn(serializers.Serializer):
    department = by_name(Department, "key", required=False, allow_null=True)
    person = person(required=False, allow_null=True)


class GiveTaskIn(AskedIn):
    title = text(200)
    due_at = serializers.DateTimeField()

    def validate_due_at(self, at):
        if at > timezone.now() + LONGEST_PLAN:
            raise serializers.ValidationError(_("Choose a day within the next ten years."))
        return at


class TaskIn(serializers.Serializer):
    task = Visible(queryset=Task.objects.all())


class FinishTaskIn(TaskIn):
    outcome = text(500)


class ReturnTaskIn(TaskIn):
    reason = text(2000)


class WithdrawTaskIn(TaskIn):
    reason = text(2000, required=False)


class AskIn(AskedIn):
    target = serializers.ChoiceField(choices=QuestionTarget.choices)
    question = text(5000)
    told = text(5000, required=False)


class QuestionIn(serializers.Serializer):
    question = Visible(queryset=Question.objects.all())


class AdviseIn(QuestionIn):
    answer = text(5000)


class ReturnQuestionIn(QuestionIn):
    reason = text(2000)


class FindIn(serializers.Serializer):
    party = serializers.ChoiceField(choices=Responsibility.choices)
    evidence = text(5000)
    attachments = serializers.ListField(
        child=serializers.PrimaryKeyRelatedField(queryset=Attachment.objects.all()),
        required=False,
        max_length=50,
        help_text=_("Ids of files of this ticket."),
    )


class NothingIn(serializers.Serializer):
    """The verb needs no more than the ticket."""


class AcknowledgeIn(serializers.Serializer):
    note = text(2000, required=False)


INPUTS: dict[str, type[serializers.Serializer]] = {
    "acknowledge": AcknowledgeIn,
    "amend": AmendIn,
    "link": LinkIn,
    "classify": ClassifyIn,
    "set_priority": SetPriorityIn,
    "answer": AnswerIn,
    "assign": AssignIn,
    "refuse": ReasonIn,
    "plan": PlanIn,
    "reject_plan": ReasonIn,
    "accept_plan": AcceptPlanIn,
    "decline_plan": DeclinePlanIn,
    "inspect": InspectIn,
    "give_task": GiveTaskIn,
    "accept_task": TaskIn,
    "finish_task": FinishTaskIn,
    "return_task": ReturnTaskIn,
    "withdraw_task": WithdrawTaskIn,
    "ask": AskIn,
    "accept_question": QuestionIn,
    "advise": AdviseIn,
    "return_question": ReturnQuestionIn,
    "find": FindIn,
    "hold": HoldIn,
    "resume": ResumeIn,
    "resolve": ResolveIn,
    "reopen": ReasonIn,
    "cancel": CancelIn,
    "message": MessageIn,
    "news": NewsIn,
    "note": NoteIn,
    "attach": AttachIn,
}
