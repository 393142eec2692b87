"""What is published is found by its words."""

import django.db.models.deletion
from django.db import migrations, models


from knowledgebase import rules

CHUNK = 200


def fill(apps, schema_editor):
    model = apps.get_model("knowledgebase", "TextWord")
    texts = apps.get_model("knowledgebase", "ArticleText").objects.select_related("article")
    last = 0
    while chunk := list(texts.filter(status="published", pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        model.objects.bulk_create(
            [
                model(text=text, word=word, in_title=in_title, is_public=text.article.is_public)
                for text in chunk
                for word, in_title in rules.text_words(text.title, text.body).items()
            ],
            batch_size=1000,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('knowledgebase', '0004_first_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='TextWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=60)),
                ('is_public', models.BooleanField()),
                ('in_title', models.BooleanField()),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='knowledgebase.articletext')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['word', 'is_public', 'in_title', 'text'], name='text_by_word')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
    ]
