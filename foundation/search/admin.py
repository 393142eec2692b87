"""The search page of the staff site, and what its box shows while somebody types."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation.search import kinds, queries, rules

QUICK, EACH = 4, 6
LAST_PAGE = 999


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`q` what was typed; `part=quick` for the box; `kind` and `page` for more of one kind."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[: rules.LONGEST_QUESTION]
    if request.GET.get("part") == "quick":
        found = queries.everywhere(request.user, text, limit=QUICK, loosely=False)
        context = {"found": found, "q": text, "is_asked": bool(rules.query(text))}
        return TemplateResponse(request, "search/quick.html", context)
    if request.GET.get("kind") in {kind.key for kind in queries.kinds_for(request.user)}:
        return _more(request, text)
    found = queries.everywhere(request.user, text, limit=EACH)
    if address := _only(found):
        return HttpResponseRedirect(address)
    return _page(request, text, found=found, is_loose=any(one.is_loose for one in found))


def _only(found: list[queries.Found]) -> str:
    """Where the question leads when there is nothing to choose, else ""."""
    if not found or found[0].is_loose:
        return ""
    first = found[0]
    if (first.is_named and first.kind.goes_straight) or (len(found) == 1 and len(first.hits) == 1):
        return first.hits[0].url
    return ""


def _more(request: HttpRequest, text: str) -> HttpResponse:
    """More of one kind, page by page among the first 2,000."""
    asked = request.GET.get("page", "")
    number = min(int(asked), LAST_PAGE) if asked.isdecimal() and len(asked) < 4 else 1
    page = queries.page(request.GET["kind"], request.user, text, number)
    return _page(
        request,
        text,
        found=[page.found] if page.found.hits else [],
        is_loose=page.found.is_loose,
        page=page,
        kind=kinds.get(request.GET["kind"]),
    )


def _page(request: HttpRequest, text: str, **more) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Search"),
        "q": text,
        "is_asked": bool(rules.query(text)),
        "kinds": queries.kinds_for(request.user),
        "most": queries.MOST,
        "is_search_page": True,
        **more,
    }
    return TemplateResponse(request, "search/results.html", context)
