
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=100, verbose_name='name in Chinese')),
                ('name_en', models.CharField(max_length=100, verbose_name='name in English')),
                ('code', models.CharField(max_length=60, unique=True, verbose_name='model number')),
                ('is_active', models.BooleanField(default=True, verbose_name='offered on the request form')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
                'ordering': ['code'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ProductCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=100, verbose_name='name in Chinese')),
                ('name_en', models.CharField(max_length=100, verbose_name='name in English')),
                ('key', models.SlugField(unique=True, verbose_name='key')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
            ],
            options={
                'verbose_name': 'product category',
                'verbose_name_plural': 'product categories',
                'ordering': ['order', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Tier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=100, verbose_name='name in Chinese')),
                ('name_en', models.CharField(max_length=100, verbose_name='name in English')),
                ('key', models.SlugField(unique=True, verbose_name='key')),
                ('is_vip', models.BooleanField(default=False, verbose_name='has the fast lane')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
            ],
            options={
                'verbose_name': 'tier',
                'verbose_name_plural': 'tiers',
                'ordering': ['order', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(editable=False, null=True, verbose_name='changed')),
                ('kind', models.CharField(choices=[('person', 'person'), ('company', 'company'), ('dealer', 'dealer')], default='person', max_length=10, verbose_name='kind')),
                ('name', models.CharField(db_index=True, max_length=100, verbose_name='name')),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], default='zh-hans', max_length=8, verbose_name='language')),
                ('preferred_channel', models.CharField(choices=[('email', 'e-mail'), ('phone', 'phone')], default='email', max_length=10, verbose_name='prefers')),
                ('region', models.CharField(blank=True, db_index=True, max_length=60, verbose_name='province or region')),
                ('city', models.CharField(blank=True, max_length=60, verbose_name='city')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='street and house')),
                ('notes', models.TextField(blank=True, verbose_name='notes')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='customer since')),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='customers.tier', verbose_name='tier')),
            ],
            options={
                'verbose_name': 'customer',
                'verbose_name_plural': 'customers',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('phone', 'phone'), ('email', 'e-mail'), ('wechat', 'WeChat')], max_length=10, verbose_name='kind')),
                ('value', models.CharField(max_length=254, verbose_name='number or address')),
                ('normalised', models.CharField(db_index=True, editable=False, max_length=254)),
                ('tail4', models.CharField(db_index=True, editable=False, max_length=4)),
                ('is_preferred', models.BooleanField(default=False, verbose_name='preferred')),
                ('is_bounced', models.BooleanField(default=False, verbose_name='mail comes back')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contact_points', to='customers.customer')),
            ],
            options={
                'verbose_name': 'contact point',
                'verbose_name_plural': 'contact points',
                'ordering': ['-is_preferred', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, verbose_name='batch')),
                ('manufactured_on', models.DateField(blank=True, null=True, verbose_name='manufactured')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='customers.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'batch',
                'verbose_name_plural': 'batches',
                'ordering': ['-manufactured_on', 'code'],
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='product',
            name='category',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='products', to='customers.productcategory', verbose_name='category'),
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(editable=False, null=True, verbose_name='changed')),
                ('serial', models.CharField(blank=True, max_length=60, verbose_name='serial number')),
                ('serial_normalised', models.CharField(blank=True, editable=False, max_length=60)),
                ('order_line', models.CharField(blank=True, max_length=60, verbose_name='order line, where there is no serial')),
                ('variant', models.CharField(blank=True, max_length=60, verbose_name='size or colour')),
                ('bought_on', models.DateField(blank=True, null=True, verbose_name='bought')),
                ('delivered_on', models.DateField(blank=True, null=True, verbose_name='delivered')),
                ('installed_on', models.DateField(blank=True, null=True, verbose_name='installed')),
                ('proof_number', models.CharField(blank=True, max_length=60, verbose_name='invoice or proof number')),
                ('sold_by', models.CharField(blank=True, max_length=100, verbose_name='sold by')),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='customers.batch', verbose_name='batch')),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='units', to='customers.customer', verbose_name='owner')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='customers.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'unit',
                'verbose_name_plural': 'units',
                'ordering': ['-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('marketing', 'offers'), ('care', 'care and greetings'), ('research', 'research')], max_length=20, verbose_name='purpose')),
                ('text_version', models.CharField(max_length=40, verbose_name='version of the text')),
                ('channel', models.CharField(max_length=40, verbose_name='given through')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawal recorded by')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='customers.customer')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['-given_at', '-pk'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('customer', 'purpose'), name='one_open_consent')],
            },
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(fields=('product', 'code'), name='batch_of_product'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(condition=models.Q(('serial_normalised', ''), _negated=True), fields=('serial_normalised',), name='serial_once', violation_error_message='A unit with this serial number is already recorded. Search for it instead.'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('serial_normalised', ''), _negated=True), models.Q(('order_line', ''), _negated=True), _connector='OR'), name='serial_or_order_line', violation_error_message='Give a serial number or an order line.'),
        ),
    ]
