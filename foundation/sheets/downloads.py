"""The door to a finished file: its owner's alone, and only while they have the right."""

import logging

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from foundation.clockwork.models import Job
from foundation.sheets import exports, writers

logger = logging.getLogger(__name__)


@require_GET
def download(request: HttpRequest, pk: int) -> FileResponse:
    job = get_object_or_404(Job, pk=pk, kind=exports.KIND, owner=request.user.pk)
    if reason := exports.refusal(job, request.user, job.place.get("rights")):
        raise PermissionDenied(reason)
    try:
        path = exports.file_of(job)
        if path is None:
            raise FileNotFoundError
        content = path.open("rb")
    except FileNotFoundError:
        raise Http404(_("This file has been removed. Export again.")) from None
    # Who took data out, never which data.
    logger.info("export %s downloaded by user %s", job.pk, request.user.pk)
    response = FileResponse(
        content,
        as_attachment=True,
        filename=job.params["name"],
        content_type=writers.FORMATS[job.params["kind"]],
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
