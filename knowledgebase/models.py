"""What the department knows: articles, one text per language, each draft until published."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.models import Product, ProductCategory, Versioned
from foundation.accounts.choices import Language
from knowledgebase.choices import ArticleKind, TextStatus

SCRIPT_IS_INTERNAL = _("A script is for our own people. Untick “public”.")


def language_now() -> str:
    """The language of texts for the reader of this page."""
    return Language.ZH if (get_language() or "").startswith("zh") else Language.EN


def reads_internal(user) -> bool:
    return bool(user) and any(
        user.may(verb) for verb in ("knowledge.view", "knowledge.write", "knowledge.publish")
    )


class ArticleQuerySet(models.QuerySet):
    def published(self, language: str | None = None) -> "ArticleQuerySet":
        """Articles with a published text in `language`, or in any."""
        texts = ArticleText.objects.filter(article=OuterRef("pk"), status=TextStatus.PUBLISHED)
        return self.filter(Exists(texts.filter(language=language) if language else texts))

    def visible_to(self, user) -> "ArticleQuerySet":
        """For staff all; for customers (and nobody, None) what is public and published."""
        return self if reads_internal(user) else self.filter(is_public=True).published()


class Article(Versioned):
    slug = models.SlugField(
        _("name in the web address"),
        max_length=80,
        unique=True,
        help_text=_(
            "Latin letters, digits and dashes, such as washer-e1. It cannot be changed later."
        ),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ArticleKind, default=ArticleKind.FAQ)
    category = models.ForeignKey(
        ProductCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("product category"),
    )
    products = models.ManyToManyField(
        Product, blank=True, related_name="articles", verbose_name=_("only for these products")
    )
    is_public = models.BooleanField(_("public"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["slug"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=ArticleKind.SCRIPT) | Q(is_public=False),
                name="script_is_internal",
                violation_error_message=SCRIPT_IS_INTERNAL,
            )
        ]

    def __str__(self) -> str:
        text = self.text_for(language_now()) if self.pk else None
        return text.title if text else self.slug

    def clean(self):
        if self.kind == ArticleKind.SCRIPT and self.is_public:
            raise ValidationError({"is_public": SCRIPT_IS_INTERNAL})

    def get_absolute_url(self) -> str:
        return reverse("knowledgebase:article", args=[self.slug])

    def text_for(self, language: str) -> "ArticleText | None":
        """The text in a language, else in the other (reads the prefetched texts)."""
        texts = sorted(self.texts.all(), key=lambda text: text.language != language)
        return texts[0] if texts else None


class ArticleTextQuerySet(models.QuerySet):
    def published(self, language: str | None = None) -> "ArticleTextQuerySet":
        found = self.filter(status=TextStatus.PUBLISHED)
        return found.filter(language=language) if language else found

    def visible_to(self, user) -> "ArticleTextQuerySet":
        return self if reads_internal(user) else self.filter(article__is_public=True).published()


class ArticleText(models.Model):
    article = models.ForeignKey(
        Article, models.CASCADE, related_name="texts", verbose_name=_("article")
    )
    language = models.CharField(_("language"), max_length=8, choices=Language)
    title = models.CharField(_("title"), max_length=150)
    body = models.TextField(
        _("text"),
        help_text=_("A blank line begins a paragraph, “- ” a list, “1. ” a step, “# ” a heading."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=TextStatus,
        default=TextStatus.DRAFT,
        editable=False,
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("published by"),
    )
    updated_at = models.DateTimeField(_("last written"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ArticleTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ["-language"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["article", "language"],
                name="text_per_language",
                violation_error_message=_("There is a text in this language already. Change it."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.status == TextStatus.PUBLISHED
