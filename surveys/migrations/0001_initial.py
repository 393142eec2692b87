
import django.db.models.deletion
import foundation.accounts.tokens
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tickets', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=100, verbose_name='name in Chinese')),
                ('name_en', models.CharField(max_length=100, verbose_name='name in English')),
                ('key', models.SlugField(unique=True, verbose_name='key')),
                ('is_active', models.BooleanField(default=False, verbose_name='in use')),
                ('days_open', models.PositiveSmallIntegerField(default=30, verbose_name='days in which it can be answered')),
                ('low_score', models.PositiveSmallIntegerField(default=2, verbose_name='overall score up to which a supervisor follows up')),
                ('follow_up_hours', models.PositiveSmallIntegerField(default=24, verbose_name='hours in which a supervisor follows up')),
                ('pause_minutes', models.PositiveSmallIntegerField(default=120, verbose_name='minutes after the last tap until unfinished answers count')),
            ],
            options={
                'verbose_name': 'questionnaire',
                'verbose_name_plural': 'questionnaires',
                'ordering': ['pk'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('is_active',), name='one_questionnaire_in_use', violation_error_message='Another one is in use. Take it out of use first.')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('claimed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='claimed')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('cycle', models.PositiveSmallIntegerField(verbose_name='cycle')),
                ('nonce', models.CharField(default=foundation.accounts.tokens.nonce, max_length=40)),
                ('created_at', models.DateTimeField(verbose_name='asked on')),
                ('expires_at', models.DateTimeField(verbose_name='can be answered until')),
                ('touched_at', models.DateTimeField(null=True)),
                ('is_solved', models.BooleanField(null=True, verbose_name='solved')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered on')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed without an answer')),
                ('answered_by_staff', models.BooleanField(default=False, verbose_name='typed in by staff')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='tickets.ticket', verbose_name='ticket')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='surveys.questionnaire', verbose_name='questionnaire')),
            ],
            options={
                'verbose_name': 'survey answer',
                'verbose_name_plural': 'survey answers',
                'ordering': ['-created_at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=50)),
                ('value', models.PositiveSmallIntegerField(null=True)),
                ('text', models.TextField(blank=True)),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='surveys.invitation')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('invitation', 'question'), name='answer_once')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=100, verbose_name='name in Chinese')),
                ('name_en', models.CharField(max_length=100, verbose_name='name in English')),
                ('key', models.SlugField(verbose_name='key')),
                ('kind', models.CharField(choices=[('scale', '1 to 5'), ('nps', '0 to 10'), ('text', 'free text')], max_length=10, verbose_name='kind')),
                ('text_zh', models.CharField(max_length=200, verbose_name='question in Chinese')),
                ('text_en', models.CharField(max_length=200, verbose_name='question in English')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
                ('is_required', models.BooleanField(default=False, verbose_name='required')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='surveys.questionnaire')),
            ],
            options={
                'verbose_name': 'survey question',
                'verbose_name_plural': 'survey questions',
                'ordering': ['order', 'pk'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('questionnaire', 'key'), name='question_once', violation_error_message='There is a question with this key already.')],
            },
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(condition=models.Q(('answered_at__isnull', True), ('closed_at__isnull', True)), fields=['due_at'], name='invitation_open'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['-created_at'], name='invitation_newest'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('ticket', 'cycle'), name='invited_once'),
        ),
    ]
