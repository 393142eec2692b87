"""The article itself: what it is about, who reads it, who is responsible, when it is reviewed."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Product, ProductCategory
from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.models import User
from knowledgebase import queries, rules
from knowledgebase.choices import ArticleKind
from knowledgebase.models import Article, TextWord

ARTICLE_FIELDS = frozenset(["kind", "category", "products", "is_public", "owner", "review_on"])


def require(verb: str, *, by: Actor) -> None:
    """PermissionDenied unless a role of theirs grants it."""
    if not by.may(verb):
        raise PermissionDenied(_("Your role does not allow this. Ask a supervisor."))


def locked(article: Article, version: int | None = None) -> Article:
    """The row for update; with `version`, refuses a verb that was chosen before somebody's change."""
    article = Article.objects.select_for_update().get(pk=article.pk)
    if version is not None and version != article.version:
        raise ValidationError(
            _("%(who)s changed this article in the meantime. Look at it again, then decide."),
            code="stale",
            params={"who": article.changed_by or _("Somebody else")},
        )
    return article


def touch(article: Article, *, by: Actor, at: datetime) -> None:
    """Every change of an article or of a text of it ends here."""
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
    require("knowledge.write", by=by)
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
    require("knowledge.write", by=by)
    if unknown := set(changes) - ARTICLE_FIELDS:
        raise TypeError(f"Not to be changed: {', '.join(sorted(unknown))}")
    article = locked(article)
    article.refuse_stale(version)
    _refuse_what_publishers_decide(article, changes, by)
    products = changes.pop("products", None)
    for field, value in changes.items():
        setattr(article, field, value)
    if products is not None:
        article.products.set(products)
    if changes or products is not None:
        article.full_clean()
        article.touch(user_or_none(by), at or timezone.now())
        article.save()
        TextWord.objects.filter(text__article=article).update(is_public=article.is_public)
    return article


def _refuse_what_publishers_decide(article: Article, changes: dict, by: Actor) -> None:
    decided = ("is_public", "review_on")
    changed = any(
        changes.get(name, getattr(article, name)) != getattr(article, name) for name in decided
    )
    if changed and not by.may("knowledge.publish") and article.texts.published().exists():
        raise ValidationError(
            _("This article is published. Ask somebody who may publish to make the change."),
            code="published",
        )


@transaction.atomic
def renew(
    article: Article, *, version: int | None = None, by: Actor, at: datetime | None = None
) -> Article:
    """Say that the published texts are still right: the next review is set.

    Who may publish says so, and who is responsible for the article.
    """
    require("knowledge.write", by=by)
    at = at or timezone.now()
    article = locked(article, version)
    if article.owner_id != by.pk:
        require("knowledge.publish", by=by)
    if not article.texts.published().exists():
        raise ValidationError(
            _("Nothing of this article is published. Publish a text first."), code="unpublished"
        )
    set_review_day(article, at)
    touch(article, by=by, at=at)
    return article


def set_review_day(article: Article, at: datetime) -> None:
    """The next review, counted from `at`."""
    days = queries.review_days(article.category_id)
    article.review_on = rules.review_day(timezone.localdate(at), days)
    article.save(update_fields=["review_on"])
