"""The page for a screen on the wall."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone

from foundation.lists.pages import mark
from tickets.queries.board import columns

# As the line in the navigation says: who does something with tickets, or watches how it goes.
OPENS = ("tickets.note", "reports.figures")


def board(request: HttpRequest) -> HttpResponse:
    """What is late and soon late per department; `part=rows` is only what refreshes, with its
    ETag."""
    if not any(map(request.user.may, OPENS)):
        raise PermissionDenied
    context = {"columns": columns(request.user, timezone.now())}
    if request.GET.get("part") != "rows":
        return TemplateResponse(request, "desk/tickets/board.html", context)
    text = render_to_string("desk/tickets/board_rows.html", context, request)
    etag = mark(text)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    return HttpResponse(text, headers={"ETag": etag})
