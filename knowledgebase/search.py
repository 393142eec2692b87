"""What articles are found by, and how they are shown when found."""

from collections.abc import Iterable, Sequence

from django.db.models.signals import m2m_changed, post_save
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import ProductCategory
from customers.search import in_a_row, product_tokens
from foundation.search import kinds
from foundation.search.actions import changed, index
from foundation.search.kinds import Entry, Hit, Kind
from foundation.search.rules import Query, is_in, marked, tokens
from knowledgebase import rules
from knowledgebase.actions import index_texts
from knowledgebase.models import (
    Article,
    ArticleDocument,
    ArticleText,
    language_now,
    reads_internal,
)

CHANGE = "admin:knowledgebase_article_change"


def entries(pks: Sequence[int]) -> Iterable[Entry]:
    rows = Article.objects.filter(pk__in=pks).select_related("category")
    for row in rows.prefetch_related("texts", "products"):
        texts = sorted(row.texts.all(), key=lambda text: not text.is_published)
        words = {text.pk: tokens(f"{text.title}\n{text.body}") for text in texts}
        category = row.category
        yield Entry(
            pk=row.pk,
            at=row.created_at,
            tokens=[
                *(tokens(f"{category.name_zh}\n{category.name_en}") if category else ()),
                *(token for product in row.products.all() for token in product_tokens(product)),
                *(token for text in texts if text.is_published for token in words[text.pk]),
            ],
            # Nobody outside may find an article by the words of a draft.
            personal=[
                *tokens(row.slug),
                *(token for text in texts if not text.is_published for token in words[text.pk]),
                *(token for text in texts for token in _next_words(text)),
            ],
        )


def _next_words(text: ArticleText) -> set[str]:
    return tokens(f"{text.next_title}\n{text.next_body}") if text.next_status else set()


def sees_all(user) -> bool:
    return reads_internal(user)


def hits(pks: Sequence[int], user, asked: Query) -> list[Hit]:
    rows = Article.objects.select_related("category").in_bulk(pks)
    texts: dict[int, list[ArticleText]] = {}
    for text in ArticleText.objects.visible_to(user).filter(article__in=pks):
        texts.setdefault(text.article_id, []).append(text)
    return [_hit(rows[pk], texts.get(pk, []), user, asked) for pk in pks if pk in rows]


def _hit(row: Article, texts: list[ArticleText], user, asked: Query) -> Hit:
    language = language_now()
    texts.sort(key=lambda text: (text.language != language, not text.is_published))
    # The reader's language, unless only the other has the words; what is read before what is written.
    shown = [(text, text.title, text.body, text.is_published) for text in texts]
    if reads_internal(user):
        shown += [(text, *text.working, False) for text in texts if text.next_status]
    said = (one for one in shown if is_in(asked, f"{one[1]} {one[2]}"))
    text, title, body, is_published = next(said, next(iter(shown), (None, row.slug, "", False)))
    facts = [
        (row.get_kind_display(), False),
        (row.category.name if row.category_id else "", False),
        ("" if row.is_public else _("internal"), False),
        ("" if is_published else _("draft"), False),
    ]
    return Hit(
        pk=row.pk,
        url=row.get_absolute_url() if is_published else reverse(CHANGE, args=[row.pk]),
        title=marked(asked, title),
        facts=in_a_row(facts),
        excerpt=marked(asked, rules.plain(body)) if text else (),
    )


ARTICLES = Kind(
    key="articles",
    label=gettext_lazy("Articles"),
    model=Article,
    document=ArticleDocument,
    entries=entries,
    visible=lambda user: Article.objects.visible_to(user),
    sees_all=sees_all,
    personal=reads_internal,
    hits=hits,
    order=40,
)


def register() -> None:
    kinds.register(ARTICLES)
    kinds.beside("texts", index_texts)
    kinds.follow("products", "articles", lambda pks: Article.objects.filter(products__in=pks))
    kinds.follow("groups", "articles", lambda pks: Article.objects.filter(category__in=pks))
    post_save.connect(_article_saved, sender=Article, dispatch_uid="search_article_saved")
    post_save.connect(_text_saved, sender=ArticleText, dispatch_uid="search_text_saved")
    m2m_changed.connect(
        _products_set, sender=Article.products.through, dispatch_uid="search_article_products"
    )
    post_save.connect(_group_saved, sender=ProductCategory, dispatch_uid="search_group_saved")


def _article_saved(sender, instance, raw=False, **kwargs) -> None:
    if not raw:
        index("articles", [instance.pk])


def _text_saved(sender, instance, raw=False, **kwargs) -> None:
    if not raw:
        index("articles", [instance.article_id])


def _products_set(sender, instance, action, reverse=False, pk_set=None, **kwargs) -> None:
    if action.startswith("post_"):
        index("articles", sorted(pk_set or ()) if reverse else [instance.pk])


def _group_saved(sender, instance, created, raw=False, **kwargs) -> None:
    if not created and not raw:
        changed("groups", [instance.pk])
