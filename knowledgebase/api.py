"""The door for programs to articles: reading what is published."""

import django_filters as filters
from django import forms
from django.db.models import Prefetch
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from foundation.accounts.choices import Language
from foundation.api.answers import ERRORS
from foundation.api.views import ListView
from foundation.search.queries import candidates
from knowledgebase.choices import ArticleKind
from knowledgebase.models import Article, ArticleText
from knowledgebase.serializers import ArticleOut, ArticleRowOut


class ArticleFilter(filters.FilterSet):
    q = filters.CharFilter(method="by_words", label=_("words; each must be there"))
    kind = filters.MultipleChoiceFilter(choices=ArticleKind.choices, label=_("kind"))
    category = filters.CharFilter("category__key", label=_("key of the product category"))
    product = filters.CharFilter("products__code", label=_("model number"))
    is_public = filters.BooleanFilter("is_public", label=_("public"))
    language = filters.ChoiceFilter(
        method="by_language", choices=Language.choices, label=_("published in this language")
    )

    class Meta:
        model = Article
        fields: list[str] = []
        form = forms.Form

    def by_words(self, rows, name: str, text: str):
        found, _more = candidates("articles", self.request.user, text)
        return rows.filter(pk__in=found)

    def by_language(self, rows, name: str, language: str):
        return rows.published(language)


class ArticlesView(ListView):
    """Public ones for everybody with a key; internal ones for those who read them at the desk."""

    scope = "articles"
    serializer_class = ArticleRowOut
    filterset_class = ArticleFilter

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Article.objects.none()
        texts = Prefetch("texts", ArticleText.objects.published())
        rows = Article.objects.visible_to(self.request.user).published()
        return rows.select_related("category").prefetch_related("products", texts)

    @extend_schema(operation_id="articles", responses={200: ArticleRowOut(many=True), **ERRORS})
    def get(self, request):
        """Articles with a published text, the newest first. The texts are with each article."""
        return self.listed(self.get_queryset())


class ArticleView(ArticlesView):
    serializer_class = ArticleOut
    filterset_class = None
    pagination_class = None

    @extend_schema(operation_id="article", responses={200: ArticleOut, **ERRORS})
    def get(self, request, slug: str):
        """One article with its published texts."""
        row = self.get_queryset().filter(slug=slug).first()
        if row is None:
            raise Http404
        return Response(self.said(ArticleOut, row))
