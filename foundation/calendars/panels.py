"""On the home page: official days off that nobody has loaded yet."""

from django.utils import timezone

from foundation.calendars import queries
from foundation.desk import panels


def home(user, request) -> dict | None:
    """For who edits settings, and for who leads a team and can tell them."""
    may_edit = user.may("settings.edit")
    if not may_edit and not user.may("lists.share"):
        return None
    rows = queries.calendars_to_load(timezone.now())
    return {"rows": rows, "may_edit": may_edit} if rows else None


def register() -> None:
    panels.register("home.list", 5, home, "calendars/home.html")
