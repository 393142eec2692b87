"""What customers type: cleaned here, refused with words that say what to do."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Product, Unit
from customers.rules import is_phone
from foundation.clockwork.once import fingerprint
from foundation.files.rules import ACCEPTED
from tickets import rules
from tickets.choices import Impact, Kind, Reach, Wanted, WantedHow
from tickets.forms.files import FilesField
from tickets.models import Ticket

KINDS = [
    (Kind.FAULT, _("Something does not work")),
    (Kind.CONSULTATION, _("I have a question")),
    (Kind.INSTALLATION, _("Install a product")),
    (Kind.MAINTENANCE, _("Maintenance")),
    (Kind.RETURN, _("Return or exchange")),
    (Kind.COMPLAINT, _("A complaint")),
    (Kind.TRAINING, _("Training")),
    (Kind.SUGGESTION, _("A suggestion")),
]
IMPACTS = [
    (Impact.BLEMISH, _("It works, with a blemish")),
    (Impact.LIMITED, _("It works in part")),
    (Impact.UNUSABLE, _("It cannot be used")),
    (Impact.BUSINESS, _("Our business stands still")),
]
REACHES = [
    (Reach.ONE, _("One device")),
    (Reach.SEVERAL, _("Several devices")),
    (Reach.BATCH, _("A whole batch")),
]
NOT_SAID = ("", _("No preference"))
# Whether it can be used makes no sense to ask about a question or a suggestion.
HAS_IMPACT = (Kind.FAULT, Kind.RETURN, Kind.COMPLAINT)
NAMED_FOR_ROBOTS = "website"


def longest(name: str) -> int:
    return Ticket._meta.get_field(name).max_length


def line(name: str, label, hint="", *, required: bool = False, **attrs) -> forms.CharField:
    """A one-line text that fits its column."""
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=longest(name),
        widget=widget,
    )


def text(label, hint="", *, required: bool = True, rows: int = 4, most: int = 5000):
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=most, widget=widget
    )


def photos(label) -> FilesField:
    widget = _Files(attrs={"accept": f"image/*,{ACCEPTED}"})
    return FilesField(
        label=label,
        widget=widget,
        help_text=_("Up to 10. A photo of the fault or the type plate helps most."),
    )


class _Files(forms.FileInput):
    allow_multiple_selected = True


class OnceForm(forms.Form):
    """A form that takes effect once, however often its button is pressed."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once", uuid.uuid4())
        self.label_suffix = ""

    @property
    def once_key(self) -> str:
        """The page's key and what was typed: going back to write something else is a new effect."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "once"}
        return f"{self.cleaned_data['once']}:{fingerprint(typed)}"

    def clean_once(self) -> uuid.UUID:
        """What is not a key of ours is nobody's: two such requests must never meet."""
        try:
            return uuid.UUID(self.cleaned_data["once"])
        except ValueError:
            return uuid.uuid4()


class RequestForm(OnceForm):
    kind = forms.ChoiceField(
        label=_("How can we help?"), choices=KINDS, widget=forms.RadioSelect, initial=Kind.FAULT
    )
    product = forms.TypedChoiceField(label=_("Product"), required=False, empty_value=None)
    serial_text = line(
        "serial_text",
        _("Serial number"),
        _("On the type plate, mostly at the back or inside the door."),
        autocapitalize="characters",
        autocomplete="off",
        spellcheck="false",
    )
    order_number = line("order_number", _("Order number"), autocomplete="off")
    bought_on = forms.DateField(
        label=_("Bought on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y"],
        error_messages={"invalid": _("Write the date as 2026-03-10.")},
    )
    bought_at = line("bought_at", _("Bought at"))
    proof_number = line("proof_number", _("Invoice number"), autocomplete="off")
    files = photos(_("Photos or files"))
    symptom = text(
        _("What is it about?"),
        _("What happens? Does the display show something, does a light blink?"),
        most=longest("symptom"),
    )
    began = line("began", _("Since when?"))
    frequency = line("frequency", _("How often?"))
    environment = line("environment", _("Where is it used?"))
    tried = line("tried", _("What did you try already?"))
    reach = forms.ChoiceField(label=_("How many are affected?"), choices=REACHES, required=False)
    impact = forms.ChoiceField(
        label=_("How bad is it?"), choices=IMPACTS, widget=forms.RadioSelect, required=False
    )
    is_safety = forms.BooleanField(
        label=_("Somebody could be hurt"),
        help_text=_("Smoke, fire, electric shock, gas, an injury: a person calls you at once."),
        required=False,
    )
    wanted = forms.ChoiceField(
        label=_("I would like"), choices=[NOT_SAID, *Wanted.choices], required=False
    )
    wanted_how = forms.ChoiceField(
        label=_("How?"), choices=[NOT_SAID, *WantedHow.choices], required=False
    )
    wanted_when = line(
        "wanted_when", _("When does it suit you?"), _("For example: weekdays after 18:00")
    )
    requester_name = line("requester_name", _("Your name"), required=True, autocomplete="name")
    requester_phone = line(
        "requester_phone",
        _("Phone"),
        _("For a landline, add the area code."),
        type="tel",
        inputmode="tel",
        autocomplete="tel",
    )
    requester_email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("We send you a link to follow it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write the address as name@example.com.")},
    )
    requester_address = line(
        "requester_address",
        _("Address"),
        _("Only needed if somebody should come or collect something."),
        autocomplete="street-address",
    )
    privacy = forms.BooleanField(
        label=_("I have read how my details are used"),
        error_messages={"required": _("Please read how your details are used, then tick here.")},
    )
    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._offer_products()
        for name in ("kind", "symptom", "requester_name"):
            self.fields[name].error_messages["required"] = _("Please fill this in.")

    def _offer_products(self) -> None:
        active = Product.objects.filter(is_active=True).select_related("category")
        rows = list(active.order_by("category__order", "category_id", "code"))
        groups: dict[str, list] = {}
        for row in rows:
            groups.setdefault(row.category.name, []).append((str(row.pk), str(row)))
        field = self.fields["product"]
        field.choices = [("", _("I do not know")), *groups.items()]
        field.coerce = {str(row.pk): row for row in rows}.__getitem__

    def clean_requester_phone(self) -> str:
        phone = self.cleaned_data["requester_phone"]
        if phone and not is_phone(phone):
            raise forms.ValidationError(_("This is not a phone number. Check it, please."))
        return phone

    def clean_bought_on(self):
        day = self.cleaned_data["bought_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day lies ahead. Check the date."))
        return day

    def clean_website(self) -> str:
        """Robots fill every field; a person whose browser did it only needs to send again."""
        if self.cleaned_data["website"]:
            self.data = self.data.copy()
            self.data[NAMED_FOR_ROBOTS] = ""
            raise forms.ValidationError(_("Please press “Send” once more."))
        return ""

    def clean(self) -> dict:
        data = super().clean()
        tried = {"requester_phone", "requester_email"} & set(self.errors)
        if not tried and not data.get("requester_phone") and not data.get("requester_email"):
            self.add_error("requester_phone", _("Give a phone number or an e-mail address."))
        if data.get("kind") == Kind.FAULT and not data.get("impact"):
            self.add_error("impact", _("Please choose what comes closest."))
        return data

    def facts(self, language: str) -> dict:
        """The facts of the request. A known serial tells the model, never who owns it."""
        facts = {name: value for name, value in self.cleaned_data.items() if name not in NOT_FACTS}
        facts["product"] = facts["product"] or model_of(facts["serial_text"])
        if facts["kind"] not in HAS_IMPACT:
            facts["impact"] = ""
        return facts | {"language": language}


NOT_FACTS = {"once", "files", "privacy", NAMED_FOR_ROBOTS}


def model_of(serial: str) -> Product | None:
    """The model that has this serial number; nothing else about it is for strangers."""
    unit = Unit.objects.with_serial(serial).select_related("product").first() if serial else None
    return unit.product if unit else None


class ReplyForm(OnceForm):
    body = text(_("Your message"), required=False, rows=3, most=10000)
    files = photos(_("Add photos or files"))

    def __init__(self, *args, needs_text: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.needs_text = needs_text

    def clean(self) -> dict:
        data = super().clean()
        if self.errors or data.get("body", "").strip():
            return data
        if self.needs_text:
            self.add_error("body", _("Write something first."))
        elif not data.get("files"):
            self.add_error("body", _("Write something, or choose a file."))
        return data


class CycleForm(OnceForm):
    """Belongs to one run of the ticket: an old page must not decide about a newer result."""

    cycle = forms.IntegerField(widget=forms.HiddenInput)


class NotSolvedForm(CycleForm):
    reason = text(
        _("What does not work?"), _("The more exactly, the sooner we can help."), rows=3, most=5000
    )
    files = photos(_("Add photos or files"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _(
            "Say what does not work, so that we can help."
        )


class PlanForm(CycleForm):
    """Says which version of the plan was read."""

    plan = forms.IntegerField(widget=forms.HiddenInput)


class DeclinePlanForm(PlanForm):
    body = text(_("What would you like instead?"), required=False, rows=2, most=2000)


class CancelForm(CycleForm):
    body = text(_("Would you tell us why?"), required=False, rows=2, most=2000)


class FindForm(forms.Form):
    number = forms.CharField(
        label=_("Number of your request"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "2026-000123-4"}
        ),
    )

    def clean_number(self) -> str:
        number = rules.parse_number(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(
                _("There is a slip in this number. Compare it with our message: 2026-000123-4.")
            )
        return number


class CodeForm(FindForm):
    code = forms.CharField(
        label=_("Code from the e-mail"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "class": "code-field",
                "maxlength": "12",
            }
        ),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())
