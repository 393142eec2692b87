"""The door for programs to customers, units, products and orders."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from customers import actions, rules
from customers.filters import CustomerFilter, OrderFilter, ProductFilter, UnitFilter
from customers.models import ContactPoint, Customer, Order, OrderLine, Product, Unit
from customers.serializers import (
    ChangeCustomerIn,
    ChangeUnitIn,
    ConsentOut,
    CustomerRecordOut,
    NewCustomerIn,
    NewUnitIn,
    OrderOut,
    PointIn,
    ProductOut,
    UnitRecordOut,
)
from foundation.api.answers import CHANGE_ERRORS, ERRORS, IDEMPOTENCY, IF_MATCH, WRITE_ERRORS
from foundation.api.views import ApiView, ListView, version_in

SEE = ("customers.view", "customers.edit")


class CustomersApi(ApiView):
    scope = "customers"
    verbs = SEE
    serializer_class = CustomerRecordOut

    def rows(self):
        """The customers this person sees, with all that is shown of one; constant queries."""
        seen = Customer.objects.visible_to(self.request.user)
        return seen.select_related("tier").prefetch_related("contact_points")

    def customer(self, pk: int) -> Customer:
        return found(self.rows(), pk)

    def allow_writing(self) -> None:
        """Who sees personal data masked must not overwrite it with the mask."""
        if not rules.shows(self.request.user.personal, "notes"):
            raise PermissionDenied(_("Your role sees personal data masked and cannot change it."))

    def shown(self, pk: int, code: int = 200) -> Response:
        return versioned(self.said(CustomerRecordOut, self.customer(pk)), code)

    def write(self, work: Callable[[], int]) -> int:
        self.allow_writing()
        return self.once(work)


def found(rows, pk: int):
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


def versioned(data: dict, code: int) -> Response:
    answer = Response(data, code)
    answer["ETag"] = f'"{data["version"]}"'
    return answer


class CustomersView(CustomersApi, ListView):
    filterset_class = CustomerFilter

    def get_queryset(self):
        return Customer.objects.none() if faked(self) else self.rows()

    @extend_schema(
        operation_id="customers", responses={200: CustomerRecordOut(many=True), **ERRORS}
    )
    def get(self, request):
        """Customers, the newest first. `q` finds by name, number, the last four digits."""
        return self.listed(self.get_queryset())

    @extend_schema(
        operation_id="record_customer",
        request=NewCustomerIn,
        responses={201: CustomerRecordOut, **WRITE_ERRORS},
        parameters=[IDEMPOTENCY],
        filters=False,
    )
    def post(self, request):
        """Record a customer with what they can be reached at. Look for them first."""
        pk = self.write(
            lambda: actions.record_customer(**self.cleaned(NewCustomerIn), by=request.user).pk
        )
        answer = self.shown(pk, 201)
        answer["Location"] = reverse("api:customer", args=[pk])
        return answer


class CustomerView(CustomersApi):
    @extend_schema(operation_id="customer", responses={200: CustomerRecordOut, **ERRORS})
    def get(self, request, customer: int):
        """One customer. The ETag is its version, for `If-Match`."""
        return self.shown(customer)

    @extend_schema(
        operation_id="change_customer",
        request=ChangeCustomerIn,
        responses={200: CustomerRecordOut, **CHANGE_ERRORS},
        parameters=[IDEMPOTENCY, IF_MATCH],
    )
    def patch(self, request, customer: int):
        """Change what is sent; what is left out stays."""
        row, version = self.customer(customer), version_in(request)
        self.write(
            lambda: (
                actions.change_customer(
                    row, version=version, by=request.user, **self.cleaned(ChangeCustomerIn)
                ).pk
            )
        )
        return self.shown(customer)


class PointsView(CustomersApi):
    @extend_schema(
        operation_id="add_contact_point",
        request=PointIn,
        responses={201: CustomerRecordOut, **WRITE_ERRORS},
        parameters=[IDEMPOTENCY],
    )
    def post(self, request, customer: int):
        """One more way to reach the customer; the same one twice stays one."""
        row = self.customer(customer)
        self.write(
            lambda: actions.add_contact_point(row, **self.cleaned(PointIn), by=request.user).pk
        )
        return self.shown(customer, 201)


class PointView(CustomersApi):
    def point(self, customer: int, point: int) -> ContactPoint:
        return found(ContactPoint.objects.filter(customer=self.customer(customer)), point)

    @extend_schema(
        operation_id="change_contact_point",
        request=PointIn,
        responses={200: CustomerRecordOut, **WRITE_ERRORS},
        parameters=[IDEMPOTENCY],
    )
    def put(self, request, customer: int, point: int):
        """Correct a number or address."""
        row = self.point(customer, point)
        self.write(
            lambda: actions.change_contact_point(row, **self.cleaned(PointIn), by=request.user).pk
        )
        return self.shown(customer)

    @extend_schema(
        operation_id="remove_contact_point", responses={200: CustomerRecordOut, **WRITE_ERRORS}
    )
    def delete(self, request, customer: int, point: int):
        """Forget a number or address that is not the customer's."""
        row = self.point(customer, point)
        self.allow_writing()
        actions.remove_contact_point(row, by=request.user)
        return self.shown(customer)


class ConsentsView(CustomersApi):
    serializer_class = ConsentOut

    @extend_schema(operation_id="consents", responses={200: ConsentOut(many=True), **ERRORS})
    def get(self, request, customer: int):
        """What the customer agreed to and withdrew, the newest first."""
        return Response(
            [self.said(ConsentOut, row) for row in self.customer(customer).consents.all()]
        )


class UnitsApi(ApiView):
    scope = "customers"
    verbs = SEE
    serializer_class = UnitRecordOut

    def rows(self):
        seen = Unit.objects.visible_to(self.request.user)
        return seen.select_related("product", "batch", "customer")

    def allow_writing(self) -> None:
        if not rules.shows(self.request.user.personal, "notes"):
            raise PermissionDenied(_("Your role sees personal data masked and cannot change it."))

    def shown(self, pk: int, code: int = 200) -> Response:
        return versioned(self.said(UnitRecordOut, found(self.rows(), pk)), code)


class UnitsView(UnitsApi, ListView):
    filterset_class = UnitFilter

    def get_queryset(self):
        return Unit.objects.none() if faked(self) else self.rows()

    @extend_schema(operation_id="units", responses={200: UnitRecordOut(many=True), **ERRORS})
    def get(self, request):
        """Units, the newest first."""
        return self.listed(self.get_queryset())

    @extend_schema(
        operation_id="record_unit",
        request=NewUnitIn,
        responses={201: UnitRecordOut, **WRITE_ERRORS},
        parameters=[IDEMPOTENCY],
        filters=False,
    )
    def post(self, request):
        """Record a sold thing, by serial number or else by order line."""
        self.allow_writing()
        pk = self.once(lambda: actions.record_unit(**self.cleaned(NewUnitIn), by=request.user).pk)
        answer = self.shown(pk, 201)
        answer["Location"] = reverse("api:unit", args=[pk])
        return answer


class UnitView(UnitsApi):
    def get_serializer_context(self) -> dict:
        return super().get_serializer_context() | {"product": getattr(self, "product", None)}

    @extend_schema(operation_id="unit", responses={200: UnitRecordOut, **ERRORS})
    def get(self, request, unit: int):
        """One unit. The ETag is its version, for `If-Match`."""
        return self.shown(unit)

    @extend_schema(
        operation_id="change_unit",
        request=ChangeUnitIn,
        responses={200: UnitRecordOut, **CHANGE_ERRORS},
        parameters=[IDEMPOTENCY, IF_MATCH],
    )
    def patch(self, request, unit: int):
        """Change what is sent; what is left out stays."""
        row, version = found(self.rows(), unit), version_in(request)
        self.allow_writing()
        self.product = row.product
        self.once(
            lambda: (
                actions.change_unit(
                    row, version=version, by=request.user, **self.cleaned(ChangeUnitIn)
                ).pk
            )
        )
        return self.shown(unit)


class ProductsView(ListView):
    """What is sold holds no personal data: everybody with a key reads it."""

    scope = "products"
    serializer_class = ProductOut
    filterset_class = ProductFilter
    queryset = Product.objects.select_related("category")

    @extend_schema(operation_id="products", responses={200: ProductOut(many=True), **ERRORS})
    def get(self, request):
        """Products, the newest first."""
        return self.listed(self.get_queryset())


class OrdersView(ListView):
    scope = "orders"
    verbs = SEE
    serializer_class = OrderOut
    filterset_class = OrderFilter

    def get_queryset(self):
        if faked(self):
            return Order.objects.none()
        lines = Prefetch("lines", OrderLine.objects.select_related("product"))
        seen = Order.objects.visible_to(self.request.user)
        return seen.select_related("customer").prefetch_related(lines)

    @extend_schema(operation_id="orders", responses={200: OrderOut(many=True), **ERRORS})
    def get(self, request):
        """Orders, the newest first."""
        return self.listed(self.get_queryset())


class OrderView(OrdersView):
    filterset_class = None
    pagination_class = None

    @extend_schema(operation_id="order", responses={200: OrderOut, **ERRORS})
    def get(self, request, order: int):
        """One order with its lines."""
        return versioned(self.said(OrderOut, found(self.get_queryset(), order)), 200)


def faked(view) -> bool:
    """Whether only the description is being written, where nobody asks."""
    return getattr(view, "swagger_fake_view", False)
