from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers and units")

    def ready(self):
        from customers import exports, imports, lists, search, search_orders
        from customers.defaults import ship_tiers

        search.register()
        search_orders.register()
        imports.register()
        lists.register()
        exports.register()
        post_migrate.connect(ship_tiers, sender=self, dispatch_uid="ship_tiers")
