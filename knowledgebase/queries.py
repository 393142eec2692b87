"""Which articles there are for a reader, and which answer a question."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from heapq import nlargest

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from customers.models import Product
from foundation.accounts.choices import Language
from foundation.accounts.models import User
from foundation.search.rules import Query, Term, marked
from knowledgebase import rules
from knowledgebase.choices import TextStatus
from knowledgebase.models import Article, ArticleText, ReviewPeriod, TextWord, Vote

DAYS = 180
# So many of the best are read to find those of a category, a product, a language.
READ = 300


# --- lists ----------------------------------------------------------------------------------------


def shown_texts(articles: QuerySet[Article], language: str) -> list[ArticleText]:
    """One published text per article, in `language` where there is one, with its article.

    Ordered by category, then title. One query; the bodies are not read.
    """
    texts = (
        ArticleText.objects.published()
        .filter(article__in=articles)
        .select_related("article__category")
        .defer("body", "next_body")
        .order_by(F("article__category__order").asc(nulls_last=True), "title", "pk")
    )
    return _one_each(texts, language)


def _one_each(texts, language: str) -> list[ArticleText]:
    chosen: dict[int, ArticleText] = {}
    for text in texts:
        if text.article_id not in chosen or text.language == language:
            chosen[text.article_id] = text
    return list(chosen.values())


def for_product(articles: QuerySet[Article], product: Product) -> QuerySet[Article]:
    """Those written for this product, and those for its category or for everything."""
    kin = Q(category=product.category_id) | Q(category=None)
    return articles.filter(Q(products=product) | Q(kin, products=None)).distinct()


def first_of_each(articles: QuerySet[Article], most: int) -> list[int]:
    """The newest `most` articles of every category, as keys. One query."""
    place = Window(RowNumber(), partition_by=F("category"), order_by=F("pk").desc())
    rows = articles.order_by().annotate(place=place).filter(place__lte=most)
    return [row.pk for row in rows.only("pk")]


def counts_by_category(articles: QuerySet[Article]) -> dict[int | None, int]:
    """{category: how many articles}. One query."""
    rows = articles.order_by().values("category").annotate(n=Count("pk"))
    return {row["category"]: row["n"] for row in rows}


# --- search ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Match:
    """A text that answers a question, with the place where it does: pieces (words, is it a hit)."""

    text: ArticleText
    excerpt: list[tuple[str, bool]]


def suggest(
    text: str,
    language: str = Language.ZH,
    *,
    public_only: bool,
    limit: int = 5,
    product: Product | None = None,
) -> list[ArticleText]:
    """Published texts that may answer what somebody is typing, best first, with their article.

    A word counts by how rare it is among all published texts, and three times in a title. Below
    `rules.FLOOR`, and far below the best, nothing is suggested. Articles for other products than
    `product` are left out, and those for other categories. Found in any language, shown in
    `language` where the article has it. Three queries, none for an empty text. `public_only` must
    be true for customers.
    """
    asked = rules.words(text[:500])
    if not asked:
        return []
    good = rules.worth_suggesting(*_scores(asked, public_only=public_only))
    read = READ if product else limit * 4
    return _ranked(good, language, read=read, product=product)[:limit]


def matching(
    text: str,
    language: str,
    *,
    public_only: bool,
    category: int | None = None,
    product: Product | None = None,
    limit: int = 50,
) -> list[Match]:
    """What the search of the articles finds, best first; one hit in a text is enough.

    Three queries, and one for the excerpts.
    """
    asked = rules.asked(text[:200])
    scores, _counts, _texts = _scores(asked, public_only=public_only)
    read = READ if category or product else limit * 2
    near = rules.near_best(scores)
    found = _ranked(near, language, read=read, category=category, product=product)
    return _with_excerpts(found[:limit], asked)


def _scores(
    asked: list[str], *, public_only: bool
) -> tuple[dict[int, tuple[float, int]], dict[str, int], int]:
    """{text: (how well it answers, words of it)}, {word: texts that have it}, how many texts.

    Two queries: how rare the words are, and where they stand.
    """
    if not asked:
        return {}, {}, 0
    rows = TextWord.objects.order_by()
    if public_only:
        rows = rows.filter(is_public=True)
    forms, texts = _forms(rows, asked)
    counts = {word: sum(found.values()) for word, found in forms.items()}
    by_form = {form: word for word in rules.worth_reading(counts) for form in forms[word]}
    if not by_form:
        return {}, counts, texts
    found = rows.filter(word__in=by_form).values_list("word", "in_title", "text")
    postings = ((by_form[form], is_title, text) for form, is_title, text in found)
    return rules.weigh(postings, counts, texts), counts, texts


def _forms(rows: QuerySet, asked: list[str]) -> tuple[dict[str, dict[str, int]], int]:
    """{word asked: {form of it: texts}}, and how many texts there are. One query."""
    beginnings = {word: rules.beginning(word) for word in asked}
    wanted = Q(word__in=["", *(word for word in asked if not beginnings[word])])
    for first, end in filter(None, beginnings.values()):
        wanted |= Q(word__gte=first, word__lt=end)
    counts = dict(
        rows.filter(wanted).values("word").annotate(n=Count("pk")).values_list("word", "n")
    )
    texts = counts.pop("", 0)
    return {
        word: {
            form: n
            for form, n in counts.items()
            if form == word or (beginnings[word] and form.startswith(word))
        }
        for word in asked
    }, texts


def _ranked(
    scores: dict[int, float],
    language: str,
    *,
    read: int,
    category: int | None = None,
    product: Product | None = None,
) -> list[ArticleText]:
    """The best texts, one per article, of the category, and not for other products. One query."""
    best = nlargest(read, scores, key=lambda pk: (scores[pk], -pk))
    if not best:
        return []
    articles = Article.objects.filter(texts__in=best)
    if category is not None:
        articles = articles.filter(category=category)
    if product is not None:
        articles = for_product(articles, product)
    texts = (
        ArticleText.objects.published()
        .filter(article__in=articles.values("pk"))
        .select_related("article")
        .defer("body", "next_body")
    )
    found = list(texts)
    worth: dict[int, float] = {}
    for text in found:
        score = scores.get(text.pk, 0)
        worth[text.article_id] = max(worth.get(text.article_id, 0), score)
    shown = _one_each(found, language)
    return sorted(shown, key=lambda text: (-worth[text.article_id], text.article_id))


def _with_excerpts(texts: list[ArticleText], asked: list[str]) -> list[Match]:
    words = Query(tuple(Term((word,), word.isalpha()) for word in asked))
    bodies = dict(
        ArticleText.objects.filter(pk__in=[text.pk for text in texts]).values_list("pk", "body")
    )
    return [Match(text, marked(words, rules.plain(bodies[text.pk]), 120)) for text in texts]


# --- the desk -------------------------------------------------------------------------------------


def review_days(category_id: int | None) -> int:
    """After how many days an article of this category is looked at again."""
    rows = dict(
        ReviewPeriod.objects.filter(Q(category=category_id) | Q(category=None)).values_list(
            "category", "days"
        )
    )
    return rows.get(category_id) or rows.get(None) or DAYS


@dataclass(frozen=True)
class Voices:
    """What readers say: `share` in percent of `votes`, None without any; `is_few` says beware."""

    helpful: int = 0
    votes: int = 0

    @property
    def share(self) -> int | None:
        return rules.share(self.helpful, self.votes)

    @property
    def is_few(self) -> bool:
        return 0 < self.votes < rules.FEW_VOTES


def voices(article: Article) -> Voices:
    """What readers say of the versions of this article that are shown now. One query."""
    row = Article.objects.filter(pk=article.pk).with_voices().get()
    return Voices(row.helpful, row.votes)


def comments(article: Article, limit: int = 50) -> list[Vote]:
    """Why readers did not find it helpful, newest first, with version and text."""
    rows = Vote.objects.filter(version__text__article=article).exclude(why="")
    return list(rows.select_related("version__text", "by")[:limit])


def to_review(user: User, day: date) -> dict[str, int]:
    """How many texts wait for this person: in review, returned to them, past the review date."""
    publishes = user.may("knowledge.publish")
    mine = Q() if publishes else Q(owner=user)
    texts = ArticleText.objects.all()
    return {
        "in_review": texts.in_review().count() if publishes else 0,
        "returned": texts.filter(written_by=user).exclude(returned_because="").count(),
        "due": Article.objects.filter(mine).due_for_review(day).count(),
    }


# Of which texts a verb makes sense; the verbs themselves refuse the others.
POSSIBLE: dict[str, Callable[[ArticleText], bool]] = {
    "submit": lambda text: text.working_status == TextStatus.DRAFT,
    "publish": lambda text: bool(text.working_status) or text.status == TextStatus.OUTDATED,
    "send_back": lambda text: text.working_status == TextStatus.IN_REVIEW,
    "discard": lambda text: bool(text.next_status),
    "outdate": lambda text: text.is_published,
    "unpublish": lambda text: text.is_published,
}


def possible_verbs(article_id: int) -> set[str]:
    """The verbs that make sense on any text of this article now. One query."""
    texts = list(ArticleText.objects.filter(article=article_id).defer("body", "next_body"))
    found = {verb for verb, fits in POSSIBLE.items() if any(map(fits, texts))}
    return found | ({"renew"} if any(text.is_published for text in texts) else set())


@dataclass(frozen=True)
class Edition:
    """One side of a comparison: a kept version by its number, or "draft"."""

    name: str
    title: str
    body: str


def editions(text: ArticleText) -> list[Edition]:
    """What a text was and is to be, newest first: what is being written, then every version."""
    rows = [Edition(str(row.number), row.title, row.body) for row in text.versions.all()]
    if text.working_status:
        rows.insert(0, Edition("draft", *text.working))
    return rows
