"""Articles from a sheet, a row for each language: by the name in the web address, else by title.

What comes in are drafts: readers see nothing of it before somebody publishes it.
"""

import hashlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.imports.goods import by_code, unknown_product
from customers.models import Product, ProductCategory
from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.choices import Language
from foundation.search import actions as search
from foundation.sheets import targets, undoing, values
from foundation.sheets.targets import Checked, Column, Context, Kept, Row, Target, Written
from knowledgebase import actions
from knowledgebase.choices import ArticleKind
from knowledgebase.models import SCRIPT_IS_INTERNAL, Article, ArticleText

FIELDS = ("title", "body", "status", "next_title", "next_body", "next_status", "version")
KINDS = {"问答": "faq", "常见问题": "faq", "指南": "guide", "教程": "guide", "说明": "guide",
         "流程": "procedure", "规程": "procedure", "话术": "script"}  # fmt: skip
LANGUAGES = {"中文": "zh-hans", "简体中文": "zh-hans", "zh": "zh-hans", "英文": "en", "英语": "en"}


def slug(cell: str) -> str:
    """A name in a web address."""
    words = values.limited(80)(cell).lower()
    try:
        validate_slug(words)
    except ValidationError:
        raise ValidationError(
            _("Write it with Latin letters, digits and dashes, such as washer-e1.")
        ) from None
    return words


def codes(cell: str) -> list[str]:
    """Model numbers with semicolons or commas between them."""
    parts = cell.replace("；", ";").replace("，", ";").replace("、", ";").replace(",", ";")
    return [values.code(60)(part) for part in parts.split(";") if part.strip()]


class Articles(Target):
    key, verb, order = "articles", "knowledge.write", 60
    label = _("Articles")
    help = _(
        "One row for each article and language. The name in the web address tells which article it "
        "is, else its title. Everything comes in as a draft: nobody reads it before it is "
        "published."
    )
    list_view = "knowledgebase_article_changelist"
    columns = (
        Column(
            "slug",
            _("name in the web address"),
            slug,
            headings=("网址名", "编号", "标识", "slug", "key"),
            help=_("Two languages of one article have the same. Made from the title if empty."),
            example="washer-e1",
        ),
        Column(
            "language",
            _("language"),
            values.choice(Language, LANGUAGES),
            headings=("语种",),
            help=_("Chinese where it is empty."),
            example="中文",
        ),
        Column(
            "title",
            _("title"),
            values.limited(150),
            required=True,
            headings=("标题", "文章标题", "问题", "subject"),
            example="洗衣机显示E1怎么办",
        ),
        Column(
            "body",
            _("text"),
            values.limited(50_000),
            required=True,
            headings=("正文", "内容", "答案", "解答", "文章内容", "content", "answer"),
            example="先关闭水龙头，再检查进水管。",
        ),
        Column(
            "kind",
            _("kind"),
            values.choice(ArticleKind, KINDS),
            headings=("类型", "文章类型", "type"),
            help=_("Question and answer where it is empty."),
        ),
        Column(
            "category",
            _("product category"),
            values.limited(100),
            headings=("产品类别", "产品分类", "类别", "分类", "品类", "category"),
            example="洗衣机",
        ),
        Column(
            "products",
            _("only for these products"),
            codes,
            headings=("适用型号", "型号", "产品型号", "models"),
            help=_("Model numbers with semicolons between them."),
        ),
        Column(
            "is_public",
            _("public"),
            values.yes_no,
            headings=("公开", "是否公开", "对外"),
            help=_("Yes or no; no where it is empty."),
            example="是",
        ),
    )

    def identity(self, row: Row) -> Hashable:
        return row["slug"] or slug_of(row["title"]), row["language"] or Language.ZH

    def check(self, rows: Sequence[Row], context: Context) -> list[Checked]:
        around = Around.of(rows)
        return [_judged(row, around) for row in rows]

    def write(self, checked: Sequence[Checked], *, by: Actor, at: datetime) -> list[Written]:
        before: dict[int, dict] = {one.row.number: {} for one in checked}
        _add_articles(checked, before, by, at)
        new = {one.row.number: _text(one, by, at) for one in checked if one.pk is None}
        ArticleText.objects.bulk_create(new.values())
        held = {one.row.number: _rewrite(one, before, by, at) for one in checked if one.pk}
        texts = new | held
        search.index("articles", sorted({text.article_id for text in texts.values()}))
        fresh = undoing.marks(
            ArticleText.objects.filter(pk__in=[text.pk for text in texts.values()]), FIELDS
        )
        return [
            Written(number, text.pk, number in new, before[number], fresh[text.pk])
            for number, text in texts.items()
        ]

    def undo(self, written: Sequence[Written], *, by: Actor, at: datetime) -> list[Kept]:
        touched: set[int] = set()

        def note(pairs):
            touched.update(text.article_id for text, _before in pairs)

        kept = undoing.undo(
            ArticleText, written, FIELDS, own=("words",), removed=note, restored=note
        )
        stay = {one.number for one in kept}
        undone = [one.before or {} for one in written if one.number not in stay]
        new = [one["new_article"] for one in undone if "new_article" in one]
        own = ("document", "texts", "Article_products+")
        used = undoing.references(Article, new, own) if new else {}
        gone = [pk for pk in new if pk not in used]
        Article.objects.filter(pk__in=gone, version=1, texts=None).delete()
        search.index("articles", sorted(touched))
        return kept


def slug_of(title: str) -> str:
    """The name in the web address of an article that has none in the sheet: always the same."""
    digest = hashlib.blake2b(title.encode(), digest_size=4).hexdigest()
    return f"{slugify(title)[:60].strip('-_') or 'article'}-{digest}"


@dataclass(eq=False)
class Plan:
    """An article that rows of the chunk speak of, one for each language."""

    slug: str
    article: Article | None = None
    texts: dict[str, ArticleText] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    products: list[Product] = field(default_factory=list)


@dataclass
class Around:
    """What is recorded of everything the rows of a chunk name; constant queries."""

    by_slug: dict[str, Plan]
    by_title: dict[tuple[str, str], Plan]
    categories: dict[str, int]
    products: dict[str, Product]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Around":
        slugs = {row["slug"] or slug_of(row["title"]) for row in rows}
        titles = {row["title"] for row in rows if not row["slug"]}
        near = Q(slug__in=slugs) | Q(
            pk__in=ArticleText.objects.filter(title__in=titles).values("article")
        )
        by_slug, by_title = {}, {}
        for article in Article.objects.filter(near).order_by("pk").prefetch_related("texts"):
            texts = {text.language: text for text in article.texts.all()}
            by_slug[article.slug] = plan = Plan(article.slug, article, texts)
            for text in texts.values():
                by_title.setdefault((text.language, text.title), plan)
        wanted = {code for row in rows for code in row["products"] or ()}
        return cls(by_slug, by_title, _categories(), by_code(wanted) if wanted else {})

    def plan(self, row: Row, language: str) -> Plan:
        if not row["slug"] and (plan := self.by_title.get((language, row["title"]))):
            return plan
        name = row["slug"] or slug_of(row["title"])
        return self.by_slug.setdefault(name, Plan(name))


def _categories() -> dict[str, int]:
    return {
        values.fold(name): row.pk
        for row in ProductCategory.objects.order_by("-pk")
        for name in (row.key, row.name_zh, row.name_en)
    }


def _judged(row: Row, around: Around) -> Checked:
    language = row["language"] or Language.ZH
    plan = around.plan(row, language)
    facts = {name: row[name] for name in ("kind", "is_public") if row[name] is not None}
    if row["category"]:
        facts["category_id"] = around.categories.get(values.fold(row["category"]))
        if facts["category_id"] is None:
            words = gettext("There is no product category “%(name)s”. Record it first.")
            return row.bad("category", words % {"name": row["category"][:40]})
    missing = next((c for c in row["products"] or () if c.upper() not in around.products), None)
    if missing:
        return row.bad("products", unknown_product(missing))
    if plan.article is None:
        plan.facts = facts | plan.facts
        plan.products = plan.products or [around.products[c.upper()] for c in row["products"] or ()]
        if plan.facts.get("kind") == ArticleKind.SCRIPT and plan.facts.get("is_public"):
            return row.bad("is_public", SCRIPT_IS_INTERNAL)
    text = plan.texts.get(language)
    if text is None:
        return row.new(plan)
    same = text.working == (row["title"], row["body"])
    return row.same(text.pk) if same else row.changed(text.pk, plan)


def _add_articles(
    checked: Sequence[Checked], before: dict[int, dict], by: Actor, at: datetime
) -> None:
    new: dict[Plan, int] = {}
    for one in checked:
        if one.data.article is None:
            new.setdefault(one.data, one.row.number)
    for plan in new:
        who = user_or_none(by)
        plan.article = Article(
            slug=plan.slug, owner=who, created_at=at, changed_at=at, changed_by=who, **plan.facts
        )
    Article.objects.bulk_create(plan.article for plan in new)
    through = Article.products.through
    through.objects.bulk_create(
        through(article_id=plan.article.pk, product_id=product.pk)
        for plan in new
        for product in dict.fromkeys(plan.products)
    )
    for plan, number in new.items():
        before[number]["new_article"] = plan.article.pk


def _text(one: Checked, by: Actor, at: datetime) -> ArticleText:
    return ArticleText(
        article=one.data.article,
        language=one.row["language"] or Language.ZH,
        title=one.row["title"],
        body=one.row["body"],
        written_by=user_or_none(by),
        updated_at=at,
    )


def _rewrite(one: Checked, before: dict[int, dict], by: Actor, at: datetime) -> ArticleText:
    """By the verb: it knows what of a published text may change before it is published again."""
    language = one.row["language"] or Language.ZH
    names = [name for name in FIELDS if name != "version"]
    before[one.row.number] |= undoing.facts(one.data.texts[language], names)
    return actions.write(
        one.data.article,
        language=language,
        title=one.row["title"],
        body=one.row["body"],
        by=by,
        at=at,
    )


def register() -> None:
    targets.register(Articles())
