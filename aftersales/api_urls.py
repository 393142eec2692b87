"""Everything for programs, under /api/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from foundation.api.docs import DocsView

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("v1/", include("customers.api_urls")),
    path("v1/", include("knowledgebase.api_urls")),
    path("v1/", include("tickets.api_urls")),
    path("v1/", include("reports.api_urls")),
]
