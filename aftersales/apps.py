from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.translation import gettext_lazy as _


class AftersalesConfig(AppConfig):
    name = "aftersales"
    verbose_name = _("Aftersales")
    default = True

    def ready(self):
        from aftersales import checks  # noqa: F401


class DeskConfig(SimpleAdminConfig):
    """The admin, on our site. It discovers each app's `admin.py` itself."""

    default_site = "aftersales.site.DeskSite"
    default = False

    def ready(self):
        super().ready()
        self.module.autodiscover()
