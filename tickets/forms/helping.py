"""The dialogs of tasks, questions and findings."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Department, User
from foundation.desk.forms import CardRadio
from tickets import queries
from tickets.choices import QuestionTarget, Responsibility
from tickets.forms.desk import TEXT, VerbForm
from tickets.models import Attachment, Question, Task
from tickets.queries.helping import able_to


class AskedForm(VerbForm):
    """Whom to ask: a department, a person, or a person besides the others of a department."""

    takes = ""

    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("Department"), required=False
    )
    person = forms.ModelChoiceField(User.objects.none(), label=_("Staff member"), required=False)

    def prepare(self) -> None:
        people = able_to(self.takes).exclude(pk=self.user.pk).select_related("department")
        self.fields["person"].queryset = people.order_by("department__order", "display_name")
        self.fields["person"].label_from_instance = _with_department


def _with_department(user: User) -> str:
    return f"{user} · {user.department.name}" if user.department_id else str(user)


class GiveTaskForm(AskedForm):
    takes = "accept_task"
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    due_at = forms.DateTimeField(
        label=_("Done by"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ("version", "once", "title", "department", "person", "due_at")
    says = _("They are told and see the ticket while the task is open. It is not resolved before.")

    def prepare(self) -> None:
        super().prepare()
        tomorrow = timezone.localtime() + timedelta(days=1)
        evening = tomorrow.replace(hour=18, minute=0, second=0, microsecond=0)
        self.initial.setdefault("due_at", evening)


class AskForm(AskedForm):
    takes = "accept_question"
    target = forms.ChoiceField(label=_("Who knows more"), choices=QuestionTarget, widget=CardRadio)
    question = forms.CharField(
        label=_("Question"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    tell = forms.BooleanField(label=_("Tell the customer"), required=False)
    told = forms.CharField(label=_("What the customer is told"), widget=TEXT, required=False)
    field_order = ("version", "once", "target", "department", "person", "question", "tell", "told")
    says = _("They are told, and see the ticket until they have answered.")

    def prepare(self) -> None:
        super().prepare()
        if not queries.permits(self.ticket, "message", self.user):
            del self.fields["tell"], self.fields["told"]
            return
        with translation.override(self.ticket.language):
            words = gettext(
                "We have asked an expert about your case and will tell you as soon as we know more."
            )
        self.initial.setdefault("told", words)

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        told = facts.pop("told", "")
        return facts | {"told": told if facts.pop("tell", False) else ""}


class OneForm(VerbForm):
    """Which of the open tasks or questions is meant; the only one is chosen already."""

    kind: type[Task] | type[Question] = Task
    verb = ""

    def prepare(self) -> None:
        name = self.kind._meta.model_name
        rows = self.kind.objects.open().filter(ticket=self.ticket)
        mine = [row for row in rows if queries.may_answer(row, self.verb, self.user)]
        field = forms.ModelChoiceField(
            rows.filter(pk__in=[row.pk for row in mine]),
            label=self.kind._meta.verbose_name,
            widget=CardRadio,
            empty_label=None,
        )
        field.label_from_instance = self.words
        self.fields = {"version": self.fields["version"], name: field} | self.fields
        if len(mine) == 1:
            self.initial.setdefault(name, mine[0].pk)

    def words(self, row: Task | Question) -> str:
        text = row.title if isinstance(row, Task) else row.question
        return queries.readable(self.ticket, self.user, text)


class ReasonFields(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=TEXT)


class AcceptTaskForm(OneForm):
    verb = "accept_task"


class FinishTaskForm(OneForm):
    verb = "finish_task"
    outcome = forms.CharField(label=_("What came of it"), max_length=500, widget=TEXT)


class ReturnTaskForm(OneForm, ReasonFields):
    verb = "return_task"


class WithdrawTaskForm(OneForm):
    verb = "withdraw_task"
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=TEXT, required=False)


class AcceptQuestionForm(OneForm):
    kind, verb = Question, "accept_question"


class AdviseForm(OneForm):
    kind, verb = Question, "advise"
    answer = forms.CharField(
        label=_("Answer"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )


class ReturnQuestionForm(OneForm, ReasonFields):
    kind, verb = Question, "return_question"


class FindForm(VerbForm):
    party = forms.ChoiceField(label=_("Who is responsible"), choices=Responsibility)
    evidence = forms.CharField(label=_("What shows it"), max_length=5000, widget=TEXT)
    attachments = forms.ModelMultipleChoiceField(
        Attachment.objects.none(),
        label=_("Files that show it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self) -> None:
        files = self.ticket.attachments.select_related("file")
        if not queries.sees_personal(self.ticket, self.user):
            files = files.filter(is_from_customer=False)
        self.fields["attachments"].queryset = files
        self.fields["attachments"].label_from_instance = lambda row: row.file.name
        if not files.exists():
            del self.fields["attachments"]
        if found := queries.finding_of(self.ticket):
            self.initial.setdefault("party", found.party)


FORMS: dict[str, type[VerbForm]] = {
    "give_task": GiveTaskForm,
    "accept_task": AcceptTaskForm,
    "finish_task": FinishTaskForm,
    "return_task": ReturnTaskForm,
    "withdraw_task": WithdrawTaskForm,
    "ask": AskForm,
    "accept_question": AcceptQuestionForm,
    "advise": AdviseForm,
    "return_question": ReturnQuestionForm,
    "find": FindForm,
}
