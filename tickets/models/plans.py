"""What will be done: plans with approval and acceptance, tasks of other departments, questions to
those who know more, findings on who is responsible."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Department
from foundation.desk.words import listed
from tickets.choices import (
    Answer,
    ApprovalReason,
    HelpState,
    Method,
    Payer,
    QuestionTarget,
    Responsibility,
)
from tickets.models.conversation import Attachment, TicketMessage
from tickets.models.promises import Deadline
from tickets.models.ticket import Ticket
from tickets.rules.plans import runs

PERSON = {"null": True, "related_name": "+"}


class ServicePlan(models.Model):
    """What will be done and by when. A change is a new version with its reason; the latest holds.

    `approval` (of the department head) and `acceptance` (of the customer) are `not_needed`,
    `asked`, `yes` or `no`. A plan runs when neither is asked or refused.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="plans")
    cycle = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    diagnosis = models.CharField(_("diagnosis"), max_length=300, blank=True)
    found_how = models.CharField(_("found how"), max_length=200, default="", db_default="")
    methods = models.JSONField(_("methods"), default=list)
    summary = models.CharField(_("plan"), max_length=500, blank=True)
    finish_at = models.DateTimeField(_("planned finish"))
    work_minutes = models.PositiveIntegerField(_("work, in minutes"), null=True)
    parts = models.CharField(_("parts"), max_length=300, default="", db_default="")
    tools = models.CharField(_("tools"), max_length=300, default="", db_default="")
    payer = models.CharField(
        _("who pays"), max_length=12, choices=Payer, default=Payer.US, db_default=Payer.US
    )
    cost = models.DecimalField(
        _("cost for the customer"), max_digits=12, decimal_places=2, default=0, db_default=0
    )
    compensation = models.DecimalField(
        _("compensation"), max_digits=12, decimal_places=2, default=0, db_default=0
    )
    change_reason = models.CharField(
        _("why the plan changes"), max_length=300, default="", db_default=""
    )
    alternative = models.CharField(
        _("offered to the customer meanwhile"), max_length=300, default="", db_default=""
    )
    approval = models.CharField(
        _("approval"), max_length=12, choices=Answer, default=Answer.NOT_NEEDED,
        db_default=Answer.NOT_NEEDED,
    )  # fmt: skip
    approval_reasons = models.JSONField(default=list, db_default=[])
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, **PERSON)
    acceptance = models.CharField(
        _("customer's acceptance"), max_length=12, choices=Answer, default=Answer.NOT_NEEDED,
        db_default=Answer.NOT_NEEDED,
    )  # fmt: skip
    answered_at = models.DateTimeField(null=True)
    answered_how = models.CharField(max_length=12, default="", db_default="")
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, **PERSON)

    class Meta:
        ordering = ["-cycle", "-version"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["ticket", "cycle", "version"], name="plan_version_once")
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=Q(approval="asked"), name="plan_to_approve"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.cycle}.{self.version}"

    @property
    def runs(self) -> bool:
        return runs(self.approval, self.acceptance)

    @property
    def method_words(self) -> list[str]:
        return [str(Method(key).label) for key in self.methods if key in Method.values]

    @property
    def reasons_in_words(self) -> str:
        """Why it needs approval."""
        return listed(ApprovalReason(code).label for code in self.approval_reasons)


class HelpQuerySet(models.QuerySet):
    def open(self) -> "HelpQuerySet":
        return self.filter(ended_at__isnull=True)

    def asked_of(self, by) -> "HelpQuerySet":
        """What is or was asked of this person or of their department."""
        asked = Q(person=by.pk)
        if by.department_id:
            asked |= Q(department=by.department_id)
        return self.filter(asked)

    def visible_to(self, by) -> "HelpQuerySet":
        """What was asked of them, and on tickets that they see."""
        seen = Ticket.objects.visible_to(by).have()
        if not seen:
            return self
        mine = self.asked_of(by).order_by().values("pk")
        return self.filter(seen | Q(pk__in=mine))


class Help(models.Model):
    """Something asked of somebody else for a ticket: open → accepted → done, or turned down."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="%(class)ss")
    cycle = models.PositiveSmallIntegerField()
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("department"),
    )  # fmt: skip
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("person"),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=12, choices=HelpState, default=HelpState.OPEN)
    deadline = models.OneToOneField(Deadline, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, **PERSON)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, **PERSON)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, **PERSON)

    objects = HelpQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()

    @property
    def asked(self) -> str:
        """Whose help it is: the person, else the department."""
        return str(self.person or (self.department.name if self.department_id else "–"))

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Task(Help):
    """A department's help on a ticket (协办). The ticket is not resolved while one is open."""

    title = models.CharField(_("what is to be done"), max_length=200)
    outcome = models.CharField(_("outcome"), max_length=500, blank=True)

    class Meta(Help.Meta):
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(
                fields=["department", "asked_at"],
                condition=Q(ended_at__isnull=True),
                name="task_open",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Question(Help):
    """A case nobody here can solve, put to those who know more: question, acceptance, answer,
    return. Escalation for lateness is another thing (`Climb`)."""

    target = models.CharField(_("asked of"), max_length=12, choices=QuestionTarget)
    question = models.TextField(_("question"), max_length=5000)
    answer = models.TextField(_("answer"), max_length=5000, blank=True)

    class Meta(Help.Meta):
        verbose_name = _("question to an expert")
        verbose_name_plural = _("questions to experts")
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(
                fields=["department", "asked_at"],
                condition=Q(ended_at__isnull=True),
                name="question_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_target_display()} · {self.ticket_id}"


class Finding(models.Model):
    """Who is responsible, with the evidence; the latest of a ticket holds."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="findings")
    cycle = models.PositiveSmallIntegerField()
    party = models.CharField(_("responsible"), max_length=20, choices=Responsibility)
    evidence = models.ForeignKey(TicketMessage, models.PROTECT, related_name="+")
    attachments = models.ManyToManyField(Attachment, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, **PERSON)

    class Meta:
        verbose_name = _("finding on responsibility")
        verbose_name_plural = _("findings on responsibility")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_party_display()
