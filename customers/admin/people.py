"""Customers with what they can be reached at, own and agreed to."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanWidget

from customers import actions, rules
from customers.admin import bulk
from customers.admin.base import PersonalData, order_links, shows, veil
from customers.forms import ConsentForm
from customers.models import Consent, ContactPoint, Customer, Tier, Unit
from foundation.desk.admin import DeskAdmin, DeskTabularInline
from foundation.desk.versions import SavedByVerb
from foundation.lists.admin import ListAdmin
from foundation.lists.kinds import register_bulk


@admin.register(Tier)
class TierAdmin(DeskAdmin):
    list_display = ["name", "key", "is_vip", "order"]


class ContactPointInline(PersonalData, DeskTabularInline):
    model = ContactPoint
    hide_title = True

    def get_fields(self, request, obj=None):
        value = "value" if shows(request, "phone") else "masked"
        return ["kind", value, "is_preferred", "trouble"]

    def get_readonly_fields(self, request, obj=None):
        return ["masked", "trouble"]

    @admin.display(description=_("number or address"))
    def masked(self, point):
        return point.masked_value

    @admin.display(description=_("trouble"))
    def trouble(self, point):
        return _("Mail comes back. Ask for another address.") if point.is_bounced else ""


class ConsentInline(PersonalData, DeskTabularInline):
    model = Consent
    form = ConsentForm
    hide_title = True
    fields = [
        "purpose",
        "text_version",
        "channel",
        "given_at",
        "withdrawn_at",
        "recorded_by",
        "withdraw",
    ]
    readonly_fields = ["given_at", "withdrawn_at", "recorded_by"]

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("recorded_by")

    def get_fields(self, request, obj=None):
        may = self.has_change_permission(request, obj)
        return self.fields if may else [name for name in self.fields if name != "withdraw"]

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        if "withdraw" in formset.form.base_fields:
            formset.form.base_fields["withdraw"].widget = UnfoldBooleanWidget()
        return formset


class UnitInline(PersonalData, DeskTabularInline):
    model = Unit
    fields = ["product", "serial", "order_line", "bought_on", "page"]
    readonly_fields = ["page"]
    autocomplete_fields = ["product"]
    hide_title = True

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request, obj=None):
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "customer")

    @admin.display(description="")
    def page(self, unit):
        if not unit.pk:
            return ""
        url = reverse("admin:customers_unit_change", args=[unit.pk])
        return format_html('<a href="{}">{}</a>', url, _("Open"))


@admin.register(Customer)
class CustomerAdmin(PersonalData, SavedByVerb, ListAdmin):
    list_key = "customers.customer"
    record = staticmethod(actions.record_customer)
    change = staticmethod(actions.change_customer)
    verb_fields = actions.CUSTOMER_FIELDS
    inlines = [ContactPointInline, UnitInline, ConsentInline]
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["name", ("kind", "tier"), ("language", "preferred_channel")]}),
        (_("Address"), {"fields": [("region", "city"), "address"]}),
        (_("Notes"), {"fields": ["notes"]}),
        (_("Orders"), {"fields": ["orders"]}),
    ]
    readonly_fields = ["orders"]

    def get_list_display(self, request):
        """Where a row is picked in a window of its own; the list has its columns."""
        return ["name" if shows(request, "name") else "masked_name", "region", "city"]

    def get_queryset(self, request):
        return Customer.objects.visible_to(request.user).order_by("-pk")

    def get_search_results(self, request, queryset, search_term):
        term = rules.clean(search_term)
        if shows(request, "notes"):
            return (queryset.matching(term) if term else queryset), False
        # Masked data must not be found out by trying names or in the pick lists of other forms.
        if not term:
            return (queryset.none() if "term" in request.GET else queryset), False
        owners = Unit.objects.with_serial(term).exclude(customer=None).values("customer")
        return queryset.filter(pk__in=owners), False

    def get_object(self, request, object_id, from_field=None):
        customer = super().get_object(request, object_id, from_field)
        return customer and veil(customer, request.user.personal)

    def history_view(self, request, object_id, extra_context=None):
        if not shows(request, "notes"):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    @admin.display(description=_("name"))
    def masked_name(self, customer):
        return rules.mask_name(customer.name)

    @admin.display(description=_("Orders"))
    def orders(self, customer):
        return order_links(customer, customer.orders.all()) if customer.pk else None

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        SAVERS[formset.model](formset, by=request.user)


def _save_points(formset, by):
    for point in formset.deleted_objects:
        actions.remove_contact_point(point, by=by)
    for point, _changed in formset.changed_objects:
        actions.change_contact_point(
            point, kind=point.kind, value=point.value, is_preferred=point.is_preferred, by=by
        )
    for point in formset.new_objects:
        actions.add_contact_point(
            point.customer,
            kind=point.kind,
            value=point.value,
            is_preferred=point.is_preferred,
            by=by,
        )


def _save_consents(formset, by):
    for consent in formset.new_objects:
        actions.give_consent(
            consent.customer,
            purpose=consent.purpose,
            text_version=consent.text_version,
            channel=consent.channel,
            by=by,
        )
    for consent, changed in formset.changed_objects:
        if "withdraw" in changed:
            actions.withdraw_consent(consent.customer, purpose=consent.purpose, by=by)


def _save_units(formset, by):
    for unit in formset.new_objects:
        actions.record_unit(
            product=unit.product,
            serial=unit.serial,
            order_line=unit.order_line,
            bought_on=unit.bought_on,
            customer=unit.customer,
            by=by,
        )


SAVERS = {ContactPoint: _save_points, Consent: _save_consents, Unit: _save_units}
register_bulk("customers.customer", bulk.of_customers)
