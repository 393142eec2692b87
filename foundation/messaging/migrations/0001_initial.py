
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='IncomingMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox', models.CharField(max_length=100, verbose_name='mailbox')),
                ('message_id', models.CharField(blank=True, max_length=998)),
                ('sha256', models.CharField(max_length=64)),
                ('raw', models.BinaryField()),
                ('received_at', models.DateTimeField(verbose_name='came in')),
                ('sender', models.CharField(blank=True, max_length=254, verbose_name='from')),
                ('subject', models.CharField(blank=True, max_length=300, verbose_name='subject')),
                ('outcome', models.CharField(choices=[('ticket', 'new ticket'), ('reply', 'reply'), ('duplicate', 'duplicate'), ('bounce', 'bounce'), ('auto_reply', 'automatic reply'), ('rejected', 'rejected'), ('quarantined', 'needs a person')], default='quarantined', max_length=12, verbose_name='outcome')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='why')),
                ('thread', models.CharField(blank=True, db_index=True, max_length=60, verbose_name='conversation')),
                ('reference', models.CharField(blank=True, max_length=40, verbose_name='ticket')),
                ('handled_at', models.DateTimeField(blank=True, null=True, verbose_name='handled at')),
            ],
            options={
                'verbose_name': 'incoming message',
                'verbose_name_plural': 'incoming messages',
                'ordering': ['-pk'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['outcome', '-id'], name='incoming_outcome'), models.Index(condition=models.Q(('handled_at__isnull', True)), fields=['received_at'], name='incoming_unhandled')],
                'constraints': [models.UniqueConstraint(fields=('mailbox', 'message_id', 'sha256'), name='incoming_once')],
            },
        ),
        migrations.CreateModel(
            name='MessageTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, verbose_name='kind')),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], max_length=8, verbose_name='language')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('body', models.TextField(help_text='Variables are written as {{ ticket.number }}.', verbose_name='text')),
            ],
            options={
                'verbose_name': 'message template',
                'verbose_name_plural': 'message templates',
                'ordering': ['key', 'language'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('key', 'language'), name='template_per_language')],
            },
        ),
        migrations.CreateModel(
            name='OutgoingMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('claimed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='claimed')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('dedupe_key', models.CharField(max_length=150, unique=True)),
                ('channel', models.CharField(default='email', max_length=20, verbose_name='channel')),
                ('template_key', models.CharField(blank=True, max_length=60, verbose_name='kind')),
                ('thread', models.CharField(blank=True, db_index=True, max_length=60, verbose_name='conversation')),
                ('to_address', models.CharField(max_length=254, verbose_name='recipient')),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], max_length=8, verbose_name='language')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('body', models.TextField(verbose_name='text')),
                ('message_id', models.CharField(max_length=200, unique=True)),
                ('in_reply_to', models.CharField(blank=True, max_length=998)),
                ('is_automatic', models.BooleanField(default=True, verbose_name='automatic')),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('failed', 'failed'), ('dropped', 'not sent')], default='waiting', max_length=12, verbose_name='status')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('last_error', models.CharField(blank=True, max_length=500, verbose_name='reason of the failure')),
            ],
            options={
                'verbose_name': 'outgoing message',
                'verbose_name_plural': 'outgoing messages',
                'ordering': ['-pk'],
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['due_at'], name='outgoing_waiting'), models.Index(fields=['status', '-id'], name='outgoing_status')],
            },
        ),
    ]
