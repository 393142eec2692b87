from django.urls import path

from reports import api

urlpatterns = [path("figures/", api.FiguresView.as_view(), name="figures")]
