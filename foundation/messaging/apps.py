from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "foundation.messaging"
    verbose_name = _("Messages")

    def ready(self):
        from foundation.clockwork import sweeps
        from foundation.desk import panels
        from foundation.messaging import actions, inbound, letters, lists, queries

        post_migrate.connect(letters.ship_letters, sender=self, dispatch_uid="ship_webhooks")
        letters.register_kinds()
        lists.register()
        sweeps.register("outbox", actions.send_due)
        sweeps.register("webhooks", actions.deliver_due)
        sweeps.register("inbox", inbound.handle_left)
        panels.register("home.list", 90, queries.home_list, "messaging/home.html")
