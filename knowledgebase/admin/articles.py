"""The desk of articles: writing, and what readers say."""

from django.contrib import admin
from django.utils import timezone

from foundation.desk.versions import SavedByVerb
from foundation.lists.admin import ListAdmin
from knowledgebase import actions, beginnings, queries
from knowledgebase.admin.texts import ArticleTextInline, missing_languages
from knowledgebase.admin.verbs import Verbs
from knowledgebase.admin.versions import Versions
from knowledgebase.beginnings import Beginning
from knowledgebase.choices import ArticleKind
from knowledgebase.lists import ARTICLES
from knowledgebase.models import Article, ArticleText
from knowledgebase.words import status_words, voice_words


@admin.register(Article)
class ArticleAdmin(Verbs, Versions, SavedByVerb, ListAdmin):
    view_verb = "knowledge.view"
    edit_verb = "knowledge.write"
    record = staticmethod(actions.record_article)
    change = staticmethod(actions.change_article)
    verb_fields = actions.ARTICLE_FIELDS | {"slug"}
    inlines = [ArticleTextInline]
    list_key = ARTICLES.key
    autocomplete_fields = ["products"]
    fieldsets = [
        (None, {"fields": [("kind", "is_public"), ("category", "owner"), "products", "review_on"]})
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["slug", ("kind", "is_public"), ("category", "owner"), "products"]},
        )
    ]
    change_form_outer_before_template = "knowledgebase/desk/waits.html"
    change_form_outer_after_template = "knowledgebase/desk/after.html"

    class Media:
        css = {"all": ["knowledgebase/desk.css"]}

    def get_queryset(self, request):
        return Article.objects.visible_to(request.user).with_voices()

    def get_readonly_fields(self, request, obj=None):
        return () if request.user.may("knowledge.publish") else ("review_on",)

    # --- writing ----------------------------------------------------------------------------------

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs | {"initial": [self._begin(request, each) for each in missing_languages(obj)]}

    def _begin(self, request, language: str) -> dict:
        """An empty text, or the words that another page brought (`beginnings`)."""
        begun = self._beginning(request)
        if begun is None or begun.language != language:
            return {"language": language}
        return {"language": language, "title": begun.title, "body": begun.body}

    def get_changeform_initial_data(self, request):
        begun = self._beginning(request)
        if begun is None:
            return {}
        return {"category": begun.category, "products": begun.products, "kind": ArticleKind.GUIDE}

    def _beginning(self, request) -> Beginning | None:
        if request.method != "GET" or "from" not in request.GET:
            return None
        if not hasattr(request, "beginning"):
            source, key = request.GET["from"], request.GET.get("key", "")
            request.beginning = beginnings.find(source, key, request.user)
        return request.beginning

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        written = [*formset.new_objects, *(text for text, _fields in formset.changed_objects)]
        seen = {one.instance.pk: one.cleaned_data.get("text_version") for one in formset.forms}
        for text in written:
            actions.write(
                form.instance,
                language=text.language,
                title=text.title,
                body=text.body,
                version=seen.get(text.pk) if text.pk else None,
                by=request.user,
            )

    # --- the page of one article --------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {**(extra_context or {}), "kb": self._about(request, object_id)}
        return super().change_view(request, object_id, form_url, context)

    def _about(self, request, object_id) -> dict | None:
        article = self.get_object(request, object_id)
        if article is None:
            return None
        texts = ArticleText.objects.filter(article=article).select_related(
            "written_by", "submitted_by", "returned_by", "published_by"
        )
        said = queries.Voices(article.helpful, article.votes)
        return {
            "article": article,
            "texts": [(text, status_words(text), text.versions.count()) for text in texts],
            "is_due": bool(article.review_on and article.review_on <= timezone.localdate()),
            "is_published": any(text.is_published for text in texts),
            "said": said,
            "said_words": voice_words(said) if said.votes else "",
            "comments": queries.comments(article),
        }
