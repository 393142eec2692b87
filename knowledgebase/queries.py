from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from foundation.accounts.choices import Language
from knowledgebase import rules
from knowledgebase.models import Article, ArticleText

IN_TITLE, IN_BODY = 3, 1


def shown_texts(articles: QuerySet[Article], language: str) -> list[ArticleText]:
    """One published text per article, in `language` where there is one, with its article.

    Ordered by category, then title. One query; the bodies are not read.
    """
    texts = (
        ArticleText.objects.published()
        .filter(article__in=articles)
        .select_related("article__category")
        .defer("body")
        .order_by(F("article__category__order").asc(nulls_last=True), "title", "pk")
    )
    return _one_each(texts, language)


def _one_each(texts, language: str) -> list[ArticleText]:
    chosen: dict[int, ArticleText] = {}
    for text in texts:
        if text.article_id not in chosen or text.language == language:
            chosen[text.article_id] = text
    return list(chosen.values())


def matching(articles: QuerySet[Article], text: str) -> QuerySet[Article]:
    """Articles of which a published text holds what was typed, in title or body."""
    texts = ArticleText.objects.published().filter(
        Q(title__icontains=text) | Q(body__icontains=text)
    )
    return articles.filter(pk__in=texts.values("article"))


def suggest(
    text: str, language: str = Language.ZH, *, public_only: bool, limit: int = 5
) -> list[ArticleText]:
    """Published texts that may answer what somebody is typing, best first, with their article.

    They share Latin words or pairs of Chinese characters with it: a word of the title counts 3, of
    the body 1; below 3 nothing is suggested. Found in any language, shown in `language` where the
    article has it. Two queries, none for an empty text. `public_only` must be true for customers.
    """
    words = rules.words(text[:500])
    if not words:
        return []
    texts = ArticleText.objects.published()
    if public_only:
        texts = texts.filter(article__is_public=True)
    best = (
        texts.annotate(score=sum((_score(word) for word in words), Value(0)))
        .filter(score__gte=IN_TITLE)
        .order_by("-score", "article_id")
        .values_list("article_id", flat=True)[: limit * 2]
    )
    order = list(dict.fromkeys(best))[:limit]
    found = _one_each(
        texts.filter(article__in=order).select_related("article").defer("body"), language
    )
    return sorted(found, key=lambda text: order.index(text.article_id))


def _score(word: str) -> Case:
    return Case(
        When(title__icontains=word, then=IN_TITLE),
        When(body__icontains=word, then=IN_BODY),
        default=0,
        output_field=IntegerField(),
    )
