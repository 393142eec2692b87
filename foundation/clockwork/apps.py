from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClockworkConfig(AppConfig):
    name = "foundation.clockwork"
    verbose_name = _("Clockwork")

    def ready(self):
        from foundation.clockwork import jobs, panels, sweeps

        panels.register()
        sweeps.register("jobs", jobs.sweep)
