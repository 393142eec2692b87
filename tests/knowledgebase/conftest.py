import pytest

from customers.models import ProductCategory
from foundation.accounts.actors import SYSTEM
from knowledgebase import actions, samples
from knowledgebase.models import Article

NAMES = {
    "washing-machine": ("洗衣机", "Washing machines"),
    "water-heater": ("热水器", "Water heaters"),
    "refrigerator": ("冰箱", "Refrigerators"),
    "air-conditioner": ("空调", "Air conditioners"),
    "rice-cooker": ("电饭煲", "Rice cookers"),
}


@pytest.fixture
def e1(db, now):
    """A public article on E1: Chinese published, English a draft."""
    article = actions.record_article(slug="e1", is_public=True, by=SYSTEM, at=now)
    actions.write(article, language="zh-hans", title="显示 E1", body="进水", by=SYSTEM, at=now)
    actions.write(article, language="en", title="Shows E1", body="Water", by=SYSTEM, at=now)
    actions.publish(article, language="zh-hans", by=SYSTEM, at=now)
    return article


@pytest.fixture
def library(db, now):
    """The sample articles, all published, by slug."""
    categories = {
        key: ProductCategory.objects.create(key=key, name_zh=zh, name_en=en, order=order)
        for order, (key, (zh, en)) in enumerate(NAMES.items())
    }
    for sample in samples.articles():
        article = actions.record_article(
            slug=sample.slug,
            kind=sample.kind,
            category=categories.get(sample.category),
            is_public=sample.is_public,
            by=SYSTEM,
            at=now,
        )
        for language, (title, body) in sample.texts.items():
            actions.write(article, language=language, title=title, body=body, by=SYSTEM, at=now)
            actions.publish(article, language=language, by=SYSTEM, at=now)
    return Article.objects.in_bulk(field_name="slug")
