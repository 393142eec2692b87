from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

# /healthz and /readyz are answered before any route: aftersales.health.Health.
urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("m/", include("dispatch.urls")),
    path("api/", include("aftersales.api_urls")),
    path("", include("knowledgebase.urls")),
    path("", include("surveys.urls")),
    path("", include("tickets.urls")),
]

handler400 = "aftersales.errors.bad_request"
handler403 = "aftersales.errors.forbidden"
handler404 = "aftersales.errors.not_found"
handler500 = "aftersales.errors.server_error"
