from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "foundation.lists"
    verbose_name = _("Lists")

    def ready(self):
        from foundation.desk import panels
        from foundation.lists import exports, tables

        exports.register()
        tables.register()
        panels.register("table.tools", 10, tables.offer, "lists/take.html")
