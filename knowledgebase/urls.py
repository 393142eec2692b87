from django.urls import path

from knowledgebase import portal

app_name = "knowledgebase"

urlpatterns = [
    path("help/", portal.articles, name="articles"),
    path("help/<slug:slug>/", portal.article, name="article"),
    path("help/<slug:slug>/helpful/", portal.vote, name="vote"),
]
