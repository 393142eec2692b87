"""What a technician's verb asks for: one short form each."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from dispatch.choices import Shows
from foundation.files.rules import ACCEPTED
from tickets.choices import HoldReason, NewsBy, Responsibility, TestResult
from tickets.forms.files import FilesField, ManyFiles
from tickets.forms.plans import PlanFields
from tickets.models import Ticket
from tickets.queries import news


def text(label, *, rows: int = 4, most: int = 2000, **options) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "enterkeyhint": "done"})
    return forms.CharField(label=label, widget=area, max_length=most, **options)


def choice(label, choices, **options) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


class OneShot(FilesField):
    """A camera gives one file at a time; FilesField wants a list."""

    def clean(self, data, initial=None) -> list:
        return super().clean([data] if data else [], initial)


def from_camera() -> OneShot:
    """Opens the camera at once; the other input chooses what is on the phone already."""
    attrs = {"accept": "image/*", "capture": "environment"}
    return OneShot(label=gettext_lazy("Take a photo"), widget=forms.FileInput(attrs=attrs))


def from_phone() -> FilesField:
    attrs = {"accept": ACCEPTED, "multiple": True}
    return FilesField(label=gettext_lazy("Photos and files on the phone"), widget=ManyFiles(attrs))


class VerbForm(forms.Form):
    """`facts()` are the verb's keywords. The page adds version and key of its own."""

    error_css_class = "is-wrong"

    def prepare(self, ticket: Ticket) -> None:
        """Fill in what depends on the ticket, before the form is shown."""

    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


class WithFiles(VerbForm):
    camera = from_camera()
    files = from_phone()

    def uploads(self) -> list:
        return self.cleaned_data["camera"] + self.cleaned_data["files"]


class RefuseForm(VerbForm):
    reason = text(gettext_lazy("Why you refuse the job"), most=500)


class NewsForm(VerbForm):
    body = text(gettext_lazy("Text for the customer"), rows=9, most=5000)
    how = choice(gettext_lazy("How"), NewsBy)

    def prepare(self, ticket: Ticket) -> None:
        self.initial.setdefault("body", news.prepared(ticket, timezone.now()))
        self.initial.setdefault("how", news.way(ticket))


class NoteForm(WithFiles):
    body = text(gettext_lazy("Note for colleagues"), rows=5)
    field_order = ["body", "camera", "files"]

    def facts(self) -> dict[str, Any]:
        return {"body": self.cleaned_data["body"], "files": self.uploads()}


class PhotoForm(WithFiles):
    shows = choice(gettext_lazy("The photo shows"), Shows, initial=Shows.OTHER, required=False)
    body = text(gettext_lazy("Describe it (optional)"), rows=2, most=300, required=False)
    field_order = ["camera", "files", "shows", "body"]

    def clean(self):
        data = super().clean()
        chosen = data.get("camera") or data.get("files")
        if not chosen and not self.errors:
            self.add_error(None, _("Take a photo or choose one first."))
        return data

    def words(self) -> str:
        """What was said about the photos, or ""."""
        shows = self.cleaned_data["shows"]
        label = Shows(shows).label if shows in (Shows.BEFORE, Shows.AFTER) else ""
        body = self.cleaned_data["body"]
        return f"{label}\n{body}".strip()


class HoldForm(VerbForm):
    reason = choice(gettext_lazy("What the job waits for"), HoldReason)
    body = text(gettext_lazy("What exactly, and until when"), rows=3, most=500, required=False)

    def prepare(self, ticket: Ticket) -> None:
        held = set(ticket.holds.filter(ended_at=None).values_list("reason", flat=True))
        field = self.fields["reason"]
        field.choices = [row for row in HoldReason.choices if row[0] not in held]


class ResumeForm(VerbForm):
    reason = choice(gettext_lazy("Which hold ends"), HoldReason, required=False)

    def prepare(self, ticket: Ticket) -> None:
        held = ticket.holds.filter(ended_at=None).values_list("reason", flat=True)
        rows = [(reason, HoldReason(reason).label) for reason in held]
        everything = [("", _("everything, work goes on"))] if len(rows) > 1 else []
        self.fields["reason"].choices = everything + rows
        self.initial.setdefault("reason", "" if everything else next(iter(held), ""))


class PlanForm(PlanFields, VerbForm):
    """The desk's plan, one question after the other."""

    def prepare(self, ticket: Ticket) -> None:
        self.begin_with(ticket)

    def facts(self) -> dict[str, Any]:
        return {"methods": []} | self.plan_facts()


class ResolveForm(VerbForm):
    cause = forms.CharField(
        label=gettext_lazy("Cause"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("What was wrong, for example a worn drain pump."),
    )
    remedy = forms.CharField(
        label=gettext_lazy("What you did"),
        max_length=300,
        help_text=gettext_lazy("For example: replaced the drain pump."),
    )
    test_result = choice(gettext_lazy("Test afterwards"), TestResult)
    responsibility = forms.ChoiceField(
        label=gettext_lazy("Where the fault comes from"),
        choices=Responsibility,
        initial=Responsibility.UNDECIDED,
    )
    result = text(gettext_lazy("Text for the customer"), rows=6, required=False)
    suggested = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean(self):
        data = super().clean()
        if data.get("test_result") == TestResult.FAILED:
            self.add_error(
                "test_result",
                _(
                    "It does not work yet, so the job is not done. Go on working, or put it on hold."
                ),
            )
        elif not data.get("result") and not self.errors:
            self.add_error(
                "result", _("This goes to the customer. Read it, change it, and send again.")
            )
        return data

    def prepare(self, ticket: Ticket) -> None:
        language = ticket.get_language_display()
        self.fields["result"].help_text = _(
            "The customer gets it by e-mail and reads %(language)s. Empty: we suggest a text."
        ) % {"language": language}
        url = reverse("mobile:suggestion", args=[ticket.number])
        for name in ("remedy", "test_result"):
            self.fields[name].widget.attrs |= {
                "hx-post": url,
                "hx-trigger": "change",
                "hx-sync": "#field-remedy:replace",
                "hx-include": "closest form",
                "hx-target": "#field-result",
                "hx-swap": "outerHTML",
            }
        if self.is_bound and not self.data.get("result", "").strip():
            self.suggest(ticket)

    def has_own_result(self) -> bool:
        """Whether the person changed the suggested text: then it stays as it is."""
        typed, suggested = (_lines(self.data.get(name, "")) for name in ("result", "suggested"))
        return bool(typed) and typed != suggested

    def suggest(self, ticket: Ticket) -> None:
        """Put the suggestion for what was typed so far into the text for the customer."""
        words = suggestion(ticket, self.data.get("remedy", ""), self.data.get("test_result", ""))
        self.data = self.data.copy()
        self.data["result"] = self.data["suggested"] = words

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "suggested"}


def _lines(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


def suggestion(ticket: Ticket, remedy: str, test_result: str) -> str:
    """A text for the customer, in their language, from what was done; "" without a remedy."""
    if not remedy.strip():
        return ""
    with override(ticket.language):
        product = ticket.product.name if ticket.product_id else ""
        lines = [
            _("We have finished the work on your %(product)s.") % {"product": product}
            if product
            else _("We have finished the work."),
            _("What we did: %(remedy)s") % {"remedy": remedy.strip()},
            _("We tested it afterwards, and it works.") if test_result == TestResult.PASSED else "",
            _("Please tell us whether it works for you. If not, we go on at once."),
        ]
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Step:
    """How a verb looks on the phone: its form, its words on a button, what is said when done."""

    form: type[VerbForm]
    label: str
    done: str
    says: str = ""


STEPS = {
    "accept": Step(
        VerbForm,
        gettext_lazy("Accept"),
        gettext_lazy("Accepted. Start when you begin to work on it."),
    ),
    "start": Step(
        VerbForm,
        gettext_lazy("Start work"),
        gettext_lazy("Work has started. The customer sees it."),
    ),
    "resume": Step(
        ResumeForm,
        gettext_lazy("Go on, end the hold"),
        gettext_lazy("The hold has ended."),
    ),
    "resolve": Step(
        ResolveForm,
        gettext_lazy("Done, resolve"),
        gettext_lazy("Resolved. The customer gets the result and is asked whether it works."),
        gettext_lazy("The customer gets the text below and is asked whether it works."),
    ),
    "plan": Step(
        PlanForm,
        gettext_lazy("Make plan"),
        gettext_lazy("The plan is made. You see here whether it waits for somebody."),
        gettext_lazy(
            "The customer sees the planned finish on their page, once the plan is approved."
        ),
    ),
    "news": Step(
        NewsForm,
        gettext_lazy("Send progress"),
        gettext_lazy("The customer hears of it."),
        gettext_lazy("Read the text over. The customer gets it."),
    ),
    "attach": Step(
        PhotoForm,
        gettext_lazy("Add photos"),
        gettext_lazy("The photos are kept with the job."),
        gettext_lazy("Colleagues see them, the customer does not."),
    ),
    "note": Step(
        NoteForm,
        gettext_lazy("Write a note"),
        gettext_lazy("Your note is kept."),
        gettext_lazy("Colleagues read it, the customer does not."),
    ),
    "hold": Step(
        HoldForm,
        gettext_lazy("Put on hold"),
        gettext_lazy("On hold. Go on as soon as you can."),
        gettext_lazy("The customer sees that and why the work pauses."),
    ),
    "refuse": Step(
        RefuseForm,
        gettext_lazy("Refuse the job"),
        gettext_lazy("Refused. The supervisor finds somebody else."),
        gettext_lazy("The supervisor reads your reason and finds somebody else."),
    ),
}
ONE_TAP = {"accept", "start"}
TO_THE_LIST = {"refuse", "resolve"}
