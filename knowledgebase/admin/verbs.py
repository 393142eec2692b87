"""The buttons of an article: each asks what its verb needs, and calls it."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from knowledgebase import actions, forms, queries
from knowledgebase.models import Article

CHANGE = "admin:knowledgebase_article_change"


def asks(title: str, description: str, form_class: type, submit: str = "") -> dict:
    return {
        "title": title,
        "description": description,
        "form_class": form_class,
        "form_submit_text": submit or title,
    }


class Verbs:
    """What the admin of articles has for the verbs of their texts."""

    actions_detail = [
        "publish", "send_back", "submit", "renew",
        {"title": _("More"), "items": ["discard", "outdate", "unpublish"]},
    ]  # fmt: skip

    def _may(self, request, verb: str, right: str, object_id) -> bool:
        """The right, and for a button also whether there is something to do."""
        if not request.user.may(right):
            return False
        if request.method == "POST" or not object_id:
            return True
        if not hasattr(request, "possible_verbs"):
            request.possible_verbs = queries.possible_verbs(object_id)
        return verb in request.possible_verbs

    def has_submit_permission(self, request, object_id=None):
        return self._may(request, "submit", "knowledge.write", object_id)

    def has_discard_permission(self, request, object_id=None):
        return self._may(request, "discard", "knowledge.write", object_id)

    def has_publish_permission(self, request, object_id=None):
        return self._may(request, "publish", "knowledge.publish", object_id)

    def has_send_back_permission(self, request, object_id=None):
        return self._may(request, "send_back", "knowledge.publish", object_id)

    def has_outdate_permission(self, request, object_id=None):
        return self._may(request, "outdate", "knowledge.publish", object_id)

    def has_unpublish_permission(self, request, object_id=None):
        return self._may(request, "unpublish", "knowledge.publish", object_id)

    def has_renew_permission(self, request, object_id=None):
        mine = Article.objects.filter(pk=object_id, owner=request.user)
        right = "knowledge.write" if object_id and mine.exists() else "knowledge.publish"
        return self._may(request, "renew", right, object_id)

    @action(
        description=_("Publish"),
        permissions=["publish"],
        dialog=asks(
            _("Publish a text"),
            _("Its readers see it at once: customers too, if it is public."),
            forms.PublishForm,
            _("Publish"),
        ),
    )
    def publish(self, request, form, object_id):
        return self._do(request, form, object_id, actions.publish, _("The text is published."))

    @action(
        description=_("Return"),
        permissions=["send_back"],
        dialog=asks(
            _("Return a text to its writer"),
            _("The writer reads why on the home page and in the article."),
            forms.SendBackForm,
            _("Return"),
        ),
    )
    def send_back(self, request, form, object_id):
        done = _("The text is a draft again; its writer reads why.")
        return self._do(request, form, object_id, actions.send_back, done)

    @action(
        description=_("Submit for review"),
        permissions=["submit"],
        dialog=asks(
            _("Submit for review"),
            _("Those who may publish see it among what waits for them."),
            forms.SubmitForm,
        ),
    )
    def submit(self, request, form, object_id):
        return self._do(request, form, object_id, actions.submit, _("The text is in review."))

    @action(
        description=_("Still right"),
        permissions=["renew"],
        dialog=asks(
            _("The article is still right"),
            _("Its review date is set anew."),
            forms.RenewForm,
            _("Still right"),
        ),
    )
    def renew(self, request, form, object_id):
        return self._do(request, form, object_id, actions.renew, _("The next review is set."))

    @action(
        description=_("Discard the draft"),
        permissions=["discard"],
        dialog=asks(
            _("Discard what is being written"),
            _("Readers keep what they have. The draft is gone for good."),
            forms.DiscardForm,
            _("Discard the draft"),
        ),
    )
    def discard(self, request, form, object_id):
        return self._do(request, form, object_id, actions.discard, _("The draft is discarded."))

    @action(
        description=_("Mark as outdated"),
        permissions=["outdate"],
        dialog=asks(
            _("Mark a text as outdated"),
            _("Readers no longer find it. Its versions stay, and it can be published again."),
            forms.OutdateForm,
            _("Mark as outdated"),
        ),
    )
    def outdate(self, request, form, object_id):
        return self._do(request, form, object_id, actions.outdate, _("The text is outdated."))

    @action(
        description=_("Unpublish"),
        permissions=["unpublish"],
        dialog=asks(
            _("Unpublish a text"),
            _("It becomes a draft; readers no longer find it."),
            forms.UnpublishForm,
            _("Unpublish"),
        ),
    )
    def unpublish(self, request, form, object_id):
        return self._do(request, form, object_id, actions.unpublish, _("The text is a draft."))

    def _do(self, request, form, object_id, verb, done):
        article = self.get_object(request, object_id)
        if article is None:
            raise Http404
        asked = {name: form.cleaned_data[name] for name in ("language", "because", "version")
                 if name in form.cleaned_data}  # fmt: skip
        try:
            verb(article, by=request.user, **asked)
        except ValidationError as error:
            self.message_user(request, error.messages[0], "error")
        else:
            self.message_user(request, done)
        url = reverse(CHANGE, args=[article.pk])
        # The dialog is sent by htmx, which would put a redirect's page inside itself.
        if "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)
