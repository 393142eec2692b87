"""The ticket: its facts and its state machine."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, transition

from customers.models import Customer, Product, Unit
from foundation.accounts.choices import Language, Scope
from foundation.accounts.models import Department
from tickets import rules
from tickets.choices import (
    CancelReason,
    Channel,
    Impact,
    Kind,
    Mood,
    Priority,
    Reach,
    Status,
    Urgency,
    Wanted,
    WantedHow,
)
from tickets.models.vocabulary import Category


def scope_q(scope: str, by) -> Q:
    """The rows of one scope of the matrix; `tickets.queries.in_scope` is its twin in Python."""
    own = Q(handler_id=by.pk) | Q(contact_id=by.pk)
    if scope == Scope.ALL:
        return Q()
    if scope == Scope.OWN:
        return own
    if scope == Scope.INTAKE:
        return own | Q(status=Status.RECEIVED) | Q(contact=None)
    if scope == Scope.DEPARTMENT and by.department_id:
        return own | Q(department_id=by.department_id)
    if scope == Scope.VISITS:
        return own | Q(kind__in=VISIT_KINDS, status__in=VISIT_STATES)
    if scope == Scope.CONSULTATION:
        return Q(kind=Kind.CONSULTATION)
    if scope == Scope.TASK:
        return Q(pk__in=_asked_about(by))
    if scope == Scope.CASE:
        return Q(pk=getattr(by, "ticket_id", None))
    return Q(pk__in=[])


def _asked_about(by) -> list[int]:
    """The tickets on which this actor's help is asked now; one query of partial indexes.

    Few keys by hand: beside other scopes a subquery would keep their indexes from being used.
    """
    from tickets.models.plans import Question, Task

    if by.pk is None:
        return []
    tasks, questions = (
        kind.objects.open().asked_of(by).order_by().values_list("ticket")
        for kind in (Task, Question)
    )
    return [pk for (pk,) in tasks.union(questions)]


# The customer spoke last; `Ticket.awaits_answer` is its twin in Python.
AWAITS_ANSWER = Q(last_customer_at__isnull=False) & (
    Q(last_answer_at__isnull=True) | Q(last_answer_at__lt=F("last_customer_at"))
)
# A mail after the confirmation reopens nothing by itself, and must not be overlooked.
SPOKE_AFTER_END = AWAITS_ANSWER & Q(status=Status.CONFIRMED, last_customer_at__gt=F("status_at"))
VISIT_KINDS = (Kind.FAULT, Kind.INSTALLATION, Kind.MAINTENANCE, Kind.TRAINING)
VISIT_STATES = (Status.CLASSIFIED, Status.ASSIGNED, Status.IN_PROGRESS)


class TicketQuerySet(models.QuerySet):
    def visible_to(self, by) -> "TicketQuerySet":
        """The rows this actor may see: the union of the scopes of their roles."""
        return self._within(by.scopes, by)

    def granting(self, verb: str, by) -> "TicketQuerySet":
        """Those of them on which a role of theirs grants `verb` (as in the matrix: `app.verb`).

        `tickets.queries.grants` is its twin in Python.
        """
        if by.is_superuser:
            return self
        return self.visible_to(by)._within(by.matrix.get(verb, ()), by)

    def have(self, name: str = "ticket") -> Q:
        """For rows of other tables: whether the ticket in column `name` is one of these.

        Asked row by row, and not at all where no ticket is left out: a list of a million keys to
        compare with would be made anew for each question.
        """
        if not self.query.where:
            return Q()
        return Q(Exists(self.order_by().filter(pk=OuterRef(name))))

    def _within(self, scopes: Iterable[str], by) -> "TicketQuerySet":
        if Scope.ALL in scopes:
            return self
        seen = Q(pk__in=[])
        for scope in scopes:
            seen |= scope_q(scope, by)
        return self.filter(seen)

    def open(self) -> "TicketQuerySet":
        return self.filter(status__in=rules.OPEN)

    def at_intake(self) -> "TicketQuerySet":
        return self.filter(status=Status.RECEIVED, is_registered=False)

    def to_classify(self) -> "TicketQuerySet":
        return self.filter(status=Status.RECEIVED, is_registered=True)

    def to_assign(self) -> "TicketQuerySet":
        return self.filter(status=Status.CLASSIFIED)

    def worked_by(self, user) -> "TicketQuerySet":
        return self.filter(
            Q(handler=user, status__in=(Status.ASSIGNED, Status.IN_PROGRESS))
            | Q(contact=user, status__in=(*rules.OPEN, Status.RESOLVED))
            | (Q(contact=user) & SPOKE_AFTER_END)
        )

    def overdue(self, at: datetime) -> "TicketQuerySet":
        return self.filter(next_due_at__lt=at)

    def by_urgency(self) -> "TicketQuerySet":
        """What should be done first: danger, then the earliest promise, then the oldest."""
        return self.order_by("-is_safety", F("next_due_at").asc(nulls_last=True), "pk")

    def for_list(self) -> "TicketQuerySet":
        return self.select_related(
            "customer__tier", "product", "category__parent", "handler", "contact", "department"
        )


class Ticket(models.Model):
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    status = FSMField(
        _("state"), default=Status.RECEIVED, choices=Status.choices, protected=True, max_length=20
    )
    # In the system that was used before; the key is its form that is compared.
    former_number = models.CharField(
        _("former number"), max_length=60, blank=True, default="", db_default="", editable=False
    )
    former_key = models.CharField(max_length=60, null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1, editable=False)
    kind = models.CharField(_("kind of request"), max_length=20, choices=Kind)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel)
    language = models.CharField(
        _("language of the customer"), max_length=8, choices=Language, default=Language.ZH
    )
    title = models.CharField(_("in short"), max_length=80, editable=False)

    # who
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="tickets",
        verbose_name=_("customer"),
    )  # fmt: skip
    requester_name = models.CharField(_("name of the customer"), max_length=100, blank=True)
    requester_phone = models.CharField(_("phone"), max_length=40, blank=True)
    requester_email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    requester_address = models.CharField(_("address"), max_length=300, blank=True)

    # what
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("unit")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="tickets",
        db_index=False, verbose_name=_("product"),
    )  # fmt: skip
    serial_text = models.CharField(_("serial number as given"), max_length=60, blank=True)
    order_number = models.CharField(_("order number"), max_length=60, blank=True)
    bought_on = models.DateField(_("bought"), null=True, blank=True)
    bought_at = models.CharField(_("bought at"), max_length=100, blank=True)
    proof_number = models.CharField(_("invoice or proof number"), max_length=60, blank=True)

    # the problem
    symptom = models.TextField(_("what is wrong"), max_length=5000)
    began = models.CharField(_("since when"), max_length=100, blank=True)
    frequency = models.CharField(_("how often"), max_length=100, blank=True)
    environment = models.CharField(_("in what surroundings"), max_length=200, blank=True)
    tried = models.CharField(_("tried already"), max_length=300, blank=True)
    wanted = models.CharField(_("what is wanted"), max_length=20, choices=Wanted, blank=True)
    wanted_how = models.CharField(_("how"), max_length=20, choices=WantedHow, blank=True)
    wanted_when = models.CharField(_("when it suits"), max_length=100, blank=True)

    # how bad
    reach = models.CharField(_("reach"), max_length=10, choices=Reach, default=Reach.ONE)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    impact = models.CharField(_("impact"), max_length=10, choices=Impact, default=Impact.LIMITED)
    is_safety = models.BooleanField(_("danger to people"), default=False)
    mood = models.CharField(_("mood"), max_length=10, choices=Mood, default=Mood.CALM)
    is_exposure = models.BooleanField(_("risk of public exposure"), default=False)

    # where it stands
    is_registered = models.BooleanField(_("registered"), default=False, editable=False)
    proposed_priority = models.CharField(max_length=2, choices=Priority, editable=False)
    priority = models.CharField(
        _("priority"), max_length=2, choices=Priority, blank=True, editable=False
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="tickets",
        db_index=False, verbose_name=_("category"),
    )  # fmt: skip
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="tickets",
        db_index=False, verbose_name=_("department"),
    )  # fmt: skip
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="handles",
        db_index=False, verbose_name=_("handler"),
    )  # fmt: skip
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="speaks_for",
        db_index=False, verbose_name=_("contact"),
    )  # fmt: skip
    is_on_hold = models.BooleanField(_("on hold"), default=False, editable=False)
    cancel_reason = models.CharField(
        _("why cancelled"), max_length=20, choices=CancelReason, blank=True, editable=False
    )
    cancelled_from = models.CharField(max_length=20, blank=True, editable=False)

    # moments that lists sort and search by; a run's own stamps are on TicketCycle
    received_at = models.DateTimeField(_("received at"), editable=False)
    status_at = models.DateTimeField(_("in this state since"), editable=False)
    last_customer_at = models.DateTimeField(null=True, editable=False)
    last_answer_at = models.DateTimeField(null=True, editable=False)
    next_due_at = models.DateTimeField(_("next promise"), null=True, editable=False)
    next_promise = models.CharField(max_length=40, blank=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        default_permissions = ()
        # Lists are ordered by arrival; what narrows them much has an index in that order.
        indexes = [
            models.Index(fields=["status", "next_due_at"], name="ticket_queue"),
            models.Index(fields=["handler", "status"], name="ticket_handler"),
            models.Index(fields=["contact", "status"], name="ticket_contact"),
            models.Index(fields=["-received_at", "-id"], name="ticket_newest"),
            models.Index(fields=["status", "-received_at", "-id"], name="ticket_of_state"),
            models.Index(fields=["department", "-received_at", "-id"], name="ticket_of_department"),
            models.Index(fields=["category", "-received_at", "-id"], name="ticket_of_category"),
            models.Index(fields=["product", "-received_at", "-id"], name="ticket_of_product"),
            models.Index(fields=["handler", "-received_at", "-id"], name="ticket_of_handler"),
            models.Index(
                fields=["unit", "category", "received_at"],
                condition=Q(unit__isnull=False),
                name="ticket_again",
            ),
            models.Index(
                fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="ticket_due"
            ),
            models.Index(
                fields=["contact"],
                condition=Q(status="confirmed", last_customer_at__gt=F("status_at")),
                name="ticket_spoke_after_end",
            ),
            models.Index(
                fields=["status_at"], condition=Q(status="resolved"), name="ticket_unconfirmed"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["former_key"], name="former_once"),
            models.CheckConstraint(
                condition=Q(status="received")
                | Q(status="cancelled")
                | (~Q(priority="") & Q(category__isnull=False)),
                name="classified_has_priority",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def refresh_from_db(self, *args, **kwargs):
        # The protected field refuses assignment while a value is there.
        self.__dict__.pop("status", None)
        self.__dict__.pop("_asked_now", None)
        super().refresh_from_db(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.status in rules.OPEN

    @property
    def awaits_answer(self) -> bool:
        """Whether the customer spoke last."""
        if self.last_customer_at is None:
            return False
        return self.last_answer_at is None or self.last_answer_at < self.last_customer_at

    # The edges: they set the ticket's own columns and nothing else. Verbs in actions call them.

    @transition(status, source=[Status.RECEIVED, Status.CLASSIFIED], target=Status.CLASSIFIED)
    def to_classified(self, *, category: Category, priority: str) -> None:
        self.category = category
        self.priority = priority
        self.department = category.owner

    @transition(
        status,
        source=[Status.CLASSIFIED, Status.ASSIGNED, Status.IN_PROGRESS],
        target=Status.ASSIGNED,
    )
    def to_assigned(self, *, handler, contact) -> None:
        self.handler = handler
        self.contact = contact

    @transition(status, source=Status.ASSIGNED, target=Status.CLASSIFIED)
    def to_unassigned(self) -> None:
        self.handler = None

    @transition(status, source=[Status.ASSIGNED, Status.IN_PROGRESS], target=Status.IN_PROGRESS)
    def to_started(self) -> None:
        pass

    @transition(status, source=Status.IN_PROGRESS, target=Status.RESOLVED)
    def to_resolved(self) -> None:
        pass

    @transition(status, source=Status.RESOLVED, target=Status.CONFIRMED)
    def to_confirmed(self) -> None:
        pass

    @transition(status, source=[Status.RESOLVED, Status.CONFIRMED], target=Status.IN_PROGRESS)
    def to_reopened(self) -> None:
        self.cycle += 1

    @transition(status, source=list(rules.OPEN), target=Status.CANCELLED)
    def to_cancelled(self, *, reason: str) -> None:
        self.cancelled_from = self.status
        self.cancel_reason = reason

    @transition(status, source=Status.CANCELLED, target=RETURN_VALUE(*rules.OPEN))
    def to_restored(self) -> str:
        before, self.cancelled_from, self.cancel_reason = self.cancelled_from, "", ""
        return before


class NumberSequence(models.Model):
    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
