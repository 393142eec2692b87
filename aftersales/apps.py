from django.apps import AppConfig, apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AftersalesConfig(AppConfig):
    name = "aftersales"
    verbose_name = _("Aftersales")
    default = True

    def ready(self):
        from aftersales import checks, schedule  # noqa: F401

        # Sent for django-q2's own tables: ours has no models of its own.
        post_migrate.connect(
            schedule.ensure, sender=apps.get_app_config("django_q"), dispatch_uid="schedule"
        )


class DeskConfig(SimpleAdminConfig):
    """The admin, on our site. It discovers each app's `admin.py` itself."""

    default_site = "aftersales.site.DeskSite"
    default = False

    def ready(self):
        super().ready()
        self.module.autodiscover()
