from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from tickets import api
from tickets.actions import VERBS

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", api.DocsView.as_view(), name="docs"),
    path("v1/tickets/", api.TicketsView.as_view(), name="tickets"),
    path("v1/tickets/<str:number>/", api.TicketView.as_view(), name="ticket"),
    path("v1/tickets/<str:number>/verbs/", api.VerbsView.as_view(), name="verbs"),
    *[
        path(f"v1/tickets/<str:number>/{key}/", api.verb_view(key).as_view(), name=key)
        for key in VERBS
    ],
]
