from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self):
        from foundation.clockwork import jobs, sweeps
        from foundation.lists import exports as taking
        from foundation.messaging import inbound
        from foundation.messaging import lists as messages
        from foundation.notices import kinds as notices
        from tickets import exports, imports, lists, news, panels, receivers, search
        from tickets.actions import breach_due, climb_due, confirm_silent, warn_due
        from tickets.actions.promises import recalculating
        from tickets.defaults import ship_tickets
        from tickets.intake import email
        from tickets.letters import register_kinds
        from tickets.queries import climbs, helping
        from tickets.queries import news as told

        post_migrate.connect(ship_tickets, sender=self, dispatch_uid="ship_tickets")
        register_kinds()
        receivers.register_events()
        receivers.watch_rules()
        panels.register()
        news.register()
        notices.register(told.DUE, told.words, "campaign")
        for kind in helping.NEWS:
            notices.register(kind, helping.words_of_news(kind), "handshake")
        imports.register()
        lists.register()
        taking.quick("tickets", exports.COLUMNS)
        search.register()
        inbound.register(email.handle)
        inbound.on_bounce(email.came_back)
        messages.register_conversation(email.conversation)
        for kind, icon in ((climbs.LATE, "timer_off"), (climbs.SOON, "timer")):
            notices.register(kind, climbs.words, icon)
        sweeps.register("promises", breach_due)
        sweeps.register("climbs", climb_due)
        sweeps.register("warnings", warn_due)
        jobs.register(recalculating.KIND, recalculating.work)
        sweeps.register("silence", confirm_silent)
