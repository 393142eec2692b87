"""The verbs on articles: write needs `knowledge.write`, publish and unpublish `knowledge.publish`.

What readers already see changes only by people who may publish. Every verb raises PermissionDenied
without its right, and ValidationError for what a person can mend.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Product, ProductCategory
from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.models import User
from knowledgebase.choices import ArticleKind, TextStatus
from knowledgebase.models import Article, ArticleText

ARTICLE_FIELDS = frozenset(["kind", "category", "products", "is_public", "owner"])


def _require(by: Actor, verb: str) -> None:
    if not by.may(verb):
        raise PermissionDenied(_("Your role does not allow this. Ask a supervisor."))


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update().get(pk=article.pk)


def _touch(article: Article, by: Actor, at: datetime) -> None:
    article.touch(user_or_none(by), at)
    article.save(update_fields=["version", "changed_by", "changed_at"])


@transaction.atomic
def record_article(
    *,
    slug: str,
    kind: str = ArticleKind.FAQ,
    category: ProductCategory | None = None,
    products: Iterable[Product] = (),
    is_public: bool = False,
    owner: User | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Article:
    """A new article without texts; it belongs to its writer unless told otherwise."""
    _require(by, "knowledge.write")
    at = at or timezone.now()
    article = Article(
        slug=slug,
        kind=kind,
        category=category,
        is_public=is_public,
        owner=owner or user_or_none(by),
        created_at=at,
        changed_at=at,
        changed_by=user_or_none(by),
    )
    article.full_clean()
    article.save()
    article.products.set(products)
    return article


@transaction.atomic
def change_article(
    article: Article,
    *,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
    **changes,
) -> Article:
    """Set some of ARTICLE_FIELDS. With `version`, refuses (code "stale") if somebody was first.

    Who may not publish may not change who reads a published article.
    """
    _require(by, "knowledge.write")
    if unknown := set(changes) - ARTICLE_FIELDS:
        raise TypeError(f"Not to be changed: {', '.join(sorted(unknown))}")
    article = _locked(article)
    article.refuse_stale(version)
    if changes.get("is_public", article.is_public) != article.is_public:
        _refuse_if_read(article.texts.published().exists(), by)
    products = changes.pop("products", None)
    for field, value in changes.items():
        setattr(article, field, value)
    if products is not None:
        article.products.set(products)
    if changes or products is not None:
        article.full_clean()
        article.touch(user_or_none(by), at or timezone.now())
        article.save()
    return article


def _refuse_if_read(is_read: bool, by: Actor) -> None:
    if is_read and not by.may("knowledge.publish"):
        raise ValidationError(
            _("This article is published. Ask somebody who may publish to make the change."),
            code="published",
        )


@transaction.atomic
def write(
    article: Article,
    *,
    language: str,
    title: str,
    body: str,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> ArticleText:
    """The text in a language: a new draft, or the next version of the one there is.

    `version` is that of the text. A published text stays published; only people who may publish
    change it.
    """
    _require(by, "knowledge.write")
    at = at or timezone.now()
    article = _locked(article)
    text = article.texts.filter(language=language).first()
    if text and version is not None and version != text.version:
        article.refuse_stale(article.version - 1)
    _refuse_if_read(bool(text and text.is_published), by)
    text = text or ArticleText(article=article, language=language, version=0)
    text.title, text.body = (value.replace("\x00", "").strip() for value in (title, body))
    text.version += 1
    text.updated_at = at
    text.full_clean()
    text.save()
    _touch(article, by, at)
    return text


@transaction.atomic
def publish(
    article: Article, *, language: str, by: Actor, at: datetime | None = None
) -> ArticleText:
    """Show the text in this language to its readers. Doing it twice changes nothing."""
    _require(by, "knowledge.publish")
    text = _text(_locked(article), language)
    if text.is_published:
        return text
    return _set_status(text, TextStatus.PUBLISHED, by, at or timezone.now())


@transaction.atomic
def unpublish(
    article: Article, *, language: str, by: Actor, at: datetime | None = None
) -> ArticleText:
    """Make the text in this language a draft again. Doing it twice changes nothing."""
    _require(by, "knowledge.publish")
    text = _text(_locked(article), language)
    if not text.is_published:
        return text
    return _set_status(text, TextStatus.DRAFT, by, at or timezone.now())


def _text(article: Article, language: str) -> ArticleText:
    text = article.texts.filter(language=language).first()
    if text is None:
        raise ValidationError(
            _("There is no text in this language yet. Write it first."), code="no_text"
        )
    return text


def _set_status(text: ArticleText, status: str, by: Actor, at: datetime) -> ArticleText:
    public = status == TextStatus.PUBLISHED
    text.status = status
    text.published_at = at if public else None
    text.published_by = user_or_none(by) if public else None
    text.save(update_fields=["status", "published_at", "published_by"])
    _touch(text.article, by, at)
    return text
