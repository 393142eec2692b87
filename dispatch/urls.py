from django.urls import path

from dispatch import mobile

app_name = "mobile"

urlpatterns = [
    path("", mobile.today, name="today"),
    path("search/", mobile.search, name="search"),
    path("login/", mobile.Login.as_view(), name="login"),
    path("logout/", mobile.Logout.as_view(), name="logout"),
    path("job/<str:number>/", mobile.job, name="job"),
    path("job/<str:number>/file/<uuid:key>/", mobile.file, name="file"),
    path("job/<str:number>/suggestion/", mobile.suggestion, name="suggestion"),
    path("job/<str:number>/<slug:verb>/", mobile.verb, name="verb"),
]
