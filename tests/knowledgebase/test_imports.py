"""Articles from sheets: through the verbs of an import."""

import pytest
from django.core.exceptions import PermissionDenied

from foundation.accounts.actors import SYSTEM
from foundation.search import queries
from knowledgebase import actions
from knowledgebase.models import Article, ArticleText
from tests import stories
from tests.foundation.sheets.sheets import bring, checked, imported, problems, undone

SHEET = """网址名,语言,标题,正文,类型,产品类别,适用型号,公开
washer-e1,中文,洗衣机显示E1怎么办,"先关水龙头，
再检查进水管。",问答,洗衣机,wm-800,是
washer-e1,English,What E1 means,Close the tap first.,,,,
,,退换货怎么谈,先听客户说完。,话术,,,否
"""


@pytest.fixture
def washer(db):
    return stories.product()


def state() -> list:
    texts = ArticleText.objects.order_by("article__slug", "language")
    return list(
        texts.values_list("article__slug", "language", "title", "body", "status", "next_title")
    )


def test_articles_come_in_as_drafts(cast, washer):
    run = imported(cast.ma, "articles", SHEET)
    assert problems(run, "check") == []
    assert run.import_job.result == {"new": 3}
    article = Article.objects.get(slug="washer-e1")
    assert (article.kind, article.is_public, article.owner) == ("faq", True, cast.ma)
    assert (article.category, list(article.products.all())) == (washer.category, [washer])
    assert {text.status for text in ArticleText.objects.all()} == {"draft"}
    assert "\n再检查" in article.texts.get(language="zh-hans").body
    assert not Article.objects.visible_to(None).exists()
    for row in (*Article.objects.all(), *ArticleText.objects.all()):
        row.full_clean()
    assert queries.find("articles", cast.anna, "进水管").hits


def test_a_draft_is_published_as_any_other(cast, washer):
    imported(cast.ma, "articles", SHEET)
    article = Article.objects.get(slug="washer-e1")
    actions.publish(article, language="en", by=cast.ma)
    assert list(Article.objects.visible_to(None)) == [article]


def test_the_same_sheet_twice_changes_nothing(cast, washer):
    imported(cast.ma, "articles", SHEET)
    again = imported(cast.ma, "articles", SHEET, updates=True)
    assert again.import_job.result == {"same": 3}
    assert Article.objects.count() == 2


def test_a_title_means_the_article_that_has_it(cast, washer):
    article = actions.record_article(slug="talk", kind="script", by=SYSTEM)
    actions.write(article, language="zh-hans", title="退换货怎么谈", body="旧", by=SYSTEM)
    run = imported(cast.ma, "articles", SHEET, updates=True)
    assert run.import_job.result == {"new": 2, "changed": 1}
    assert article.texts.get().body == "先听客户说完。"
    undone(cast.ma, run)
    assert article.texts.get().body == "旧"


def test_readers_keep_what_they_have(cast, washer):
    imported(cast.ma, "articles", SHEET)
    article = Article.objects.get(slug="washer-e1")
    actions.publish(article, language="en", by=cast.ma)
    before = state()
    run = imported(
        cast.ma, "articles", SHEET.replace("Close the tap", "Shut the tap"), updates=True
    )
    text = article.texts.get(language="en")
    assert (text.body, text.next_body) == ("Close the tap first.", "Shut the tap first.")
    assert text.status == "published"
    undone(cast.ma, run)
    assert state() == before


def test_an_undone_import_leaves_what_was_used(cast, washer):
    run = imported(cast.ma, "articles", SHEET)
    actions.publish(Article.objects.get(slug="washer-e1"), language="en", by=cast.ma)
    run = undone(cast.ma, run)
    assert run.undo_job.result == {"undone": 2, "kept": 1}
    assert [row.language for row in ArticleText.objects.all()] == ["en"]
    assert Article.objects.get().slug == "washer-e1"


def test_an_undone_import_leaves_nothing(cast, washer):
    undone(cast.ma, imported(cast.ma, "articles", SHEET))
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("洗衣机,,题,文,,,,", "slug", "Latin letters"),
        ("a1,法语,题,文,,,,", "language", "not known"),
        ("a1,,,文,,,,", "title", "empty"),
        ("a1,,题,,,,,", "body", "empty"),
        ("a1,,题,文,,火箭,,", "category", "no product category"),
        ("a1,,题,文,,,NONE,", "products", "no product"),
        ("a1,,题,文,话术,,,是", "is_public", "script"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written(cast, washer, row, column, words):
    sheet = SHEET.splitlines()[0] + "\n" + row + "\n"
    ((number, where, told),) = problems(checked(cast.ma, "articles", sheet), "check")
    assert (number, where) == (2, column) and words in told
    imported(cast.ma, "articles", sheet)
    assert not Article.objects.exists()


@pytest.mark.parametrize("name", ["anna", "qian", "an"])
def test_who_may_not_import_is_refused(cast, name):
    with pytest.raises(PermissionDenied):
        bring(getattr(cast, name), "articles", SHEET)


def test_a_chunk_asks_as_often_for_one_row_as_for_thirty(
    cast, washer, django_assert_max_num_queries
):
    counts = []
    for count in (1, 30):
        rows = "".join(f"n{count}-{n},,题{count}-{n},文,,洗衣机,WM-800,\n" for n in range(count))
        with django_assert_max_num_queries(120) as asked:
            imported(cast.ma, "articles", SHEET.splitlines()[0] + "\n" + rows)
        counts.append(len(asked))
    assert counts[1] - counts[0] <= 4
