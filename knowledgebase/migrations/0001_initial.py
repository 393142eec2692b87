
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(editable=False, null=True, verbose_name='changed')),
                ('slug', models.SlugField(help_text='Latin letters, digits and dashes, such as washer-e1. It cannot be changed later.', max_length=80, unique=True, verbose_name='name in the web address')),
                ('kind', models.CharField(choices=[('faq', 'question and answer'), ('guide', 'guide'), ('procedure', 'procedure'), ('script', 'script for the conversation')], default='faq', max_length=12, verbose_name='kind')),
                ('is_public', models.BooleanField(default=False, verbose_name='public')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='customers.productcategory', verbose_name='product category')),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='responsible')),
                ('products', models.ManyToManyField(blank=True, related_name='articles', to='customers.product', verbose_name='only for these products')),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
                'ordering': ['slug'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ArticleText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], max_length=8, verbose_name='language')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('body', models.TextField(help_text='A blank line begins a paragraph, “- ” a list, “1. ” a step, “# ” a heading.', verbose_name='text')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('published', 'published')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='last written')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='knowledgebase.article', verbose_name='article')),
                ('published_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'text',
                'verbose_name_plural': 'texts',
                'ordering': ['-language'],
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'script'), _negated=True), ('is_public', False), _connector='OR'), name='script_is_internal', violation_error_message='A script is for our own people. Untick “public”.'),
        ),
        migrations.AddConstraint(
            model_name='articletext',
            constraint=models.UniqueConstraint(fields=('article', 'language'), name='text_per_language', violation_error_message='There is a text in this language already. Change it.'),
        ),
    ]
