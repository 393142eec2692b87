"""The list of articles: what waits, in which state, whose."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import ProductCategory
from foundation.accounts.choices import Language
from foundation.lists import kinds
from foundation.lists.columns import badge, called, fact, moment, way_in, yes_no
from foundation.lists.filters import choices, dates, keyed, named
from foundation.lists.kinds import Column, Filter, List, Order, Reader, StandingView
from foundation.search.queries import candidates
from knowledgebase import queries
from knowledgebase.choices import ArticleKind, TextStatus
from knowledgebase.models import Article, ArticleText, language_now
from knowledgebase.words import status_words, voice_words

TONES = {
    TextStatus.DRAFT: "in_progress",
    TextStatus.IN_REVIEW: "classified",
    TextStatus.PUBLISHED: "resolved",
    TextStatus.OUTDATED: "failed",
}


def title(row: Article) -> str:
    text = row.text_for(language_now())
    return (text.title or text.next_title) if text else row.slug


def _status(language: str, label: Any) -> Column:
    """Where the text in one language is."""

    def text_of(row: Article) -> ArticleText | None:
        return next((text for text in row.texts.all() if text.language == language), None)

    def value(row: Article, reader: Reader) -> str:
        text = text_of(row)
        return status_words(text) if text else ""

    def html(row: Article, reader: Reader) -> Any:
        text = text_of(row)
        return badge(TONES[text.next_status or text.status], status_words(text)) if text else "–"

    return Column(language, label, value, html=html)


def _review(row: Article, reader: Reader) -> Any:
    """The day on which a published article is looked at again."""
    return row.review_on if any(text.is_published for text in row.texts.all()) else None


def _review_html(row: Article, reader: Reader) -> Any:
    day = _review(row, reader)
    if day is None:
        return "–"
    words = date_format(day, "SHORT_DATE_FORMAT")
    if day > timezone.localdate(reader.at):
        return format_html('<span class="due">{}</span>', words)
    return format_html('<span class="due due-late">{} {}</span>', words, _("due"))


def _voices(row: Article, reader: Reader) -> str:
    said = queries.Voices(row.helpful, row.votes)
    return voice_words(said) if said.votes else ""


# --- by what it is narrowed -----------------------------------------------------------------------


def _having(texts: QuerySet) -> Q:
    return Q(pk__in=texts.order_by().values("article"))


def _in_review(reader: Reader) -> Q:
    return _having(ArticleText.objects.in_review())


def _returned(reader: Reader) -> Q:
    mine = ArticleText.objects.filter(written_by=reader.user.pk)
    return _having(mine.exclude(returned_because=""))


def _due(reader: Reader) -> Q:
    due = Article.objects.due_for_review(timezone.localdate(reader.at))
    return Q(pk__in=due.order_by().values("pk"))


def _mine(reader: Reader) -> Q:
    return Q(owner=reader.user.pk)


def _in_state(state: str) -> Callable[[Reader], Q]:
    texts = ArticleText.objects.filter(Q(status=state) | Q(next_status=state))
    return lambda reader: _having(texts)


FILTERS: Sequence[Filter] = [
    named(
        "waits",
        gettext_lazy("what waits"),
        {
            "review": (gettext_lazy("to review"), _in_review),
            "returned": (gettext_lazy("returned to me"), _returned),
            "due": (gettext_lazy("review date has come"), _due),
            "mine_due": (
                gettext_lazy("mine, review date has come"),
                lambda reader: _due(reader) & _mine(reader),
            ),
        },
    ),
    named(
        "state",
        gettext_lazy("state of a text"),
        {value: (label, _in_state(value)) for value, label in TextStatus.choices},
    ),
    named("mine", gettext_lazy("responsible"), {"yes": (gettext_lazy("mine"), _mine)}),
    choices("kind", gettext_lazy("kind"), ArticleKind),
    named(
        "public",
        gettext_lazy("public"),
        {
            "yes": (gettext_lazy("public"), lambda reader: Q(is_public=True)),
            "no": (gettext_lazy("internal"), lambda reader: Q(is_public=False)),
        },
    ),
    keyed("category", gettext_lazy("product category"), ProductCategory, "category"),
    dates("review", gettext_lazy("to be reviewed on"), "review_on"),
]


def rows(user: Any) -> QuerySet:
    """The articles this person sees, with what their names and voices need; no bodies."""
    light = ArticleText.objects.defer("body", "next_body")
    found = Article.objects.visible_to(user).with_voices()
    return found.prefetch_related(Prefetch("texts", queryset=light))


def search(found: QuerySet, user: Any, text: str) -> tuple[QuerySet, bool]:
    """By the index that the search of the desk asks, drafts included."""
    pks, has_more = candidates("articles", user, text)
    return found.filter(pk__in=pks), has_more


def may_read(user: Any) -> bool:
    return user.is_authenticated and (user.may("knowledge.view") or user.may("knowledge.write"))


ARTICLES = List(
    key="knowledgebase.articles",
    label=gettext_lazy("Knowledge"),
    family="articles",
    model=Article,
    rows=rows,
    may=may_read,
    columns=[
        Column(
            "title",
            gettext_lazy("title"),
            lambda row, reader: title(row),
            html=way_in(lambda row, reader: title(row)),
            is_wide=True,
        ),
        _status(Language.ZH, "中文"),
        _status(Language.EN, "English"),
        fact("kind", gettext_lazy("kind")),
        called("category", gettext_lazy("product category")),
        yes_no("public", gettext_lazy("public"), "is_public"),
        called("owner", gettext_lazy("responsible")),
        Column("review", gettext_lazy("review"), _review, html=_review_html, order=("review",)),
        Column("voices", gettext_lazy("helpful"), _voices),
        fact("slug", gettext_lazy("name in the web address"), order=("slug",)),
        moment("created", gettext_lazy("created"), "created_at", order=("newest",)),
    ],
    shown=(
        "title", Language.ZH, Language.EN, "kind", "category", "public", "owner", "review",
        "voices",
    ),
    always=("title",),
    filters=FILTERS,
    orders=(
        Order("slug", gettext_lazy("by name in the web address"), ("slug",)),
        Order("newest", gettext_lazy("newest first"), ("-pk",)),
        Order(
            "review",
            gettext_lazy("next review first"),
            ("review_on", "pk"),
            only=lambda found: found.filter(review_on__isnull=False),
        ),
    ),
    quick=(("waits", "review"), ("waits", "due"), ("state", TextStatus.DRAFT), ("mine", "yes")),
    empty=(
        gettext_lazy("Nothing is written yet"),
        gettext_lazy(
            "Write down what you had to explain twice. What you write is a draft until somebody "
            "publishes it; then colleagues find it, and customers too where it is public."
        ),
    ),
    views=(
        StandingView("review", gettext_lazy("To review"), "waits=review"),
        StandingView("due", gettext_lazy("Review date has come"), "waits=due&order=review"),
    ),
    search=search,
    search_hint=lambda user: _("Words of the title or the text"),
    version="version",
    name=title,
)  # fmt: skip


def register() -> None:
    kinds.register(ARTICLES)
