"""Orders with their lines."""

from django.contrib import admin
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from customers import actions, rules
from customers.admin.base import PersonalData, shows, veil
from customers.models import Order, OrderLine
from foundation.desk.admin import DeskTabularInline
from foundation.desk.versions import SavedByVerb
from foundation.lists.admin import ListAdmin


class Loaded:
    """What a pick list asks for the row it shows; here that row is loaded already."""

    def __init__(self, rows, row):
        self.rows, self.row = rows, row

    def using(self, _database):
        return self

    def filter(self, **asked):
        (keys,) = asked.values()
        return [self.row] if keys == {str(self.row.pk)} else self.rows.filter(**asked)


class LineFormSet(BaseInlineFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name in ("product", "unit"):
            row = getattr(form.instance, name) if form.instance.pk else None
            if row and name in form.fields:
                choices = form.fields[name].widget.choices
                choices.queryset = Loaded(choices.queryset, row)


class OrderLineInline(PersonalData, DeskTabularInline):
    model = OrderLine
    formset = LineFormSet
    fields = ["product", "variant", "quantity", "price", "unit"]
    autocomplete_fields = ["product", "unit"]
    hide_title = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "unit", "order")

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


@admin.register(Order)
class OrderAdmin(PersonalData, SavedByVerb, ListAdmin):
    list_key = "customers.order"
    record = staticmethod(actions.record_order)
    change = staticmethod(actions.change_order)
    verb_fields = actions.ORDER_FIELDS
    inlines = [OrderLineInline]
    search_fields = ["number"]
    ordering = ["-pk"]
    autocomplete_fields = ["customer"]

    def get_fieldsets(self, request, obj=None):
        phone = "phone" if shows(request, "phone") else "given_phone"
        return [
            (None, {"fields": [("number", "ordered_on"), ("sold_by", "region")]}),
            (_("Who"), {"fields": ["customer", phone]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        return ["given_phone"]

    def get_queryset(self, request):
        return Order.objects.visible_to(request.user)

    def get_search_results(self, request, queryset, search_term):
        term = rules.clean(search_term)
        if not term:
            return queryset, False
        # Masked data must not be found out by trying numbers.
        return queryset.matching(term, personal=shows(request, "phone")), False

    def get_object(self, request, object_id, from_field=None):
        order = super().get_object(request, object_id, from_field)
        if order and order.customer:
            veil(order.customer, request.user.personal)
        return order

    @admin.display(description=_("phone given with the order"))
    def given_phone(self, order):
        return order.masked_phone

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        for line in formset.deleted_objects:
            actions.remove_order_line(line, by=request.user)
        for line, changed in formset.changed_objects:
            facts = {name: getattr(line, name) for name in changed}
            actions.change_order_line(line, by=request.user, **facts)
        for line in formset.new_objects:
            facts = {name: getattr(line, name) for name in OrderLineInline.fields}
            actions.add_order_line(line.order, by=request.user, **facts)
