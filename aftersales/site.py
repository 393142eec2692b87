"""The staff site: who gets in, what the sidebar shows, the home page."""

from functools import cache, lru_cache

from django.conf import settings
from django.contrib.admin import site
from django.contrib.auth.forms import AuthenticationForm as AuthForm
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from foundation.accounts.context import organisation
from foundation.clockwork.limits import count_sign_in

NAVIGATION = [
    # group, [(label, icon, view, verbs of which one is needed), …]
    (
        None,
        [
            (_("Home"), "home", "index", ()),
            (_("Intake"), "inbox", "tickets_intake_changelist", ("tickets.receive",)),
            (_("To classify"), "rule", "tickets_toclassify_changelist", ("tickets.classify",)),
            (_("To assign"), "person_add", "tickets_toassign_changelist", ("tickets.assign",)),
            (_("My work"), "task_alt", "tickets_mywork_changelist", ("tickets.start", "tickets.message")),
            (_("Tasks"), "handshake", "tickets_task_changelist", ("tickets.accept_task",)),
            (_("Questions to experts"), "psychology", "tickets_question_changelist", ("tickets.accept_question",)),
            (_("Call list"), "call", "care_callback_changelist", ("care.callback", "care.follow_up")),
            (_("All tickets"), "list_alt", "tickets_alltickets_changelist", ()),
            (_("Wall board"), "tv", "tickets_board", ("tickets.note", "reports.figures")),
        ],
    ),
    (
        _("Customers and products"),
        [
            (_("Customers"), "groups", "customers_customer_changelist", ("customers.view",)),
            (_("Orders"), "receipt_long", "customers_order_changelist", ("customers.view",)),
            (_("Units"), "qr_code_2", "customers_unit_changelist", ("customers.view",)),
            (_("Products"), "kitchen", "customers_product_changelist", ("customers.view", "products.edit")),
            (_("Batches"), "layers", "customers_batch_changelist", ("products.edit",)),
            (_("Import"), "upload_file", "sheets_import_changelist", ("imports.run",)),
            (_("Knowledge"), "menu_book", "knowledgebase_article_changelist", ("knowledge.view",)),
        ],
    ),
    (
        _("Messages and figures"),
        [
            (_("Messages sent"), "outgoing_mail", "messaging_outgoingmessage_changelist", ("messaging.view",)),
            (_("Messages received"), "mark_email_unread", "messaging_incomingmessage_changelist", ("messaging.view",)),
            (_("Survey answers"), "reviews", "surveys_invitation_changelist", ("surveys.view",)),
            (_("Figures"), "monitoring", "reports_figures", ("reports.figures",)),
            (_("Export"), "download", "reports_export", ("reports.export",)),
            (_("Jobs"), "hourglass_top", "clockwork_job_changelist", ("reports.export", "imports.run", "settings.edit")),
        ],
    ),
    (
        _("Settings"),
        [
            (_("Organisation"), "apartment", "accounts_organisation_changelist", ("settings.edit",)),
            (_("People"), "badge", "accounts_user_changelist", ("people.edit",)),
            (_("Keys for programs"), "vpn_key", "accounts_programkey_changelist", ()),
            (_("Departments"), "account_tree", "accounts_department_changelist", ("settings.edit",)),
            (_("Roles and permissions"), "key", "accounts_role_changelist", ("settings.edit",)),
            (_("Categories"), "category", "tickets_category_changelist", ("settings.edit",)),
            (_("Priority rules"), "priority_high", "tickets_priorityrule_changelist", ("settings.edit",)),
            (_("Safety words"), "warning", "tickets_safetyword_changelist", ("settings.edit",)),
            (_("Working calendars"), "calendar_month", "calendars_calendar_changelist", ("settings.edit",)),
            (_("Hours of departments"), "more_time", "calendars_servicehours_changelist", ("settings.edit",)),
            (_("Promises"), "timer", "tickets_promise_changelist", ("settings.edit",)),
            (_("Policies"), "policy", "tickets_policy_changelist", ("settings.edit",)),
            (_("Escalation ladders"), "stairs", "tickets_ladder_changelist", ("settings.edit",)),
            (_("Webhooks"), "webhook", "messaging_endpoint_changelist", ("messaging.edit",)),
            (_("Message templates"), "draft", "messaging_messagetemplate_changelist", ("messaging.edit",)),
            (_("Questionnaires"), "quiz", "surveys_questionnaire_changelist", ("settings.edit",)),
            (_("Tiers"), "star", "customers_tier_changelist", ("settings.edit",)),
            (_("Review of articles"), "event_repeat", "knowledgebase_reviewperiod_changelist", ("settings.edit",)),
            (_("Product categories"), "label", "customers_productcategory_changelist", ("products.edit",)),
            (_("Background work"), "schedule", "django_q_schedule_changelist", ("settings.edit",)),
            (_("Failed work"), "error", "django_q_failure_changelist", ("settings.edit",)),
        ],
    ),
]  # fmt: skip


class LoginForm(AuthenticationForm):
    """Anybody active may sign in; where they then land, their roles decide."""

    def confirm_login_allowed(self, user):
        AuthForm.confirm_login_allowed(self, user)


class DeskSite(UnfoldAdminSite):
    login_form = LoginForm
    index_title = _("Home")
    index_template = "desk/home.html"
    _still: dict | None = None

    def each_context(self, request):
        """What the theme makes of its settings, put together once: only this differs by request."""
        if self._still is None:
            self._still = super().each_context(request)
        is_welcome = self.has_permission(request)
        return self._still | {
            "has_permission": is_welcome,
            "log_entries": self.get_log_entries(request),
            "site_header": title(request),
            "environment": environment(request),
            "sidebar_navigation": self.get_sidebar_list(request) if is_welcome else "",
        }

    def get_sidebar_list(self, request):
        return navigation(request)

    def has_permission(self, request):
        """People whose role works in the admin; the matrix decides, not `is_staff`."""
        user = request.user
        return (
            user.is_active
            and user.is_authenticated
            and (user.is_superuser or any(role.is_staff_role for role in user.role_list))
        )

    def login(self, request, extra_context=None):
        """Technicians who sign in here go on to their phone pages."""
        if request.user.is_authenticated and not self.has_permission(request):
            return HttpResponseRedirect("/m/")
        if request.method == "POST":
            count_sign_in(request)
        return super().login(request, extra_context)

    def get_urls(self):
        from foundation.lists.taking import export_page
        from foundation.sheets.downloads import download
        from reports.admin import export, figures
        from tickets.admin.board import board
        from tickets.admin.why import why_page

        own = [
            path("tickets/board/", self.admin_view(board), name="tickets_board"),
            path(
                "tickets/deadline/<int:deadline>/why/",
                self.admin_view(why_page),
                name="tickets_why",
            ),
            path("reports/export/", self.admin_view(export), name="reports_export"),
            path("reports/figures/", self.admin_view(figures), name="reports_figures"),
            path("export/", self.admin_view(export_page), name="sheets_export"),
            path("export/<int:pk>/file/", self.admin_view(download), name="sheets_download"),
        ]
        return own + super().get_urls()

    def search(self, request):
        """Everything that is found by words, instead of the theme's names of pages."""
        from foundation.search.admin import search

        return search(request)

    def app_index(self, request, app_label, extra_context=None):
        """The first crumb above a list names the app; what there is to do stands on the home page."""
        return HttpResponseRedirect(reverse("admin:index"))

    def get_app_list(self, request, app_label=None):
        """The sidebar is the list of apps; Django's own would ask every model for permission."""
        return []


def title(request) -> str:
    return organisation(request)["organisation"].name


def environment(request):
    return [_("Demo"), "warning"] if settings.DEMO else None


def navigation(request) -> SafeString:
    """The sidebar for this person: only what their roles can open."""
    opened = tuple(
        view
        for _label, items in NAVIGATION
        for _words, _icon, view, verbs in items
        if (any(map(request.user.may, verbs)) if verbs else _opens(request, view))
    )
    return sidebar(get_language(), opened, _here(request.path))


@lru_cache(maxsize=512)
def sidebar(language: str, opened: tuple[str, ...], here: str) -> SafeString:
    """The lines of these views, that of the page `here` marked; the same for all who may open them."""
    groups = []
    for label, items in NAVIGATION:
        rows = [
            {"title": words, "icon": icon, "link": _address(view), "active": view == here}
            for words, icon, view, _verbs in items
            if view in opened
        ]
        if rows:
            groups.append({"title": label, "items": rows})
    return render_to_string("desk/sidebar.html", {"groups": groups})


def _here(address: str) -> str:
    """The view whose page, or a page below it, this is."""
    if address == _address("index"):
        return "index"
    return next((view for view in _views() if view != "index" and _address(view) in address), "")


@cache
def _views() -> tuple[str, ...]:
    return tuple(view for _label, items in NAVIGATION for _words, _icon, view, _verbs in items)


def _opens(request, view: str) -> bool:
    """Whether the page itself lets this person in, where no verb says so."""
    desk = _desks().get(view)
    return desk is None or desk.has_view_permission(request)


@cache
def _desks() -> dict:
    return {
        f"{model._meta.app_label}_{model._meta.model_name}_changelist": desk
        for model, desk in site._registry.items()
    }


@cache
def _address(view: str) -> str:
    try:
        return reverse(f"admin:{view}")
    except NoReverseMatch:
        return reverse("admin:index")
