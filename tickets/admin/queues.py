"""The desks: views on tickets, each with its own selection; one shared page for a ticket."""

from django.contrib import admin
from django.http import Http404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from foundation.accounts.choices import Personal
from foundation.desk.admin import DeskAdmin
from foundation.desk.templatetags import desk
from tickets import queries
from tickets.admin import intake, pages
from tickets.models import AllTickets, Intake, MyWork, ToAssign, ToClassify


class QueueAdmin(DeskAdmin):
    """Rows are what the person may see of this queue; the matrix decides, never Django's tables."""

    list_display = [
        "number_link", "state", "level", "promise", "who", "what", "owner", "since",
    ]  # fmt: skip
    list_display_links = None
    list_filter_sheet = True
    list_fullwidth = True
    actions = None
    search_fields = ["number", "title", "requester_name", "requester_phone", "customer__name"]
    search_help_text = _("Number, name, phone or words")
    masked_search_fields = ["number", "product__code", "product__name_zh", "product__name_en"]
    verbs: tuple[str, ...] = ()
    advances_after: str = ""
    change_list_template = "desk/tickets/queue.html"

    def get_search_fields(self, request):
        """Masked data must not be found out by trying names and numbers."""
        full = Personal.FULL in request.user.personal
        return self.search_fields if full else self.masked_search_fields

    def has_view_permission(self, request, obj=None):
        user = request.user
        allowed = not self.verbs or any(user.may(f"tickets.{verb}") for verb in self.verbs)
        return user.is_authenticated and allowed and bool(user.scopes - {"none", "case"})

    def has_change_permission(self, request, obj=None):
        return False

    has_add_permission = has_delete_permission = has_change_permission

    def get_queryset(self, request):
        rows = super().get_queryset(request).visible_to(request.user)
        return self.selection(rows, request).for_list()

    def selection(self, rows, request):
        """The queue's rows in the order in which they should be worked."""
        return rows.order_by("-received_at")

    def get_urls(self):
        name = f"tickets_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/change/verb/<slug:verb>/", view(self.verb_page), name=f"{name}_verb"),
            path("<int:pk>/change/file/<uuid:key>/", view(self.file), name=f"{name}_file"),
        ]
        return own + super().get_urls()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """There is no change form: a ticket moves by its verbs."""
        if not object_id.isdecimal():
            raise Http404
        return pages.ticket_page(self, request, int(object_id))

    def verb_page(self, request, pk, verb):
        return pages.verb_page(self, request, pk, verb)

    def file(self, request, pk, key):
        return pages.file(request, pk, key)

    def address(self, ticket_pk: int) -> str:
        return reverse(f"admin:tickets_{self.opts.model_name}_change", args=[ticket_pk])

    def list_address(self) -> str:
        return reverse(f"admin:tickets_{self.opts.model_name}_changelist")

    @admin.display(description=_("number"))
    def number_link(self, row):
        danger = format_html('<b class="danger" title="{}">!</b> ', _("danger to people"))
        return format_html(
            '<a class="row-link" href="{}">{}{}</a>',
            self.address(row.pk),
            danger if row.is_safety else "",
            row.number,
        )

    @admin.display(description=_("state"), ordering="status")
    def state(self, row):
        return desk.state_badge(row)

    @admin.display(description=_("P"), ordering="priority")
    def level(self, row):
        return desk.priority_badge(row)

    @admin.display(description=_("next promise"), ordering="next_due_at")
    def promise(self, row):
        if row.next_due_at is None:
            return "–"
        return format_html(
            '<span class="due due-{}" title="{}">{}</span>',
            desk.lateness(row.next_due_at),
            self.promise_names().get(row.next_promise, row.next_promise),
            desk.until_short(row.next_due_at),
        )

    def promise_names(self) -> dict[str, str]:
        return pages.promise_names()

    @admin.display(description=_("customer"))
    def who(self, row):
        name = queries.person_of(row, self.viewer).customer or _("unknown")
        if row.customer_id is None:
            return format_html('<span class="unlinked" title="{}">{}</span>', _("not linked"), name)
        vip = row.customer.tier_id and row.customer.tier.is_vip
        badge = format_html(' <b class="vip">VIP</b>') if vip else ""
        return format_html("{}{}", name, badge)

    @admin.display(description=_("what"))
    def what(self, row):
        product = row.product.name if row.product_id else ""
        waiting = format_html(
            ' <b class="unread" title="{}">●</b>', _("the customer waits for an answer")
        )
        return format_html(
            '<span class="what"><b>{}</b> {}{}</span>',
            product,
            queries.readable(row, self.viewer, row.title),
            waiting if row.awaits_answer and row.status != "cancelled" else "",
        )

    @admin.display(description=_("responsible"))
    def owner(self, row):
        return row.handler or row.contact or (row.department.name if row.department_id else "–")

    @admin.display(description=_("age"), ordering="received_at")
    def since(self, row):
        return format_html(
            '<span class="age" title="{}">{}</span>',
            desk.clock(row.received_at),
            desk.age(row.received_at),
        )

    def changelist_view(self, request, extra_context=None):
        # One admin instance serves all threads, so the person rides on a copy.
        copy = type(self)(self.model, self.admin_site)
        copy.viewer = request.user
        if self.get_search_fields(request) == self.masked_search_fields:
            copy.search_help_text = None
        names = pages.promise_names()
        copy.promise_names = lambda: names
        return super(QueueAdmin, copy).changelist_view(
            request,
            {"title": self.opts.verbose_name_plural, "queue": self, **(extra_context or {})},
        )


@admin.register(Intake)
class IntakeAdmin(QueueAdmin):
    verbs = ("receive", "register")
    advances_after = "register"

    def has_add_permission(self, request):
        return request.user.may("tickets.receive")

    def add_view(self, request, form_url="", extra_context=None):
        return intake.new_request(self, request)

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [path("known/", view(intake.known), name="tickets_intake_known")]
        return own + super().get_urls()

    def selection(self, rows, request):
        return rows.at_intake().by_urgency()


@admin.register(ToClassify)
class ToClassifyAdmin(QueueAdmin):
    verbs = ("classify",)
    advances_after = "classify"

    def selection(self, rows, request):
        return rows.to_classify().by_urgency()


@admin.register(ToAssign)
class ToAssignAdmin(QueueAdmin):
    verbs = ("assign",)
    advances_after = "assign"

    def selection(self, rows, request):
        return rows.to_assign().by_urgency()


@admin.register(MyWork)
class MyWorkAdmin(QueueAdmin):
    verbs = ("start", "message", "note")

    def selection(self, rows, request):
        return rows.worked_by(request.user).by_urgency()


@admin.register(AllTickets)
class AllTicketsAdmin(QueueAdmin):
    list_filter = ["status", "priority", "department", "kind", "channel", "is_on_hold"]
