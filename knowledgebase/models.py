"""What the department knows: articles, one text per language, each draft until published."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.models import Product, ProductCategory, Versioned
from foundation.accounts.choices import Language
from foundation.search.models import Document
from knowledgebase.choices import WORKING, ArticleKind, TextStatus

HOW_TO_WRITE = _(
    "A blank line begins a paragraph, “- ” a list, “1. ” a step, “# ” a heading. "
    "**bold**, [words](https://…) a link, | a | b | a table."
)
SCRIPT_IS_INTERNAL = _("A script is for our own people. Untick “public”.")


def language_now() -> str:
    """The language of texts for the reader of this page."""
    return Language.ZH if (get_language() or "").startswith("zh") else Language.EN


def reads_internal(user) -> bool:
    return bool(user) and any(
        user.may(verb) for verb in ("knowledge.view", "knowledge.write", "knowledge.publish")
    )


def _count(rows: models.QuerySet) -> Coalesce:
    grouped = rows.order_by().values("version__text__article").annotate(n=Count("pk"))
    return Coalesce(Subquery(grouped.values("n")), 0)


class ArticleQuerySet(models.QuerySet):
    def published(self, language: str | None = None) -> "ArticleQuerySet":
        """Articles with a published text in `language`, or in any."""
        texts = ArticleText.objects.filter(article=OuterRef("pk"), status=TextStatus.PUBLISHED)
        return self.filter(Exists(texts.filter(language=language) if language else texts))

    def due_for_review(self, day: date) -> "ArticleQuerySet":
        """Published articles whose review date has come."""
        return self.filter(review_on__lte=day).published()

    def with_voices(self) -> "ArticleQuerySet":
        """Annotated with `votes` on the versions shown now, and how many found them `helpful`."""
        cast = Vote.objects.filter(
            version__text__article=OuterRef("pk"),
            version__number=F("version__text__shown_number"),
        )
        return self.annotate(votes=_count(cast), helpful=_count(cast.filter(is_helpful=True)))

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
    review_on = models.DateField(
        _("to be reviewed on"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_(
            "Set when a text is published, and again when somebody says it is still right."
        ),
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

    def in_review(self) -> "ArticleTextQuerySet":
        return self.filter(
            Q(status=TextStatus.IN_REVIEW) | Q(next_status=TextStatus.IN_REVIEW),
        )

    def visible_to(self, user) -> "ArticleTextQuerySet":
        return self if reads_internal(user) else self.filter(article__is_public=True).published()


class ArticleText(models.Model):
    """The text in one language. `title` and `body` are what readers see, or the first draft.

    Once it was published, its next version is written beside it (`next_…`), so that readers keep
    what they have until the next is published.
    """

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="texts", verbose_name=_("article")
    )
    language = models.CharField(_("language"), max_length=8, choices=Language)
    title = models.CharField(_("title"), max_length=150)
    body = models.TextField(_("text"), help_text=HOW_TO_WRITE)
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
    # The version that was published last; 0 before the first.
    shown_number = models.PositiveIntegerField(default=0, editable=False)
    next_title = models.CharField(max_length=150, blank=True, editable=False)
    next_body = models.TextField(blank=True, editable=False)
    next_status = models.CharField(max_length=10, choices=TextStatus, blank=True, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    returned_because = models.CharField(max_length=300, blank=True, editable=False)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
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
        indexes = [
            models.Index(
                fields=["submitted_at"],
                name="text_in_review",
                condition=Q(status=TextStatus.IN_REVIEW) | Q(next_status=TextStatus.IN_REVIEW),
            ),
            models.Index(
                fields=["written_by"], name="text_returned", condition=~Q(returned_because="")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.status == TextStatus.PUBLISHED

    @property
    def working_status(self) -> str:
        """The state of what is being written: draft, in review, or "" when nothing is."""
        return self.status if self.status in WORKING else self.next_status

    @property
    def working(self) -> tuple[str, str]:
        """Title and body of what is being written; where nothing is, what readers see."""
        return (self.next_title, self.next_body) if self.next_status else (self.title, self.body)


class ArticleVersion(models.Model):
    """What readers saw from `published_at` on. Kept for ever, never changed."""

    text = models.ForeignKey(ArticleText, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=150)
    body = models.TextField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="version_of_text"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Vote(models.Model):
    """One voice on one version. `voter` is a keyed hash: it tells two voices apart, not whose."""

    version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="votes")
    voter = models.CharField(max_length=64)
    is_helpful = models.BooleanField()
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["version", "voter"], name="one_voice")]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.is_helpful}"


class ReviewPeriod(models.Model):
    """After how many days a published article is looked at again; without a category, all others."""

    category = models.OneToOneField(
        ProductCategory,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="review_period",
        verbose_name=_("product category"),
        help_text=_("Leave it empty for all articles without a line of their own."),
    )
    days = models.PositiveSmallIntegerField(
        _("days until the review"),
        default=180,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )

    class Meta:
        verbose_name = _("review period")
        verbose_name_plural = _("review periods")
        ordering = ["category__order", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                Coalesce("category", 0),
                name="one_review_period_each",
                violation_error_message=_("There is a line for these articles already. Change it."),
            )
        ]

    def __str__(self) -> str:
        return str(self.category or _("all other articles"))


class TextWord(models.Model):
    """A word of a published text: what readers find it by, and how rare the word is.

    Apart from `ArticleDocument`, by which staff also find drafts: what is being written must not
    be found, or even guessed, by who only reads. One row of each text has no word, so that the
    texts are counted like a word.
    """

    word = models.CharField(max_length=60)
    text = models.ForeignKey(ArticleText, models.CASCADE, related_name="words")
    is_public = models.BooleanField()
    in_title = models.BooleanField()

    class Meta:
        default_permissions = ()
        indexes = [
            # Everything that is asked stands in the index.
            models.Index(fields=["word", "is_public", "in_title", "text"], name="text_by_word"),
        ]

    def __str__(self) -> str:
        return self.word


class ArticleDocument(Document):
    """What an article is found by: its texts in both languages."""

    subject = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="document"
    )
