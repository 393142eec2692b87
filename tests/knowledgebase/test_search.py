"""Articles: drafts are found only by who reads them."""

import pytest

from foundation.accounts.actors import SYSTEM
from foundation.search.queries import find
from knowledgebase import actions
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
