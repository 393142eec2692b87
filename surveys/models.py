"""What customers are asked, whom we asked, and what they answered."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Bilingual
from foundation.accounts.tokens import nonce
from foundation.clockwork.models import DueRow
from surveys.choices import QuestionKind
from surveys.rules import OVERALL
from tickets.models import Ticket


class Questionnaire(Bilingual):
    """A set of questions. The one in use is put to every customer whose ticket is resolved."""

    key = models.SlugField(_("key"), unique=True)
    is_active = models.BooleanField(_("in use"), default=False)
    days_open = models.PositiveSmallIntegerField(_("days in which it can be answered"), default=30)
    low_score = models.PositiveSmallIntegerField(
        _("overall score up to which a supervisor follows up"), default=2
    )
    follow_up_hours = models.PositiveSmallIntegerField(
        _("hours in which a supervisor follows up"), default=24
    )
    pause_minutes = models.PositiveSmallIntegerField(
        _("minutes after the last tap until unfinished answers count"), default=120
    )

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=Q(is_active=True),
                name="one_questionnaire_in_use",
                violation_error_message=_("Another one is in use. Take it out of use first."),
            )
        ]


class Question(Bilingual):
    """One question; answers are kept under its key, so key and kind stay as they were."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="questions")
    key = models.SlugField(_("key"))
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind)
    text_zh = models.CharField(_("question in Chinese"), max_length=200)
    text_en = models.CharField(_("question in English"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_required = models.BooleanField(_("required"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("survey question")
        verbose_name_plural = _("survey questions")
        ordering = ["order", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "key"],
                name="question_once",
                violation_error_message=_("There is a question with this key already."),
            )
        ]

    @property
    def text(self) -> str:
        return self.text_zh if (get_language() or "").startswith("zh") else self.text_en

    def clean(self):
        if self.pk is None:
            return
        before = Question.objects.filter(pk=self.pk).values_list("key", "kind").first()
        if before and before != (self.key, self.kind):
            words = _("Answers depend on key and kind. Add a new question instead of this one.")
            raise ValidationError({"key" if before[0] != self.key else "kind": words})


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, by) -> "InvitationQuerySet":
        return self.filter(Ticket.objects.visible_to(by).have())

    def open(self) -> "InvitationQuerySet":
        return self.filter(answered_at__isnull=True, closed_at__isnull=True)

    def granting(self, verb: str, by) -> "InvitationQuerySet":
        """Those about tickets on which a role grants `verb`."""
        return self.filter(Ticket.objects.granting(verb, by).have())

    def unhappy(self) -> "InvitationQuerySet":
        """Not solved, or a low overall score; asked row by row, as the list's order goes."""
        low = Answer.objects.filter(
            invitation=OuterRef("pk"),
            question=OVERALL,
            value__lte=OuterRef("questionnaire__low_score"),
        )
        return self.filter(Q(is_solved=False) | Exists(low))


class Invitation(DueRow):
    """One question to one customer about one resolution.

    Due when it has to be settled without the customer: at its end, or a while after the last tap.
    The address is signed from the row; a copy of the table answers nothing.
    """

    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="invitations", verbose_name=_("ticket")
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="invitations", verbose_name=_("questionnaire")
    )
    nonce = models.CharField(max_length=40, default=nonce)
    created_at = models.DateTimeField(_("asked on"))
    expires_at = models.DateTimeField(_("can be answered until"))
    touched_at = models.DateTimeField(null=True)
    is_solved = models.BooleanField(_("solved"), null=True)
    answered_at = models.DateTimeField(_("answered on"), null=True)
    closed_at = models.DateTimeField(_("closed without an answer"), null=True)
    answered_by_staff = models.BooleanField(_("typed in by staff"), default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["ticket", "cycle"], name="invited_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="invitation_open",
            ),
            models.Index(fields=["-created_at"], name="invitation_newest"),
            # Rare ones, in the order of the list.
            models.Index(
                fields=["-created_at"], condition=Q(is_solved=False), name="invitation_not_solved"
            ),
            models.Index(
                fields=["-created_at"],
                condition=Q(answered_by_staff=True),
                name="invitation_by_staff",
            ),
            models.Index(
                fields=["answered_at"],
                condition=Q(answered_at__isnull=False),
                name="invitation_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket}/{self.cycle}"

    def is_open(self, at: datetime) -> bool:
        return self.answered_at is None and self.closed_at is None and at < self.expires_at


class Answer(models.Model):
    """The answer to one question, kept as tapped; `question` is the question's key."""

    invitation = models.ForeignKey(
        Invitation, models.CASCADE, related_name="answers", db_index=False
    )
    question = models.CharField(max_length=50)
    value = models.PositiveSmallIntegerField(null=True)
    text = models.TextField(blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["invitation", "question"], name="answer_once")
        ]
        indexes = [
            # Figures read the values from here alone.
            models.Index(fields=["invitation", "question", "value"], name="answer_values"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.shown}"

    @property
    def shown(self) -> int | str:
        return self.text if self.value is None else self.value
