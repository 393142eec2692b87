"""Articles: drafts are found only by who reads them."""

import io

import pytest
from django.core.management import call_command

from foundation.accounts.actors import SYSTEM
from foundation.search.queries import find
from knowledgebase import actions
from knowledgebase.models import TextWord
from knowledgebase.queries import suggest
from tests import stories


@pytest.fixture
def article(cast, now):
    row = actions.record_article(
        slug="washer-e1", is_public=True, products=[stories.product()], by=SYSTEM, at=now
    )
    actions.write(row, language="zh-hans", title="进水慢", body="清洗过滤网", by=SYSTEM, at=now)
    actions.publish(row, language="zh-hans", by=SYSTEM, at=now)
    actions.write(
        row, language="en", title="Slow filling", body="Clean the filter", by=SYSTEM, at=now
    )
    return row


def found(user, text) -> list[int]:
    return [hit.pk for hit in find("articles", user, text, loosely=False).hits]


@pytest.mark.parametrize("asked", ["进水", "过滤网", "WM-800", "滚筒", "filter", "washer-e1"])
def test_staff_find_published_texts_and_drafts(cast, article, asked):
    assert found(cast.anna, asked) == [article.pk]
    assert found(cast.wu, asked) == [article.pk]


def test_others_find_what_is_public_and_published(article, now):
    assert found(None, "过滤网") == found(None, "WM-800") == [article.pk]
    assert found(None, "filter") == []
    actions.publish(article, language="en", by=SYSTEM, at=now)
    assert found(None, "filter") == [article.pk]
    actions.change_article(article, is_public=False, by=SYSTEM, at=now)
    assert found(None, "过滤网") == []


def test_the_hit_speaks_the_readers_language_where_it_has_the_words(cast, article):
    (hit,) = find("articles", cast.anna, "过滤网").hits
    assert hit.name == "进水慢" and ("过滤网", True) in hit.excerpt
    (hit,) = find("articles", cast.anna, "wm800").hits
    assert hit.name == "Slow filling"


def test_staff_find_what_is_being_written_and_readers_do_not(cast, article, now):
    actions.write(
        article, language="zh-hans", title="进水很慢", body="检查电磁阀", by=SYSTEM, at=now
    )
    for user in (cast.anna, cast.sun, cast.qian):
        (hit,) = find("articles", user, "电磁阀").hits
        assert hit.name == "进水很慢" and ("电磁阀", True) in hit.excerpt
        assert hit.url.endswith(f"/{article.pk}/change/")
        # What readers see still leads to what they see.
        (hit,) = find("articles", user, "过滤网").hits
        assert hit.name == "进水慢" and hit.url == article.get_absolute_url()
    assert found(None, "电磁阀") == found(cast.tang, "没有") == []
    actions.discard(article, language="zh-hans", by=SYSTEM, at=now)
    assert found(cast.anna, "电磁阀") == []


def test_an_excerpt_shows_no_marks(cast, article, now):
    body = "# 步骤\n\n1. 关闭**进水阀**\n2. 见[说明](https://example.com/x)"
    actions.write(article, language="zh-hans", title="进水慢", body=body, by=SYSTEM, at=now)
    actions.publish(article, language="zh-hans", by=SYSTEM, at=now)
    (hit,) = find("articles", cast.anna, "进水阀").hits
    shown = "".join(words for words, _ in hit.excerpt)
    assert shown.startswith("步骤") and "说明" in shown
    assert not set("#*[]") & set(shown) and "https" not in shown


def test_reindex_writes_what_suggestions_read(cast, article):
    def reindex(*args, **options):
        said = io.StringIO()
        call_command("reindex", *args, stdout=said, **options)
        return said.getvalue()

    assert reindex(missing=True) == ""
    TextWord.objects.all().delete()
    assert "texts" not in reindex("articles") and not TextWord.objects.exists()
    assert "Indexed 1 texts" in reindex(missing=True)
    assert suggest("过滤网 进水", public_only=True)
    TextWord.objects.filter(word="过滤").update(word="坏了")
    assert reindex(missing=True) == "" and "Indexed 1 texts" in reindex("texts")
    assert not TextWord.objects.filter(word="坏了").exists()
