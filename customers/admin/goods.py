"""Products, batches and single units."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers import actions, rules
from customers.admin.base import PersonalData, order_links, veil
from customers.models import Batch, Order, Product, ProductCategory, Unit
from foundation.desk.admin import DeskAdmin
from foundation.desk.versions import SavedByVerb
from foundation.lists.admin import ListAdmin


@admin.register(ProductCategory)
class ProductCategoryAdmin(DeskAdmin):
    view_verb = "customers.view"
    edit_verb = "products.edit"
    list_display = ["name", "key", "order"]
    search_fields = ["name_zh", "name_en"]


@admin.register(Product)
class ProductAdmin(ListAdmin):
    list_key = "customers.product"
    view_verb = "customers.view"
    edit_verb = "products.edit"
    search_fields = ["code", "name_zh", "name_en"]


@admin.register(Batch)
class BatchAdmin(ListAdmin):
    list_key = "customers.batch"
    view_verb = "customers.view"
    edit_verb = "products.edit"
    search_fields = ["code", "product__code"]
    autocomplete_fields = ["product"]


def _serials(term: str):
    return Unit.objects.filter(serial_normalised__startswith=rules.normalise_serial(term))


@admin.register(Unit)
class UnitAdmin(PersonalData, SavedByVerb, ListAdmin):
    list_key = "customers.unit"
    record = staticmethod(actions.record_unit)
    change = staticmethod(actions.change_unit)
    verb_fields = actions.UNIT_FIELDS
    search_fields = ["serial"]
    ordering = ["-pk"]
    autocomplete_fields = ["product", "batch", "customer"]
    fieldsets = [
        (None, {"fields": ["product", "serial", ("order_line", "variant"), "batch", "customer"]}),
        (_("Dates"), {"fields": [("bought_on", "delivered_on", "installed_on")]}),
        (_("Purchase"), {"fields": [("proof_number", "sold_by"), "orders"]}),
    ]
    readonly_fields = ["orders"]

    def get_queryset(self, request):
        return Unit.objects.visible_to(request.user)

    def get_search_results(self, request, queryset, search_term):
        term = rules.clean(search_term)
        if not term:
            return queryset, False
        serials = _serials(term).values("pk") if rules.normalise_serial(term) else []
        return queryset.filter(pk__in=serials) | queryset.filter(order_line=term), False

    def get_object(self, request, object_id, from_field=None):
        unit = super().get_object(request, object_id, from_field)
        if unit and unit.customer:
            veil(unit.customer, request.user.personal)
        return unit

    @admin.display(description=_("Orders"))
    def orders(self, unit):
        if not unit.pk:
            return None
        return order_links(unit, Order.objects.filter(pk__in=unit.order_lines.values("order")))
