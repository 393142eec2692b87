"""What programs get of articles: what is published, in each language."""

from django.conf import settings
from rest_framework import serializers

from knowledgebase.models import Article, ArticleText


class TitleOut(serializers.ModelSerializer):
    class Meta:
        model = ArticleText
        fields = ("language", "title", "published_at")
        read_only_fields = fields


class TextOut(serializers.ModelSerializer):
    """`body` is plain text: a blank line begins a paragraph, “- ” a list, “1. ” a step."""

    class Meta:
        model = ArticleText
        fields = ("language", "title", "body", "published_at")
        read_only_fields = fields


class ArticleRowOut(serializers.ModelSerializer):
    category = serializers.SlugRelatedField("key", read_only=True, allow_null=True)
    products = serializers.SlugRelatedField("code", many=True, read_only=True)
    url = serializers.SerializerMethodField()
    texts = TitleOut(many=True, read_only=True)

    class Meta:
        model = Article
        fields = ("slug", "kind", "is_public", "category", "products", "url", "texts")
        read_only_fields = fields

    def get_url(self, article) -> str:
        return settings.SITE_URL + article.get_absolute_url() if article.is_public else ""


class ArticleOut(ArticleRowOut):
    texts = TextOut(many=True, read_only=True)
