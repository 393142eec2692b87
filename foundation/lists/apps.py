from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "foundation.lists"
    verbose_name = _("Lists")

    def ready(self):
        from foundation.lists import exports

        exports.register()
