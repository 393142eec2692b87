from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "foundation.accounts"
    verbose_name = _("People and settings")

    def ready(self):
        from foundation.accounts.cached import migrated
        from foundation.accounts.matrix import ship_matrix

        post_migrate.connect(ship_matrix, sender=self, dispatch_uid="ship_matrix")
        post_migrate.connect(migrated, sender=self, dispatch_uid="cached")
