"""The door for programs to the figures."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from foundation.api.answers import ERRORS
from foundation.api.views import ApiView
from reports import queries
from reports.rules import periods
from reports.serializers import FiguresIn, FiguresOut


class FiguresView(ApiView):
    scope = "figures"
    verbs = ("reports.figures",)
    serializer_class = FiguresOut

    @extend_schema(
        operation_id="figures", parameters=[FiguresIn], responses={200: FiguresOut, **ERRORS}
    )
    def get(self, request):
        """The figures of a period, over the tickets you see, with the period before."""
        asked = self.asked()
        at = timezone.localtime()
        names = {name: asked.get(name) for name in ("first", "last")}
        period = periods.period(asked["period"], at, **names, step=asked.get("step", ""))
        rows = {
            name: asked[name].pk
            for name in ("department", "category", "product", "handler", "tier")
            if name in asked
        }
        codes = {name: asked[name] for name in ("channel", "priority") if name in asked}
        cuts = queries.Cuts(**rows, **codes)
        told = queries.figures(request.user, period, cuts, at)
        kept = []
        if by := asked.get("promises_by"):
            kept = queries.attained(request.user, by, period, cuts, at)
        return Response(told.as_dict() | {"promises": [row.as_dict() for row in kept]})

    def asked(self) -> dict:
        form = FiguresIn(data=self.request.query_params, context=self.get_serializer_context())
        if unknown := sorted(set(self.request.query_params) - set(form.fields)):
            words = _("There is no such filter.")
            raise serializers.ValidationError({name: [words] for name in unknown})
        form.is_valid(raise_exception=True)
        return form.validated_data
