from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.desk.forms import CardRadio, DeskForm
from surveys import rules
from surveys.choices import QuestionKind

SOLVED = [("yes", _("Yes, it is solved")), ("no", _("No, not yet"))]


def _scale(question, widget):
    return forms.TypedChoiceField(
        label=question.text,
        choices=[(n, str(n)) for n in rules.RANGES[question.kind]],
        coerce=int,
        empty_value=None,
        required=False,
        widget=widget,
    )


def _field(question, widget):
    if question.kind != QuestionKind.TEXT:
        return _scale(question, widget)
    return forms.CharField(
        label=question.text,
        max_length=rules.LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Answers:
    """One field per question, `q-` and its key. What is not in the data was not answered."""

    scale_widget = forms.RadioSelect

    def ask(self, questions, given: dict) -> None:
        self.questions = {f"q-{question.key}": question for question in questions}
        for name, question in self.questions.items():
            self.fields[name] = _field(question, self.scale_widget)
            self.initial[name] = given.get(question.key)

    def answers(self) -> dict[str, int | str | None]:
        """{question key: number or text} of the questions that came with the form."""
        return {
            question.key: self.cleaned_data[name]
            for name, question in self.questions.items()
            if name in self.data
        }


class AnswerForm(Answers, forms.Form):
    """The customer's questions."""

    def __init__(self, data=None, *, questions, given):
        super().__init__(data)
        self.ask(questions, given)

    def rows(self):
        """(question, bound field), in order."""
        return [(question, self[name]) for name, question in self.questions.items()]


class NotSolvedForm(forms.Form):
    what = forms.CharField(
        label=_("What does not work?"),
        max_length=rules.LONGEST_TEXT,
        error_messages={"required": _("Say what does not work, so that we can help.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class TypeInForm(Answers, DeskForm):
    """What a customer told a colleague. An empty box leaves what the customer tapped."""

    scale_widget = CardRadio
    is_solved = forms.ChoiceField(label=_("Is it solved?"), choices=SOLVED, widget=CardRadio)
    what = forms.CharField(
        label=_("If not: what does not work?"),
        max_length=rules.LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data=None, *, questions, given):
        super().__init__(data)
        self.ask(questions, given)

    def answers(self):
        return {key: value for key, value in super().answers().items() if value not in (None, "")}
