"""The staff site: who gets in, what the sidebar shows, the home page."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from foundation.accounts.context import organisation


class DeskSite(UnfoldAdminSite):
    index_title = _("Home")
    index_template = "desk/home.html"
    enable_nav_sidebar = False

    def has_permission(self, request):
        """People whose role works in the admin; the matrix decides, not `is_staff`."""
        user = request.user
        return (
            user.is_active
            and user.is_authenticated
            and (user.is_superuser or any(role.is_staff_role for role in user.role_list))
        )


def title(request) -> str:
    return organisation(request)["organisation"].name


def environment(request):
    return [_("Demo"), "warning"] if settings.DEMO else None


def _item(label, icon, view, *verbs):
    def allowed(request):
        return not verbs or any(request.user.may(verb) for verb in verbs)

    return {"title": label, "icon": icon, "link": reverse(f"admin:{view}"), "permission": allowed}


def navigation(request) -> list[dict]:
    groups = [
        (None, [(_("Home"), "home", "index")]),
    ]
    found = []
    for label, items in groups:
        rows = []
        for item in items:
            try:
                rows.append(_item(*item))
            except NoReverseMatch:
                continue
        found.append({"title": label, "items": rows, "separator": bool(label)})
    return found
