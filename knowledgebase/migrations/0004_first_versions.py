"""What is published becomes version 1 and gets a day of review."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

DAYS = 180
# Long published texts are not all due on the day of the upgrade.
AT_LEAST = 30
CHUNK = 500


def keep(apps, schema_editor):
    texts = apps.get_model("knowledgebase", "ArticleText").objects.select_related("article")
    rows = texts.filter(status="published", shown_number=0).order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        _keep(apps, chunk)


def _keep(apps, texts):
    def model(name):
        return apps.get_model("knowledgebase", name)

    earliest = timezone.localdate() + timedelta(days=AT_LEAST)
    versions, articles = [], {}
    for text in texts:
        at = text.published_at or text.updated_at
        text.shown_number = 1
        versions.append(
            model("ArticleVersion")(
                text=text, number=1, title=text.title, body=text.body,
                published_at=at, published_by=text.published_by,
            )
        )
        article = articles.setdefault(text.article_id, text.article)
        day = max(timezone.localdate(at) + timedelta(days=DAYS), earliest)
        article.review_on = min(article.review_on or day, day)
    model("ArticleVersion").objects.bulk_create(versions)
    model("ArticleText").objects.bulk_update(texts, ["shown_number"])
    model("Article").objects.bulk_update(list(articles.values()), ["review_on"])


class Migration(migrations.Migration):

    dependencies = [
        ("knowledgebase", "0003_knowledge_desk"),
    ]

    operations = [
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=False),
    ]
