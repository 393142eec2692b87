"""What readers find published texts by."""

from collections.abc import Callable

from django.db import transaction

from knowledgebase import rules
from knowledgebase.models import Article, ArticleText, TextWord

CHUNK = 200


def show_in_search(text: ArticleText) -> None:
    """Readers find this text from now on, or find what it now says."""
    hide_from_search(text)
    TextWord.objects.bulk_create(_words(text), batch_size=1000)


def hide_from_search(text: ArticleText) -> None:
    """Readers find this text no more."""
    TextWord.objects.filter(text=text).delete()


def _words(text: ArticleText) -> list[TextWord]:
    public = text.article.is_public
    words = rules.text_words(text.title, text.body)
    return [
        TextWord(text=text, word=word, in_title=in_title, is_public=public)
        for word, in_title in words.items()
    ]


def index_texts(only_missing: bool = False, tell: Callable[[int], None] = lambda done: None) -> int:
    """Write the words of all published texts anew, or of those without any; returns how many texts.

    People go on working: each chunk holds its articles, as every verb on a text does.
    """
    texts = ArticleText.objects.published()
    TextWord.objects.exclude(text__in=texts.values("pk")).delete()
    if only_missing:
        texts = texts.filter(words=None)
    done, last = 0, 0
    while pks := list(
        texts.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        last = pks[-1]
        _write(pks)
        done += len(pks)
        tell(done)
    return done


@transaction.atomic
def _write(pks: list[int]) -> None:
    held = Article.objects.select_for_update(no_key=True).filter(texts__in=pks).order_by("pk")
    list(held.values_list("pk", flat=True))
    texts = ArticleText.objects.published().filter(pk__in=pks).select_related("article")
    TextWord.objects.filter(text__in=pks).delete()
    TextWord.objects.bulk_create([row for text in texts for row in _words(text)], batch_size=1000)
