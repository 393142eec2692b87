"""The list of articles: by what it is narrowed, many at once, and what a file of it holds."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import ProductCategory
from foundation.accounts.actors import SYSTEM
from foundation.lists import exports
from foundation.lists.queries import selection
from knowledgebase import actions
from knowledgebase.lists import ARTICLES
from knowledgebase.models import Article, ArticleText

pytestmark = pytest.mark.django_db
LIST = "admin:knowledgebase_article_changelist"


@pytest.fixture
def shelf(e1, cast, now):
    """E1 (Chinese published, English a draft, past its review), a script of Sun's, one in review."""
    washing = ProductCategory.objects.create(key="washing", name_zh="洗衣机", name_en="Washing")
    Article.objects.filter(pk=e1.pk).update(
        review_on=timezone.localdate() - timedelta(days=1), owner=cast.anna
    )
    script = actions.record_article(slug="s1", kind="script", owner=cast.sun, by=SYSTEM, at=now)
    actions.write(script, language="en", title="Greet", body="Hi", by=SYSTEM, at=now)
    later = actions.record_article(slug="z9", category=washing, by=SYSTEM, at=now)
    actions.write(later, language="zh-hans", title="显示 Z9", body="门", by=cast.anna, at=now)
    actions.submit(later, language="zh-hans", by=cast.anna, at=now)
    return Article.objects.in_bulk(field_name="slug")


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", "e1 s1 z9"),
        ("order=newest", "z9 s1 e1"),
        ("order=review", "e1"),
        ("waits=review", "z9"),
        ("view=review", "z9"),
        ("waits=due", "e1"),
        ("waits=mine_due", ""),
        ("waits=returned", ""),
        ("state=draft", "e1 s1"),
        ("state=published", "e1"),
        ("state=in_review", "z9"),
        ("mine=yes", "s1"),
        ("kind=script", "s1"),
        ("public=yes", "e1"),
        ("public=no", "s1 z9"),
        ("category=washing", "z9"),
        ("review=..2020-01-01", ""),
        ("review.from=2020-01-01", "e1"),
    ],
)
def test_each_filter_narrows(query, slugs, shelf, cast):
    asked = selection(ARTICLES.key, query, cast.sun)
    assert [row.slug for row in asked.rows] == slugs.split()
    assert asked.asked.ignored == []


def test_mine_is_who_looks(shelf, cast):
    found = selection(ARTICLES.key, "waits=mine_due", cast.anna).rows
    assert [row.slug for row in found] == ["e1"]
    actions.send_back(shelf["z9"], language="zh-hans", because="Say how long", by=cast.sun)
    found = selection(ARTICLES.key, "waits=returned", cast.anna).rows
    assert [row.slug for row in found] == ["z9"]


def rows_of(user) -> list[dict]:
    made = exports.open_list(user, {"list": ARTICLES.key, "columns": []}, timezone.now())
    keys = [*ARTICLES.column_map, "zone"]
    return [
        dict(zip(keys, row, strict=True))
        for _last, columns in made.chunks()
        for row in zip(*columns, strict=True)
    ]


def test_a_file_says_what_the_page_says(shelf, cast):
    text = ArticleText.objects.get(article=shelf["e1"], language="zh-hans")
    for voter, is_helpful in (("a", True), ("b", True), ("c", False)):
        actions.vote(text, is_helpful=is_helpful, why="", voter=voter)
    rows = {row["slug"]: row for row in rows_of(cast.sun)}
    one = rows["e1"]
    assert (one["title"], one["zh-hans"], one["en"]) == ("Shows E1", "published", "draft")
    assert (one["public"], one["owner"], one["voices"]) == ("yes", "Anna", "67% of 3 (few)")
    assert one["review"] == shelf["e1"].review_on
    assert (rows["z9"]["en"], rows["z9"]["review"], rows["z9"]["voices"]) == ("", None, "")
    assert rows["z9"]["category"] == "Washing"


def test_as_many_queries_for_three_rows_as_for_one(shelf, cast, django_assert_max_num_queries):
    rows_of(cast.sun)
    with django_assert_max_num_queries(10) as many:
        rows_of(cast.sun)
    Article.objects.exclude(slug="e1").delete()
    with django_assert_max_num_queries(10) as one:
        rows_of(cast.sun)
    assert len(one) == len(many)


def many(client, rows):
    address = reverse("admin:lists_bulk", args=[ARTICLES.key, "renew"])
    data = {"t": [f"{row.pk}:{row.version}" for row in rows], "once": "1"}
    return client.post(address, data, follow=True)


def test_many_are_still_right_and_each_is_asked_alone(client, cast, shelf):
    client.force_login(cast.sun)
    for _twice in range(2):
        answer = many(client, [shelf["e1"], shelf["z9"]])
        assert "Nothing of this article is published" in answer.text
    row = Article.objects.get(slug="e1")
    assert row.review_on > timezone.localdate() and row.version == shelf["e1"].version + 1


def test_an_old_page_renews_nothing(client, cast, shelf):
    actions.renew(shelf["e1"], by=cast.sun, at=timezone.now() - timedelta(days=9))
    before = Article.objects.get(slug="e1").review_on
    client.force_login(cast.sun)
    shelf["e1"].version -= 1
    assert "in the meantime" in many(client, [shelf["e1"]]).text
    assert Article.objects.get(slug="e1").review_on == before


def test_many_of_others_are_renewed_by_who_may_publish_only(client, cast, shelf):
    client.force_login(cast.an)
    assert many(client, [shelf["e1"]]).status_code == 403
    Article.objects.update(owner=cast.sun)
    client.force_login(cast.anna)
    assert "Your role does not allow this here" in many(client, [shelf["e1"]]).text
    assert Article.objects.get(slug="e1").review_on == shelf["e1"].review_on


def test_an_empty_list_teaches_and_leads_to_the_first_article(client, cast):
    client.force_login(cast.anna)
    text = client.get(reverse(LIST)).text
    assert "Nothing is written yet" in text
    assert reverse("admin:knowledgebase_article_add") in text
    client.force_login(cast.an)
    assert reverse("admin:knowledgebase_article_add") not in client.get(reverse(LIST)).text


def test_what_is_due_is_marked(client, cast, shelf):
    client.force_login(cast.sun)
    assert "due-late" in client.get(reverse(LIST), {"waits": "due"}).text
    assert "due-late" not in client.get(reverse(LIST), {"waits": "review"}).text
