from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from foundation.accounts.choices import Language
from foundation.desk.admin import DeskAdmin, DeskStackedInline
from foundation.desk.versions import SavedByVerb
from knowledgebase import actions
from knowledgebase.forms import ArticleTextForm, PublishForm, UnpublishForm
from knowledgebase.models import Article, ArticleText, language_now

LABELS = {_("published"): "success", _("draft"): "warning"}


class ArticleTextInline(DeskStackedInline):
    view_verb = "knowledge.view"
    edit_verb = "knowledge.write"
    model = ArticleText
    fields = [("language", "shown_status"), "title", "body"]
    readonly_fields = ["shown_status"]
    max_num = len(Language)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("published_by")

    def has_delete_permission(self, request, obj=None):
        return False

    def get_extra(self, request, obj=None, **kwargs):
        return len(missing_languages(obj))

    def get_formset(self, request, obj=None, **kwargs):
        may = request.user.may("knowledge.publish")
        kwargs["form"] = type("Form", (ArticleTextForm,), {"may_publish": may})
        return super().get_formset(request, obj, **kwargs)

    @admin.display(description=_("status"))
    def shown_status(self, text):
        if not text.pk or not text.is_published:
            return _("draft")
        return _("published by %(who)s") % {"who": text.published_by or "–"}


def missing_languages(article: Article | None) -> list[str]:
    there = {text.language for text in article.texts.all()} if article and article.pk else set()
    return [language for language in Language.values if language not in there]


@admin.register(Article)
class ArticleAdmin(SavedByVerb, DeskAdmin):
    view_verb = "knowledge.view"
    edit_verb = "knowledge.write"
    record = staticmethod(actions.record_article)
    change = staticmethod(actions.change_article)
    verb_fields = actions.ARTICLE_FIELDS | {"slug"}
    inlines = [ArticleTextInline]
    list_display = ["title", "kind", "category", "is_public", "chinese", "english", "owner"]
    list_select_related = ["category", "owner"]
    list_filter = ["kind", "is_public", "texts__status", "category"]
    search_fields = ["slug", "texts__title", "texts__body"]
    search_help_text = _("Words of the title or the text")
    autocomplete_fields = ["products"]
    fieldsets = [(None, {"fields": [("kind", "is_public"), ("category", "owner"), "products"]})]
    add_fieldsets = [
        (
            None,
            {"fields": ["slug", ("kind", "is_public"), ("category", "owner"), "products"]},
        )
    ]
    actions_detail = ["publish", "unpublish"]

    def get_queryset(self, request):
        return Article.objects.visible_to(request.user).prefetch_related("texts")

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs | {"initial": [{"language": each} for each in missing_languages(obj)]}

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        for text in [*formset.new_objects, *(text for text, _fields in formset.changed_objects)]:
            actions.write(
                form.instance,
                language=text.language,
                title=text.title,
                body=text.body,
                by=request.user,
            )

    @display(description=_("title"))
    def title(self, article):
        text = article.text_for(language_now())
        return text.title if text else article.slug

    @display(description="中文", label=LABELS)
    def chinese(self, article):
        return self._status(article, Language.ZH)

    @display(description="English", label=LABELS)
    def english(self, article):
        return self._status(article, Language.EN)

    def _status(self, article, language):
        text = article.text_for(language)
        return text.get_status_display() if text and text.language == language else None

    def has_publish_permission(self, request, object_id=None):
        return request.user.may("knowledge.publish")

    @action(
        description=_("Publish"),
        permissions=["publish"],
        dialog={
            "title": _("Publish a text"),
            "description": _("Its readers see it at once: customers too, if it is public."),
            "form_class": PublishForm,
            "form_submit_text": _("Publish"),
        },
    )
    def publish(self, request, form, object_id):
        return self._do(request, form, object_id, actions.publish, _("The text is published."))

    @action(
        description=_("Unpublish"),
        permissions=["publish"],
        dialog={
            "title": _("Unpublish a text"),
            "description": _("It becomes a draft; readers no longer find it."),
            "form_class": UnpublishForm,
            "form_submit_text": _("Unpublish"),
        },
    )
    def unpublish(self, request, form, object_id):
        return self._do(request, form, object_id, actions.unpublish, _("The text is a draft."))

    def _do(self, request, form, object_id, verb, done):
        article = self.get_object(request, object_id)
        if article is None:
            raise Http404
        try:
            verb(article, language=form.cleaned_data["language"], by=request.user)
        except ValidationError as error:
            self.message_user(request, error.messages[0], "error")
        else:
            self.message_user(request, done)
        url = reverse("admin:knowledgebase_article_change", args=[article.pk])
        # The dialog is sent by htmx, which would put a redirect's page inside itself.
        if "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)
