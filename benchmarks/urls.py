from django.urls import include, path

from benchmarks import bare

urlpatterns = [
    path("bare/list", bare.tickets),
    path("bare/filtered", bare.filtered),
    path("bare/search", bare.search),
    path("bare/deep", bare.deep),
    path("bare/ticket", bare.ticket),
    path("", include("aftersales.urls")),
]
