"""The texts of an article on its page: one form for each language."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from foundation.accounts.choices import Language
from foundation.desk.admin import DeskStackedInline
from knowledgebase import forms
from knowledgebase.models import Article, ArticleText
from knowledgebase.words import status_words


class ArticleTextInline(DeskStackedInline):
    view_verb = "knowledge.view"
    edit_verb = "knowledge.write"
    model = ArticleText
    form = forms.ArticleTextForm
    fields = [("language", "shown_status"), "title", "body", "text_version"]
    readonly_fields = ["shown_status"]
    max_num = len(Language)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        return fields if self.has_change_permission(request, obj) else fields[:-1]

    def get_extra(self, request, obj=None, **kwargs):
        return len(missing_languages(obj))

    @admin.display(description=_("status"))
    def shown_status(self, text):
        return status_words(text) if text.pk else _("draft")


def missing_languages(article: Article | None) -> list[str]:
    there = {text.language for text in article.texts.all()} if article and article.pk else set()
    return [language for language in Language.values if language not in there]
