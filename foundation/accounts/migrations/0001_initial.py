
import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import foundation.accounts.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=100, verbose_name='name in Chinese')),
                ('name_en', models.CharField(max_length=100, verbose_name='name in English')),
                ('key', models.SlugField(unique=True, verbose_name='key')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
            ],
            options={
                'verbose_name': 'department',
                'verbose_name_plural': 'departments',
                'ordering': ['order', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=100, verbose_name='name in Chinese')),
                ('name_en', models.CharField(max_length=100, verbose_name='name in English')),
                ('key', models.SlugField(unique=True, verbose_name='key')),
                ('sees', models.CharField(choices=[('all', 'all tickets'), ('intake', 'tickets at intake, and own'), ('dept', 'tickets of the own department'), ('visits', 'tickets that need a visit'), ('own', 'own tickets'), ('consultation', 'consultations'), ('case', 'the one case behind the link'), ('none', 'nothing')], default='none', max_length=20, verbose_name='sees')),
                ('personal', models.CharField(choices=[('full', 'in full'), ('work', 'in full while the case is open and theirs'), ('shipping', 'name and address for shipping'), ('masked', 'masked')], default='masked', max_length=20, verbose_name='personal data')),
                ('is_staff_role', models.BooleanField(default=True, verbose_name='works in the admin')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
            ],
            options={
                'verbose_name': 'role',
                'verbose_name_plural': 'roles',
                'ordering': ['order', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ShippedDefault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(default='售后服务中心', max_length=100, verbose_name='name in Chinese')),
                ('name_en', models.CharField(default='Service Centre', max_length=100, verbose_name='name in English')),
                ('hotline', models.CharField(blank=True, max_length=40, verbose_name='hotline')),
                ('colour', models.CharField(default='#1d5fbf', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Write a colour as #1d5fbf.')], verbose_name='colour')),
                ('time_zone', models.CharField(default=foundation.accounts.models.default_zone, max_length=40, validators=[foundation.accounts.models.known_zone], verbose_name='time zone')),
                ('default_language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], default='zh-hans', max_length=8, verbose_name='language of customers unless they choose')),
                ('link_days', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name="days a customer's link works")),
                ('reopen_days', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(365)], verbose_name='days in which a confirmed ticket may be reopened and a cancelled one restored')),
                ('silence_days', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='days of silence after which a resolved ticket is confirmed')),
                ('callback_after_hours', models.PositiveSmallIntegerField(default=8, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(720)], verbose_name='hours without an answer after which a P1 or P2 customer is put on the call list')),
                ('warn_percent', models.PositiveSmallIntegerField(default=75, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name="share of a promise's time, in percent, after which it is shown as urgent")),
                ('privacy_text_zh', models.TextField(blank=True, verbose_name='privacy notice in Chinese')),
                ('privacy_text_en', models.TextField(blank=True, verbose_name='privacy notice in English')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisation',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='organisation_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('display_name', models.CharField(blank=True, max_length=60, verbose_name='display name')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('time_zone', models.CharField(blank=True, max_length=40, validators=[foundation.accounts.models.known_zone], verbose_name="time zone, if not the organisation's")),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='people', to='accounts.department', verbose_name='department')),
                ('roles', models.ManyToManyField(blank=True, related_name='people', to='accounts.role', verbose_name='roles')),
            ],
            options={
                'verbose_name': 'member of staff',
                'verbose_name_plural': 'members of staff',
                'default_permissions': (),
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=60, verbose_name='verb')),
                ('within', models.CharField(choices=[('all', 'all tickets'), ('intake', 'tickets at intake, and own'), ('dept', 'tickets of the own department'), ('visits', 'tickets that need a visit'), ('own', 'own tickets'), ('consultation', 'consultations'), ('case', 'the one case behind the link'), ('none', 'nothing')], default='all', max_length=20, verbose_name='within')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='accounts.role', verbose_name='role')),
            ],
            options={
                'verbose_name': 'permission',
                'verbose_name_plural': 'permissions',
                'ordering': ['role', 'verb'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('role', 'verb'), name='grant_once')],
            },
        ),
    ]
