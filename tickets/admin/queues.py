"""The desks: views on tickets, each with its own selection; one shared page for a ticket."""

from django.contrib import admin
from django.http import Http404
from django.urls import path

from foundation.lists.admin import ListAdmin
from foundation.lists.kinds import register_bulk
from tickets.admin import bulk, intake, pages
from tickets.models import AllTickets, Intake, MyWork, ToAssign, ToClassify


class QueueAdmin(ListAdmin):
    """Rows are what the person may see of this queue; the matrix decides, never Django's tables."""

    actions = None
    advances_after: str = ""
    list_template = "desk/tickets/queue.html"

    def has_view_permission(self, request, obj=None):
        return self.listed.may(request.user)

    def has_change_permission(self, request, obj=None):
        return False

    has_add_permission = has_delete_permission = has_change_permission

    def get_queryset(self, request):
        """The queue's rows in the order in which they should be worked."""
        rows = self.listed.rows(request.user)
        return rows.order_by(*self.listed.orders[0].by).for_list()

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


@admin.register(Intake)
class IntakeAdmin(QueueAdmin):
    list_key = "tickets.intake"
    advances_after = "register"

    def has_add_permission(self, request):
        return request.user.may("tickets.receive")

    def add_view(self, request, form_url="", extra_context=None):
        return intake.new_request(self, request)

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [path("known/", view(intake.known), name="tickets_intake_known")]
        return own + super().get_urls()


@admin.register(ToClassify)
class ToClassifyAdmin(QueueAdmin):
    list_key = "tickets.toclassify"
    advances_after = "classify"


@admin.register(ToAssign)
class ToAssignAdmin(QueueAdmin):
    list_key = "tickets.toassign"
    advances_after = "assign"


@admin.register(MyWork)
class MyWorkAdmin(QueueAdmin):
    list_key = "tickets.mywork"


@admin.register(AllTickets)
class AllTicketsAdmin(QueueAdmin):
    list_key = "tickets.alltickets"


for desk in bulk.MAIN:
    register_bulk(f"tickets.{desk}", bulk.verbs_for(desk))
