from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class KnowledgebaseConfig(AppConfig):
    name = "knowledgebase"
    verbose_name = _("Knowledge")

    def ready(self):
        from foundation.desk import panels
        from knowledgebase import imports, lists, search
        from knowledgebase.defaults import ship_review_period
        from knowledgebase.panels import home_list

        search.register()
        imports.register()
        lists.register()
        post_migrate.connect(ship_review_period, sender=self, dispatch_uid="ship_review_period")
        panels.register("home.list", 70, home_list, "knowledgebase/desk/home.html")
