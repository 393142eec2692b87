from django.urls import path
from django.views.generic import RedirectView

app_name = "portal"
urlpatterns = [
    path("c/<str:token>/", RedirectView.as_view(url="/"), name="progress"),
]
