"""Which customers, units, products and orders a program may ask for; others are refused."""

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers import rules
from customers.choices import CustomerKind
from customers.models import Customer, Order, Product, Unit
from foundation.search.queries import candidates


class Found(filters.FilterSet):
    """`q`: every word is looked for, in the newest 2,000 that hold them all. Who sees personal data
    masked does not find by it."""

    found_as = ""
    q = filters.CharFilter(method="by_words", label=_("words, number or the last four digits"))

    def by_words(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        found, _more = candidates(self.found_as, self.request.user, text)
        return rows.filter(pk__in=found)


class CustomerFilter(Found):
    found_as = "customers"
    reachable_at = filters.CharFilter(
        method="by_point", label=_("whole phone number or e-mail address")
    )
    kind = filters.MultipleChoiceFilter(choices=CustomerKind.choices, label=_("kind"))
    tier = filters.CharFilter("tier__key", label=_("key of the tier"))

    class Meta:
        model = Customer
        fields: list[str] = []
        form = forms.Form

    def by_point(self, rows, name: str, text: str):
        user = self.request.user
        if not (rules.shows(user.personal, "phone") and rules.shows(user.personal, "email")):
            return rows.none()
        return rows.filter(pk__in=Customer.objects.reachable_at(text).values("pk"))


class UnitFilter(Found):
    found_as = "units"
    serial = filters.CharFilter(method="by_serial", label=_("serial number, however written"))
    customer = filters.NumberFilter("customer_id", label=_("id of the owner"), max_value=2**63 - 1)
    product = filters.CharFilter("product__code", label=_("model number"))

    class Meta:
        model = Unit
        fields: list[str] = []
        form = forms.Form

    def by_serial(self, rows, name: str, text: str):
        return rows.with_serial(text)


class ProductFilter(filters.FilterSet):
    code = filters.CharFilter("code", label=_("model number"))
    category = filters.CharFilter("category__key", label=_("key of the category"))
    is_active = filters.BooleanFilter("is_active", label=_("offered on the request form"))

    class Meta:
        model = Product
        fields: list[str] = []
        form = forms.Form


class OrderFilter(filters.FilterSet):
    number = filters.CharFilter(method="by_number", label=_("order number, however written"))
    customer = filters.NumberFilter(
        "customer_id", label=_("id of the customer"), max_value=2**63 - 1
    )

    class Meta:
        model = Order
        fields: list[str] = []
        form = forms.Form

    def by_number(self, rows, name: str, text: str):
        return rows.numbered(text)
