"""One shape for every refusal: {code, detail} and `fields` where fields are to blame."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler


class ErrorOut(serializers.Serializer):
    """`detail` is for people, in the language asked for; `code` is for programs."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = serializers.DictField(
        required=False, help_text=gettext_lazy("What is wrong, by field (only with 400).")
    )


ERRORS = {
    400: OpenApiResponse(ErrorOut, "Something in the request is wrong; `fields` tells what."),
    401: OpenApiResponse(ErrorOut, "No living key or session."),
    403: OpenApiResponse(ErrorOut, "Your role or the scopes of your key do not allow this."),
    404: OpenApiResponse(ErrorOut, "There is no such thing, or you do not see it."),
    429: OpenApiResponse(ErrorOut, "Too many requests; `Retry-After` tells the seconds."),
}
WRITE_ERRORS = ERRORS | {
    409: OpenApiResponse(ErrorOut, "Not possible in this state; `code` and `detail` tell why."),
    415: OpenApiResponse(ErrorOut, "Send JSON, or multipart/form-data with files."),
    422: OpenApiResponse(ErrorOut, "The idempotency key was used for another request."),
}
CHANGE_ERRORS = WRITE_ERRORS | {
    412: OpenApiResponse(ErrorOut, "Somebody was quicker; `detail` tells who did what."),
}
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="1 to 100 visible characters. The same key and request have one effect.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description='The version you read, as "7". Refused with 412 where somebody was quicker.',
)


class KeyReused(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"
    default_detail = gettext_lazy("This key was used for another request. Make a new key.")


def explain(error: Exception, context: dict) -> Response | None:
    """The answer for what a view or a verb refused; None for what nobody foresaw."""
    if isinstance(error, ValidationError):
        return _refusal(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = _faults(error.detail)
    else:
        code = error.get_codes() if isinstance(error, exceptions.APIException) else ""
        names = {403: "permission_denied", 404: "not_found"}
        detail = str(response.data.get("detail", ""))
        response.data = {"code": code or names[response.status_code], "detail": _sound(detail)}
    return response


def _refusal(error: ValidationError) -> Response:
    """What a verb refused: by field 400, by state 409, by version 412."""
    if hasattr(error, "error_dict"):
        return Response(_faults(error.message_dict), status=400)
    code = getattr(error, "code", None) or "refused"
    answer = {"code": code, "detail": _sound(" ".join(error.messages))}
    return Response(answer, status=412 if code == "stale" else 409)


def _faults(detail) -> dict:
    fields = dict(detail) if isinstance(detail, dict) else {"non_field_errors": detail}
    if NON_FIELD_ERRORS in fields:
        fields["non_field_errors"] = fields.pop(NON_FIELD_ERRORS)
    return {"code": "invalid", "detail": _("Correct the fields."), "fields": _sound(fields)}


def _sound(value):
    """The same without half characters, which what was sent may hold and no answer can."""
    if isinstance(value, dict):
        return {_sound(str(name)): _sound(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_sound(inner) for inner in value]
    return str(value).encode("utf-8", "replace").decode()
