from django.urls import path

from knowledgebase import api

urlpatterns = [
    path("articles/", api.ArticlesView.as_view(), name="articles"),
    path("articles/<slug:slug>/", api.ArticleView.as_view(), name="article"),
]
