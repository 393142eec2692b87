"""The desk of webhooks: which programs are told of what, and how that goes."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminURLInputWidget

from foundation.desk.admin import DeskAdmin
from foundation.desk.words import listed
from foundation.messaging import actions, webhooks
from foundation.messaging.admin.messages import go
from foundation.messaging.choices import OutgoingStatus, reason_words
from foundation.messaging.models import Endpoint

PING = {
    "title": _("Send a test"),
    "description": _("The program gets an event of the kind “ping” within a minute."),
    "form_submit_text": _("Send"),
}
ROTATE = {
    "title": _("New secret"),
    "description": _(
        "You see the new secret once. For 24 hours both secrets are good; enter the new one there "
        "before that."
    ),
    "form_submit_text": _("Make a new secret"),
}


class EndpointForm(forms.ModelForm):
    url = forms.URLField(
        label=_("address"), max_length=500, assume_scheme="https", widget=UnfoldAdminURLInputWidget
    )
    events = forms.MultipleChoiceField(
        label=_("Is told of"), widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = Endpoint
        fields = ["name", "url", "events", "department", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "events" in self.fields:
            self.fields["events"].choices = [
                (kind, f"{words} ({kind})") for kind, words in webhooks.events().items()
            ]

    def clean_url(self):
        """Told beside the field, by the verb's own rule."""
        url = self.cleaned_data["url"]
        actions.check_address(url)
        return url


@admin.register(Endpoint)
class EndpointAdmin(DeskAdmin):
    view_verb = edit_verb = "messaging.edit"
    form = EndpointForm
    list_display = ["name", "host", "told_of", "department", "state", "last_sent_at"]
    list_select_related = ["department"]
    readonly_fields = ["state_words", "last_sent_at", "failures", "trouble", "sent"]
    actions_detail = ["ping", "rotate"]
    fieldsets = [
        (None, {"fields": ["name", "url", "department", "is_active"]}),
        (_("Events"), {"fields": ["events"]}),
        (
            _("How it goes"),
            {"fields": ["state_words", "last_sent_at", "failures", "trouble", "sent"]},
        ),
    ]

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else self.fieldsets[:2]

    def has_delete_permission(self, request, obj=None):
        """Switched off, not deleted: what was sent to it stays readable."""
        return False

    @display(description=_("address"))
    def host(self, row):
        return row.url.split("/")[2]

    @display(description=_("is told of"))
    def told_of(self, row):
        return listed(webhooks.label(kind) for kind in row.events)

    @display(
        description=_("state"),
        label={"works": "success", "fails": "warning", "off": "danger", "new": "info"},
    )
    def state(self, row):
        if not row.is_active:
            return "off", gettext("switched off")
        if row.failures:
            return "fails", gettext("does not answer")
        return ("works", gettext("works")) if row.last_sent_at else ("new", gettext("not used yet"))

    @display(description=_("state"))
    def state_words(self, row):
        return self.state(row)[1]

    @display(description=_("reason of the failure"))
    def trouble(self, row):
        return reason_words(row.last_error) or "–"

    @display(description=_("messages"))
    def sent(self, row):
        url = reverse("admin:messaging_outgoingmessage_changelist")
        every = f"{url}?endpoint={row.pk}"
        failed = f"{every}&status={OutgoingStatus.FAILED}"
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>', every, _("all"), failed, _("failed")
        )

    def save_model(self, request, obj, form, change):
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            row = actions.change_endpoint(obj, by=request.user, **values)
        else:
            values = {name: form.cleaned_data[name] for name in EndpointForm.Meta.fields}
            row, request.secret = actions.record_endpoint(by=request.user, **values)
        obj.pk = row.pk

    def response_add(self, request, obj, post_url_continue=None):
        return self._show_secret(request, obj, request.secret)

    def _show_secret(self, request, row, secret: str):
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The secret of this webhook"),
            "about": f"{row.name} · {self.host(row)}",
            "advice": gettext(
                "Enter it in the other program now: it is shown this once. With it the program "
                "checks that what it is told comes from here."
            ),
            "secret": secret,
            "back": reverse("admin:messaging_endpoint_change", args=[row.pk]),
        }
        answer = render(request, "desk/secret.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    def _change_page(self, row) -> str:
        return reverse("admin:messaging_endpoint_change", args=[row.pk])

    def has_ping_permission(self, request, object_id=None):
        return self.has_change_permission(request)

    has_rotate_permission = has_ping_permission

    @action(description=_("Send a test"), icon="send", permissions=["ping"], dialog=PING)
    def ping(self, request, form, object_id):
        row = get_object_or_404(Endpoint, pk=object_id)
        try:
            actions.ping(row, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, gettext("The test leaves within a minute."))
        return go(request, self._change_page(row))

    @action(description=_("New secret"), icon="key", permissions=["rotate"], dialog=ROTATE)
    def rotate(self, request, form, object_id):
        row = get_object_or_404(Endpoint, pk=object_id)
        row, secret = actions.rotate_secret(row, by=request.user)
        words = gettext("The new secret, shown this once: %(secret)s") % {"secret": secret}
        messages.warning(request, words)
        return go(request, self._change_page(row))
