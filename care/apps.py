from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "care"
    verbose_name = _("Care")

    def ready(self):
        from care import lists, queries, receivers  # noqa: F401
        from care.actions import open_satisfaction_calls
        from care.events import register_kinds
        from foundation.clockwork import sweeps
        from foundation.desk import panels

        register_kinds()
        lists.register()
        sweeps.register("callbacks", open_satisfaction_calls)
        panels.register("home.list", 60, queries.home_list, "care/home.html")
        panels.register("ticket.now", 60, queries.on_ticket, "care/on_ticket.html")
