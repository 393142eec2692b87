"""The desk of messages: what we say, what left, what came."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import ModelForm
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from foundation.desk.admin import DeskAdmin, ReadOnly
from foundation.lists.admin import ListAdmin
from foundation.messaging import actions, inbound, lists, mime, templates
from foundation.messaging.choices import IncomingOutcome, OutgoingStatus, reason_words
from foundation.messaging.models import IncomingMessage, MessageTemplate, OutgoingMessage

AGAIN = {
    "title": _("Send again"),
    "description": _("The same text goes to the same address. The customer may get it twice."),
    "form_submit_text": _("Send again"),
}
REPLAY = {
    "title": _("Handle again"),
    "description": _("The message is read again as if it had just come in."),
    "form_submit_text": _("Handle again"),
}


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(kind.key, kind.label) for kind in templates.kinds()]

    def queryset(self, request, queryset):
        return queryset.filter(key=self.value()) if self.value() else queryset


class TemplateForm(ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "body" in self.fields:
            self.fields["body"].widget.attrs["rows"] = 16

    def clean_subject(self):
        return self._checked("subject")

    def clean_body(self):
        return self._checked("body")

    def _checked(self, name):
        text = self.cleaned_data[name]
        templates.check(self.instance.key, text)
        return text


@admin.register(MessageTemplate)
class MessageTemplateAdmin(DeskAdmin):
    """One row per kind and language; the kinds themselves belong to the software."""

    view_verb = "messaging.view"
    edit_verb = "messaging.edit"
    form = TemplateForm
    list_display = ["kind", "language", "subject"]
    list_filter = [KindFilter, "language"]
    fields = ["kind", "language", "variables", "subject", "body"]
    readonly_fields = ["kind", "language", "variables"]
    change_form_after_template = "messaging/try.html"

    @display(description=_("kind"), ordering="key")
    def kind(self, obj):
        return templates.kind(obj.key).label

    @display(description=_("you can use"))
    def variables(self, obj):
        rows = templates.kind(obj.key).all_variables
        return mark_safe(render_to_string("messaging/variables.html", {"variables": rows}))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(self.preview)
        name = "messaging_messagetemplate_preview"
        return [path("<int:pk>/preview/", view, name=name), *super().get_urls()]

    def preview(self, request, pk):
        """What was typed, with example values; nothing is saved."""
        row = get_object_or_404(MessageTemplate, pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        typed = request.POST if request.method == "POST" else vars(row)
        context = {"language": row.language}
        try:
            context["subject"], context["body"] = templates.preview(
                row.key, row.language, typed.get("subject", ""), typed.get("body", "")
            )
        except ValidationError as error:
            context["errors"] = error.messages
        return render(request, "messaging/preview.html", context)


class LettersAdmin(ReadOnly, ListAdmin):
    """Who looks after messages sees the list; a letter is read by who sees personal data."""

    view_verb = "messaging.view"
    edit_verb = "messaging.edit"
    fields = ["letter"]
    readonly_fields = ["letter"]

    def has_view_permission(self, request, obj=None):
        allowed = super().has_view_permission(request, obj)
        return allowed and (obj is None or lists.reads_letters(request.user))


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(LettersAdmin):
    list_key = lists.OUTGOING.key
    actions_detail = ["again"]

    @display(description=_("message"))
    def letter(self, obj):
        kind, reason = templates.kind(obj.template_key).label, reason_words(obj.last_error)
        context = {"message": obj, "kind": kind, "reason": reason}
        return mark_safe(render_to_string("messaging/letter.html", context))

    def has_again_permission(self, request, object_id=None):
        if not request.user.may(self.edit_verb):
            return False
        waiting = OutgoingMessage.objects.filter(pk=object_id, status=OutgoingStatus.WAITING)
        return request.method == "POST" or not waiting.exists()

    @action(description=_("Send again"), icon="send", permissions=["again"], dialog=AGAIN)
    def again(self, request, form, object_id):
        message = get_object_or_404(OutgoingMessage, pk=object_id)
        try:
            message = actions.send_again(message, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, gettext("The message leaves within a minute."))
        return go(request, reverse("admin:messaging_outgoingmessage_change", args=[message.pk]))


@admin.register(IncomingMessage)
class IncomingMessageAdmin(LettersAdmin):
    list_key = lists.INCOMING.key
    actions_detail = ["original", "replay"]

    @display(description=_("message"))
    def letter(self, obj):
        try:
            mail = mime.parse(bytes(obj.raw))
        except mime.Refused:
            mail = mime.glance(bytes(obj.raw))
        title = obj.subject or gettext("(no subject)")
        context = {"row": obj, "mail": mail, "reason": reason_words(obj.reason), "title": title}
        return mark_safe(render_to_string("messaging/received.html", context))

    @action(description=_("Download the original"), icon="download", permissions=["view"])
    def original(self, request, object_id):
        row = get_object_or_404(IncomingMessage, pk=object_id)
        response = HttpResponse(bytes(row.raw), content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="message-{row.pk}.eml"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def has_replay_permission(self, request, object_id=None):
        if not request.user.may(self.edit_verb):
            return False
        kept = [IncomingOutcome.QUARANTINED, IncomingOutcome.REJECTED]
        rows = IncomingMessage.objects.filter(pk=object_id, outcome__in=kept)
        return request.method == "POST" or rows.exists()

    @action(description=_("Handle again"), icon="replay", permissions=["replay"], dialog=REPLAY)
    def replay(self, request, form, object_id):
        row = get_object_or_404(IncomingMessage, pk=object_id)
        try:
            result = inbound.replay(row, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            words = gettext("Handled: %(outcome)s.")
            outcome = IncomingOutcome(result.outcome).label
            messages.success(request, words % {"outcome": outcome})
        return go(request, reverse("admin:messaging_incomingmessage_change", args=[object_id]))


def go(request, url):
    """Out of a dialog (htmx follows a redirect silently, so it gets a header) or from a plain form."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
