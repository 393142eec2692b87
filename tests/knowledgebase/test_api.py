"""Articles for programs: published texts, internal ones by right."""

import pytest

from foundation.accounts.actors import SYSTEM
from foundation.search.actions import rebuild
from knowledgebase import actions
from tests.programs import program

pytestmark = pytest.mark.django_db
ARTICLES = "/api/v1/articles/"


@pytest.fixture
def articles(now):
    for slug, is_public in (("washer-e1", True), ("complaints", False), ("draft", True)):
        row = actions.record_article(slug=slug, is_public=is_public, by=SYSTEM, at=now)
        actions.write(row, language="zh-hans", title=slug, body="进水异常", by=SYSTEM, at=now)
        if slug != "draft":
            actions.publish(row, language="zh-hans", by=SYSTEM, at=now)
    rebuild("articles")


def slugs(client, **query) -> list[str]:
    answer = client.get(ARTICLES, query)
    assert answer.status_code == 200, answer.content
    return [row["slug"] for row in answer.json()["results"]]


def test_published_ones_and_internal_ones_by_right(articles, cast):
    from foundation.accounts.models import Grant

    assert slugs(program(cast.anna)) == ["complaints", "washer-e1"]
    Grant.objects.filter(role__key="warehouse", verb__startswith="knowledge").delete()
    stranger = program(cast.wu)
    assert slugs(stranger) == ["washer-e1"]
    assert stranger.get(f"{ARTICLES}complaints/").status_code == 404
    assert stranger.get(f"{ARTICLES}draft/").status_code == 404


def test_they_are_found_and_read(articles, cast):
    client = program(cast.anna)
    assert slugs(client, q="进水") == ["complaints", "washer-e1"]
    assert slugs(client, is_public="true", language="zh-hans") == ["washer-e1"]
    assert slugs(client, language="en") == slugs(client, q="nothing") == []
    read = client.get(f"{ARTICLES}washer-e1/").json()
    assert [text["body"] for text in read["texts"]] == ["进水异常"]
    assert read["url"].endswith("/washer-e1/") or "washer-e1" in read["url"]
    assert client.get(ARTICLES, {"body": "x"}).status_code == 400
