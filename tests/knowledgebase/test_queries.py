import pytest

from foundation.accounts.actors import SYSTEM
from knowledgebase import actions, queries


@pytest.mark.parametrize(
    ("typed", "language", "slug"),
    [
        ("洗衣机显示E1", "zh-hans", "washer-e1"),
        ("my washing machine shows E4", "en", "washer-e4"),
        ("热水器一直漏水", "zh-hans", "water-heater-leak"),
        ("Water heater leaking", "en", "water-heater-leak"),
        ("冰箱不制冷了怎么办", "zh-hans", "fridge-not-cold"),
        ("空调滴水", "zh-hans", "air-conditioner-drips"),
        ("电饭煲煮饭夹生", "zh-hans", "rice-cooker-undercooked"),
        ("where is the serial number", "en", "read-the-serial-label"),
        ("保修期限", "zh-hans", "warranty-basics"),
    ],
)
def test_the_right_article_comes_first(library, typed, language, slug):
    best = queries.suggest(typed, language, public_only=True)[0]
    assert (best.article.slug, best.language) == (slug, language)


def test_a_chinese_question_finds_the_english_text_for_an_english_reader(library):
    best = queries.suggest("冰箱不制冷", "en", public_only=True)[0]
    assert (best.article.slug, best.language) == ("fridge-not-cold", "en")


@pytest.mark.parametrize("typed", ["", "   ", "你好", "the", "zzzzzz", "%", "_", "\x00", "😀"])
def test_nothing_is_suggested_for_nothing(library, typed):
    assert queries.suggest(typed, "en", public_only=False) == []


def test_customers_are_never_offered_scripts(library):
    typed = "客户情绪激动 漏水 upset customer power key"
    mine = {text.article.kind for text in queries.suggest(typed, "en", public_only=False)}
    theirs = queries.suggest(typed, "en", public_only=True, limit=20)
    assert "script" in mine
    assert theirs and all(text.article.is_public for text in theirs)


def test_drafts_are_not_suggested(e1):
    assert [t.language for t in queries.suggest("E1", "en", public_only=True)] == ["zh-hans"]
    actions.unpublish(e1, language="zh-hans", by=SYSTEM)
    assert queries.suggest("E1", "en", public_only=True) == []


def test_suggesting_takes_three_queries_and_keeps_its_limit(library, django_assert_num_queries):
    with django_assert_num_queries(3):
        found = queries.suggest("漏水 洗衣机 冰箱 空调 保修 " * 300, "zh-hans", public_only=True)
        assert len({text.article.slug for text in found}) == len(found) == 5
    assert len(queries.suggest("洗衣机", "zh-hans", public_only=True, limit=1)) == 1
