from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "foundation.search"
    verbose_name = _("Search")

    def ready(self):
        from foundation.clockwork import sweeps
        from foundation.search import actions

        sweeps.register("search", actions.sweep)
