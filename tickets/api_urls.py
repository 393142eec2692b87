from django.urls import path

from tickets import api
from tickets.actions import VERBS

urlpatterns = [
    path("tickets/", api.TicketsView.as_view(), name="tickets"),
    path("tickets/<str:number>/", api.TicketView.as_view(), name="ticket"),
    path("tickets/<str:number>/verbs/", api.VerbsView.as_view(), name="verbs"),
    path("tickets/<str:number>/promises/<int:deadline>/why/", api.WhyView.as_view(), name="why"),
    path("tickets/<str:number>/files/<int:file>/", api.FileView.as_view(), name="file"),
    *[
        path(f"tickets/<str:number>/{key}/", api.verb_view(key).as_view(), name=key)
        for key in VERBS
    ],
]
