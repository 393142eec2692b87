import hashlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SCOPES = [
    "tickets:read", "tickets:write", "customers:read", "customers:write", "products:read",
    "orders:read", "articles:read", "figures:read",
]


def take_over_tokens(apps, schema_editor):
    """Keys made before scopes existed go on working, with all of them; kept as digests."""
    Token = apps.get_model("authtoken", "Token")
    ProgramKey = apps.get_model("accounts", "ProgramKey")
    for token in Token.objects.order_by("created").iterator():
        ProgramKey.objects.get_or_create(
            digest=hashlib.sha256(token.key.encode()).hexdigest(),
            defaults={
                "user_id": token.user_id,
                "name": "API",
                "start": token.key[:6],
                "scopes": SCOPES,
                "created_at": token.created,
            },
        )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('authtoken', '0003_tokenproxy'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='is_program',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='is a program, not a person'),
        ),
        migrations.CreateModel(
            name='ProgramKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='what for')),
                ('start', models.CharField(max_length=12, verbose_name='begins with')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list, verbose_name='is allowed to')),
                ('created_at', models.DateTimeField(verbose_name='made')),
                ('form', models.CharField(blank=True, editable=False, max_length=32, null=True, unique=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='ends')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to=settings.AUTH_USER_MODEL, verbose_name='acts as')),
            ],
            options={
                'verbose_name': 'key for a program',
                'verbose_name_plural': 'keys for programs',
                'ordering': ['-pk'],
                'default_permissions': (),
            },
        ),
        migrations.RunPython(take_over_tokens, migrations.RunPython.noop),
    ]
