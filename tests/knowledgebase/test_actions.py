import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from foundation.accounts.actors import SYSTEM, CaseHolder
from knowledgebase import actions
from knowledgebase.models import Article, ArticleText


def test_an_agent_writes_and_a_supervisor_publishes(cast, now, later):
    article = actions.record_article(slug="e4", by=cast.anna, at=now)
    text = actions.write(article, language="en", title=" E4 ", body="Spread", by=cast.anna, at=now)
    assert (article.owner, text.title, text.status, text.version) == (cast.anna, "E4", "draft", 1)
    with pytest.raises(PermissionDenied):
        actions.publish(article, language="en", by=cast.anna)
    text = actions.publish(article, language="en", by=cast.sun, at=later(hours=1))
    assert (text.status, text.published_at, text.published_by) == (
        "published",
        later(hours=1),
        cast.sun,
    )


@pytest.mark.parametrize("name", ["tang", "an", "wu", "deng"])
def test_who_only_reads_may_not_write(cast, e1, name):
    by = getattr(cast, name)
    with pytest.raises(PermissionDenied):
        actions.record_article(slug="x", by=by)
    with pytest.raises(PermissionDenied):
        actions.write(e1, language="en", title="x", body="x", by=by)
    with pytest.raises(PermissionDenied):
        actions.unpublish(e1, language="zh-hans", by=by)


def test_publishing_is_per_language_and_once(cast, e1, now, later):
    again = actions.publish(e1, language="zh-hans", by=cast.sun, at=later(days=1))
    assert again.published_at == now
    assert list(ArticleText.objects.published("en")) == []
    assert actions.unpublish(e1, language="zh-hans", by=cast.sun).published_at is None
    assert actions.unpublish(e1, language="zh-hans", by=cast.sun).status == "draft"


def test_a_text_that_is_not_there_cannot_be_published(cast):
    article = actions.record_article(slug="x", by=cast.sun)
    with pytest.raises(ValidationError, match="Write it first"):
        actions.publish(article, language="en", by=cast.sun)


def test_readers_keep_what_they_have_until_the_next_version_is_published(cast, e1, later):
    text = actions.write(e1, language="zh-hans", title="新", body="新水", by=cast.anna)
    assert (text.title, text.body, text.is_published) == ("显示 E1", "进水", True)
    assert (text.working, text.working_status) == (("新", "新水"), "draft")
    text = actions.publish(e1, language="zh-hans", by=cast.sun, at=later(days=1))
    assert (text.title, text.working_status, text.shown_number) == ("新", "", 2)
    kept = [(v.number, v.title, v.written_by, v.published_by) for v in text.versions.all()]
    assert kept == [(2, "新", cast.anna, cast.sun), (1, "显示 E1", None, None)]


def test_who_may_not_publish_does_not_decide_who_reads_it(cast, e1, now):
    for changes in ({"is_public": False}, {"review_on": now.date()}):
        with pytest.raises(ValidationError) as refusal:
            actions.change_article(e1, **changes, by=cast.anna)
        assert refusal.value.code == "published"
        actions.change_article(e1, **changes, by=cast.sun)


def test_the_second_to_write_learns_who_was_first(cast, e1):
    actions.write(e1, language="en", title="One", body="x", version=1, by=cast.anna)
    with pytest.raises(ValidationError, match="Anna saved changes") as refusal:
        actions.write(e1, language="en", title="Two", body="x", version=1, by=cast.sun)
    assert refusal.value.code == "stale"


def test_a_script_is_never_public(cast, e1):
    with pytest.raises(ValidationError, match="our own people"):
        actions.record_article(slug="s", kind="script", is_public=True, by=cast.sun)
    with pytest.raises(ValidationError):
        actions.change_article(e1, kind="script", by=cast.sun)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=e1.pk).update(kind="script")


@pytest.mark.parametrize("empty", ["", "  ", "\x00"])
def test_an_empty_text_is_refused(cast, e1, empty):
    with pytest.raises(ValidationError):
        actions.write(e1, language="en", title="x", body=empty, by=cast.anna)


def test_customers_see_what_is_public_and_published(cast, e1):
    secret = actions.record_article(slug="s", kind="script", by=SYSTEM)
    actions.write(secret, language="en", title="Secret", body="x", by=SYSTEM)
    actions.publish(secret, language="en", by=SYSTEM)
    draft = actions.record_article(slug="d", is_public=True, by=SYSTEM)
    actions.write(draft, language="en", title="Draft", body="x", by=SYSTEM)
    for reader in (None, CaseHolder(1)):
        assert list(Article.objects.visible_to(reader)) == [e1]
        assert [t.title for t in ArticleText.objects.visible_to(reader)] == ["显示 E1"]
    assert set(Article.objects.visible_to(cast.tang)) == {e1, secret, draft}
    assert set(Article.objects.published("en")) == {secret}
