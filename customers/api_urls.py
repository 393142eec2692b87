from django.urls import path

from customers import api

urlpatterns = [
    path("customers/", api.CustomersView.as_view(), name="customers"),
    path("customers/<int:customer>/", api.CustomerView.as_view(), name="customer"),
    path(
        "customers/<int:customer>/contact_points/", api.PointsView.as_view(), name="contact_points"
    ),
    path(
        "customers/<int:customer>/contact_points/<int:point>/",
        api.PointView.as_view(),
        name="contact_point",
    ),
    path("customers/<int:customer>/consents/", api.ConsentsView.as_view(), name="consents"),
    path("units/", api.UnitsView.as_view(), name="units"),
    path("units/<int:unit>/", api.UnitView.as_view(), name="unit"),
    path("products/", api.ProductsView.as_view(), name="products"),
    path("orders/", api.OrdersView.as_view(), name="orders"),
    path("orders/<int:order>/", api.OrderView.as_view(), name="order"),
]
