from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "foundation.notices"
    verbose_name = _("Notices")

    def ready(self):
        from foundation.clockwork import sweeps
        from foundation.desk import panels
        from foundation.notices import actions, letters, queries

        post_migrate.connect(letters.ship_letters, sender=self, dispatch_uid="ship_notices")
        letters.register_kinds()
        # After the sweeps whose notices go into the same mail.
        sweeps.register("notices", actions.digest)
        panels.register("desk.header", 20, queries.bell, "notices/bell.html")
