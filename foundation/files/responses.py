from django.http import FileResponse, Http404

from foundation.files.models import StoredFile


def serve(file: StoredFile) -> FileResponse:
    """Answer with a private file; the door has asked who may read it.

    Pictures show in the page, everything else is downloaded; nothing in it can run.
    """
    try:
        content = file.content.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=not file.is_image,
        filename=file.name,
        content_type=file.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": []}
    return response
