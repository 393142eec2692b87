from django.urls import path

from surveys import portal

app_name = "surveys"
urlpatterns = [
    path("s/<str:token>/", portal.survey, name="survey"),
    path("s/<str:token>/solved/", portal.solved, name="solved"),
    path("s/<str:token>/not-solved/", portal.not_solved, name="not_solved"),
    path("s/<str:token>/keep/", portal.keep, name="keep"),
    path("s/<str:token>/finish/", portal.finish, name="finish"),
]
