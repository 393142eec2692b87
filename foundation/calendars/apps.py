from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CalendarsConfig(AppConfig):
    name = "foundation.calendars"
    verbose_name = _("Working calendars")

    def ready(self):
        from foundation.calendars import checks, panels  # noqa: F401
        from foundation.calendars.defaults import ship_calendars

        panels.register()
        post_migrate.connect(ship_calendars, sender=self, dispatch_uid="ship_calendars")
