"""Draft → in review → published → outdated, and back; who may; what readers see meanwhile."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from customers.models import ProductCategory
from foundation.accounts.actors import SYSTEM
from knowledgebase import actions, queries
from knowledgebase.models import Article, ArticleText, ReviewPeriod, TextWord

ZH, EN = "zh-hans", "en"


def write(article, by, title="新", language=ZH, body="水"):
    return actions.write(article, language=language, title=title, body=body, by=by)


def found(word):
    return queries.suggest(word, ZH, public_only=True)


def test_the_way_of_a_text(cast, e1, now, later):
    write(e1, cast.anna)
    text = actions.submit(e1, language=ZH, by=cast.anna, at=now)
    assert (text.status, text.next_status, text.submitted_by) == (
        "published",
        "in_review",
        cast.anna,
    )
    text = actions.send_back(e1, language=ZH, because=" 缺步骤 ", by=cast.sun)
    assert (text.next_status, text.returned_because, text.returned_by) == (
        "draft",
        "缺步骤",
        cast.sun,
    )
    assert queries.to_review(cast.anna, now.date())["returned"] == 1
    write(e1, cast.anna, body="步骤")
    text = actions.submit(e1, language=ZH, by=cast.anna)
    assert text.returned_because == ""
    text = actions.publish(e1, language=ZH, by=cast.sun, at=later(days=1))
    assert (text.body, text.shown_number, text.working_status) == ("步骤", 2, "")
    assert actions.outdate(e1, language=ZH, by=cast.sun).status == "outdated"
    assert not Article.objects.published().exists() and found("E1") == []
    text = actions.publish(e1, language=ZH, by=cast.sun)
    assert (text.status, text.shown_number, text.versions.count()) == ("published", 2, 2)


def test_a_first_text_is_reviewed_and_returned(cast, e1):
    assert actions.submit(e1, language=EN, by=cast.qian).status == "in_review"
    assert actions.submit(e1, language=EN, by=cast.qian).status == "in_review"
    assert actions.send_back(e1, language=EN, because="x", by=cast.hu).status == "draft"
    actions.submit(e1, language=EN, by=cast.anna)
    assert actions.publish(e1, language=EN, by=cast.ma).shown_number == 1


def test_changing_a_text_in_review_takes_it_out_unless_one_may_publish(cast, e1):
    actions.submit(e1, language=EN, by=cast.anna)
    assert write(e1, cast.sun, language=EN).working_status == "in_review"
    assert write(e1, cast.anna, language=EN).working_status == "in_review"
    assert write(e1, cast.anna, language=EN, body="改").working_status == "draft"


WRITERS = ["anna", "qian"]
READERS = ["deng", "tang", "wu", "an"]


@pytest.mark.parametrize("name", WRITERS + READERS)
def test_who_may_not_publish(cast, e1, name):
    by = getattr(cast, name)
    write(e1, SYSTEM)
    actions.submit(e1, language=ZH, by=SYSTEM)
    for verb in (actions.publish, actions.unpublish, actions.outdate):
        with pytest.raises(PermissionDenied):
            verb(e1, language=ZH, by=by)
    with pytest.raises(PermissionDenied):
        actions.send_back(e1, language=ZH, because="x", by=by)
    with pytest.raises(PermissionDenied):
        actions.renew(e1, by=by)


@pytest.mark.parametrize("name", READERS)
def test_who_only_reads_does_nothing(cast, e1, name):
    by = getattr(cast, name)
    write(e1, SYSTEM)
    for verb in (actions.submit, actions.discard):
        with pytest.raises(PermissionDenied):
            verb(e1, language=ZH, by=by)
    with pytest.raises(PermissionDenied):
        actions.bring_back(e1, language=ZH, number=1, by=by)


def test_what_makes_no_sense_is_refused_with_a_way_out(cast, e1):
    refusals = {
        "no_draft": lambda: actions.submit(e1, language=ZH, by=cast.sun),
        "not_in_review": lambda: actions.send_back(e1, language=ZH, because="x", by=cast.sun),
        "unpublished": lambda: actions.outdate(e1, language=EN, by=cast.sun),
        "no_version": lambda: actions.bring_back(e1, language=ZH, number=9, by=cast.sun),
        "shown": lambda: actions.bring_back(e1, language=ZH, number=1, by=cast.sun),
    }
    for code, verb in refusals.items():
        with pytest.raises(ValidationError) as refusal:
            verb()
        assert refusal.value.code == code
    with pytest.raises(ValidationError):
        actions.discard(e1, language=ZH, by=cast.sun)
    actions.submit(e1, language=EN, by=cast.anna)
    with pytest.raises(ValidationError, match="Say what is to be changed"):
        actions.send_back(e1, language=EN, because=" \x00", by=cast.sun)


def test_a_verb_chosen_before_somebodys_change_is_refused(cast, e1):
    seen = Article.objects.get(pk=e1.pk).version
    write(e1, cast.anna, language=EN, title="Anna's")
    for verb in (actions.publish, actions.submit):
        with pytest.raises(ValidationError, match="Anna changed this article") as refusal:
            verb(e1, language=EN, version=seen, by=cast.sun)
        assert refusal.value.code == "stale"
    assert not e1.texts.published(EN).exists()


def test_unpublishing_goes_on_with_what_is_written(cast, e1):
    write(e1, cast.anna, title="下一版")
    text = actions.unpublish(e1, language=ZH, by=cast.sun)
    assert (text.status, text.title, text.next_status) == ("draft", "下一版", "")
    assert text.versions.get().title == "显示 E1"


def test_writing_what_readers_see_leaves_no_draft(cast, e1):
    write(e1, cast.anna)
    assert write(e1, cast.anna, title="显示 E1", body="进水").working_status == ""
    write(e1, cast.anna)
    text = actions.discard(e1, language=ZH, by=cast.anna)
    assert (text.working_status, text.title) == ("", "显示 E1")


def test_an_old_version_is_brought_back_as_a_draft(cast, e1):
    write(e1, cast.anna)
    actions.publish(e1, language=ZH, by=cast.sun)
    text = actions.bring_back(e1, language=ZH, number=1, by=cast.anna)
    assert (text.title, text.working[0], text.working_status) == ("新", "显示 E1", "draft")
    # A draft that is a kept version may be replaced; anything else is not lost.
    write(e1, cast.anna, title="第三版")
    with pytest.raises(ValidationError, match="Publish or discard it first"):
        actions.bring_back(e1, language=ZH, number=1, by=cast.anna)


def test_readers_find_only_what_is_published(cast, e1):
    write(e1, cast.anna, title="绝密草稿", body="绝密草稿 zebra")
    assert found("绝密草稿") == [] and found("zebra") == []
    assert queries.matching("绝密", ZH, public_only=True) == []
    assert [text.title for text in found("E1")] == ["显示 E1"]
    actions.publish(e1, language=ZH, by=cast.sun)
    assert [text.title for text in found("绝密草稿")] == ["绝密草稿"] and found("进水") == []
    actions.change_article(e1, is_public=False, by=cast.sun)
    assert found("绝密草稿") == []
    assert queries.suggest("绝密草稿", ZH, public_only=False)
    actions.unpublish(e1, language=ZH, by=cast.sun)
    assert not TextWord.objects.exists()


def test_the_words_can_be_written_anew(cast, e1):
    TextWord.objects.all().delete()
    draft = e1.texts.get(language=EN)
    TextWord.objects.create(word="stray", text=draft, is_public=True, in_title=False)
    assert actions.index_texts() == 1
    assert found("E1") and not TextWord.objects.filter(text=draft).exists()


def test_the_review_day_comes_from_the_category_or_from_all(cast, now):
    washers = ProductCategory.objects.create(key="w", name_zh="洗", name_en="W")
    ReviewPeriod.objects.create(category=washers, days=30)
    for slug, category, day in (("a", washers, date(2026, 4, 9)), ("b", None, date(2026, 9, 6))):
        article = actions.record_article(slug=slug, category=category, by=cast.anna)
        write(article, cast.anna)
        actions.publish(article, language=ZH, by=cast.sun, at=now)
        assert Article.objects.get(slug=slug).review_on == day
    with pytest.raises(ValidationError, match="for these articles already"):
        ReviewPeriod(days=3).full_clean()


def test_still_right_sets_the_next_review(cast, e1, later):
    actions.change_article(e1, review_on=date(2026, 1, 1), owner=cast.anna, by=cast.sun)
    due = queries.to_review(cast.anna, later(days=0).date())
    assert due == {"in_review": 0, "returned": 0, "due": 1}
    assert queries.to_review(cast.qian, later(days=0).date())["due"] == 0
    assert actions.renew(e1, by=cast.anna, at=later(days=1)).review_on == date(2026, 9, 7)
    draft = actions.record_article(slug="d", by=cast.anna)
    with pytest.raises(ValidationError, match="Publish a text first"):
        actions.renew(draft, by=cast.sun)


def test_what_waits_is_counted_for_whom_it_concerns(cast, e1, later):
    write(e1, cast.anna)
    actions.submit(e1, language=ZH, by=cast.anna)
    day = later(days=1).date()
    assert queries.to_review(cast.sun, day)["in_review"] == 1
    assert queries.to_review(cast.anna, day)["in_review"] == 0
    assert ArticleText.objects.in_review().get().language == ZH
