from django.urls import path

from tickets import portal

app_name = "portal"

urlpatterns = [
    path("", portal.home, name="home"),
    path("theme.css", portal.theme, name="theme"),
    path("request/", portal.request_help, name="request"),
    path("request/serial/", portal.serial, name="serial"),
    path("request/suggestions/", portal.suggestions, name="suggestions"),
    path("find/", portal.find, name="find"),
    path("find/code/", portal.code, name="code"),
    path("c/<str:token>/", portal.progress, name="progress"),
    path("c/<str:token>/thanks/", portal.thanks, name="thanks"),
    path("c/<str:token>/message/", portal.message, name="message"),
    path("c/<str:token>/confirm/", portal.confirm, name="confirm"),
    path("c/<str:token>/not-solved/", portal.not_solved, name="not_solved"),
    path("c/<str:token>/plan/accept/", portal.accept_plan, name="accept_plan"),
    path("c/<str:token>/plan/decline/", portal.decline_plan, name="decline_plan"),
    path("c/<str:token>/cancel/", portal.cancel, name="cancel"),
    path("c/<str:token>/file/<uuid:key>/", portal.file, name="file"),
]
