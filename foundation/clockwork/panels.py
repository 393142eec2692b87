"""Long work on other pages: a sign in the header, and on the home page what runs or has ended."""

from django.utils import timezone

from foundation.clockwork import progress
from foundation.desk import panels

OWN_PAGE = "clockwork_job_change"


def sign(user, request) -> dict | None:
    """For the header, while something of this person runs; a job's own page shows it itself."""
    here = request.resolver_match
    if not getattr(user, "is_authenticated", False) or (here and here.url_name == OWN_PAGE):
        return None
    rows = progress.running(user)
    return {"jobs": rows} if rows else None


def home(user, request) -> dict | None:
    now = timezone.now()
    rows = [progress.progress(job, now) for job in progress.recent(user, now)]
    return {"rows": rows} if rows else None


def register() -> None:
    panels.register("desk.header", 50, sign, "clockwork/sign.html")
    panels.register("home.rhythm", 5, home, "clockwork/home.html")
