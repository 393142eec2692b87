from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SheetsConfig(AppConfig):
    name = "foundation.sheets"
    verbose_name = _("Import")

    def ready(self):
        from foundation.clockwork import jobs, sweeps
        from foundation.desk import panels
        from foundation.sheets import exports, imports, rows, running

        jobs.register(exports.KIND, exports.work)
        panels.register("job.result", 10, exports.result, "sheets/exported.html")
        sweeps.register("exports", exports.sweep)
        for stage, work in running.WORKS.items():
            jobs.register(running.KINDS[stage], work)
        panels.register("job.result", 20, rows.result, "sheets/import_of_job.html")
        sweeps.register("imports", imports.sweep)
