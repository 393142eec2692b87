"""What readers find published texts by."""

from collections.abc import Callable

from django.db import transaction

from knowledgebase import rules
from knowledgebase.models import ArticleText, TextWord

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


def index_texts(tell: Callable[[int], None] = lambda done: None) -> int:
    """Write the words of all published texts anew; returns how many texts."""
    texts = ArticleText.objects.published().select_related("article")
    TextWord.objects.exclude(text__in=texts.values("pk")).delete()
    done, last = 0, 0
    while chunk := list(texts.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        _write(chunk)
        done += len(chunk)
        tell(done)
    return done


@transaction.atomic
def _write(texts: list[ArticleText]) -> None:
    TextWord.objects.filter(text__in=texts).delete()
    TextWord.objects.bulk_create([row for text in texts for row in _words(text)], batch_size=1000)
