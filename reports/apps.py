from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        from reports import exports, lists, promises
        from reports.queries.sql import teach_sqlite

        exports.register()
        lists.register()
        promises.register()
        connection_created.connect(teach_sqlite, dispatch_uid="reports.percentile")
