from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self):
        from foundation.clockwork import sweeps
        from foundation.desk import panels
        from surveys import lists, queries, receivers  # noqa: F401
        from surveys.actions import settle_due
        from surveys.defaults import ship_questionnaire
        from surveys.events import register_kinds

        post_migrate.connect(ship_questionnaire, sender=self, dispatch_uid="ship_questionnaire")
        register_kinds()
        lists.register()
        sweeps.register("surveys", settle_due)
        panels.register("portal.ticket", 10, queries.on_progress, "surveys/on_progress.html")
        panels.register("ticket.now", 70, queries.on_ticket, "surveys/on_ticket.html")
        panels.register("care.call", 10, queries.on_ticket, "surveys/on_ticket.html")
