
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tickets', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Callback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('claimed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='claimed')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('cycle', models.PositiveSmallIntegerField(verbose_name='cycle')),
                ('kind', models.CharField(choices=[('satisfaction', 'satisfaction call'), ('follow_up', 'follow-up')], max_length=20, verbose_name='kind')),
                ('state', models.CharField(choices=[('open', 'to call'), ('done', 'done'), ('cancelled', 'no longer needed')], default='open', max_length=10, verbose_name='state')),
                ('outcome', models.CharField(blank=True, choices=[('reached_satisfied', 'reached: satisfied'), ('reached_not_solved', 'reached: not solved'), ('not_reached', 'not reached'), ('wrong_number', 'wrong number')], max_length=20, verbose_name='outcome')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('note', models.CharField(blank=True, max_length=1000, verbose_name='note for the next try')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                ('assigned_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='callbacks', to=settings.AUTH_USER_MODEL, verbose_name='who calls')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='callbacks', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'call',
                'verbose_name_plural': 'calls',
                'ordering': ['due_at', 'pk'],
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['due_at'], name='callback_open')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'cycle', 'kind'), name='callback_once')],
            },
        ),
    ]
