"""Lists in pages: each goes on behind the last row shown, however many rows there are."""

import base64
import binascii
import re
from datetime import UTC, datetime

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

MOST, USUAL = 200, 50
LARGEST = 2**63 - 1
# Longer numbers are none: Python refuses to read those of thousands of digits.
DIGITS = re.compile(r"[0-9]{1,19}")


class Pages(BasePagination):
    """The newest first, by primary key. The cursor holds the place, never a count of rows."""

    # A column that may be equal in many rows; the primary key decides between them.
    moment = ""

    def paginate_queryset(self, rows: QuerySet, request, view=None) -> list:
        self.request, size = request, self.page_size(request)
        back, place = self.place(request)
        if place:
            rows = self._beyond(rows, place, back)
        names = ([self.moment] if self.moment else []) + ["pk"]
        found = list(rows.order_by(*(name if back else f"-{name}" for name in names))[: size + 1])
        more, found = len(found) > size, found[:size]
        if back:
            found.reverse()
        has_next, has_previous = (bool(place), more) if back else (more, bool(place))
        self.next = self._link("n", found[-1]) if found and has_next else None
        self.previous = self._link("p", found[0]) if found and has_previous else None
        return found

    def _beyond(self, rows: QuerySet, place: tuple, back: bool) -> QuerySet:
        side = "gt" if back else "lt"
        if not self.moment:
            return rows.filter(**{f"pk__{side}": place[1]})
        # Said so that an index on (moment, pk) is read from the place on.
        other = "lte" if back else "gte"
        return rows.filter(**{f"{self.moment}__{side}e": place[0]}).exclude(
            **{self.moment: place[0], f"pk__{other}": place[1]}
        )

    def page_size(self, request) -> int:
        text = request.query_params.get("page_size", "")
        size = int(text) if DIGITS.fullmatch(text) else 0
        return min(size, MOST) or USUAL

    def place(self, request) -> tuple[bool, tuple[datetime | None, int] | None]:
        """(towards the newer, (moment, pk)) of the cursor asked for."""
        text = request.query_params.get("cursor", "")
        if not text:
            return False, None
        try:
            side, moment, pk = base64.urlsafe_b64decode(text.encode()).decode().split("|")
            at = parse_datetime(moment) if self.moment else None
            known = side in ("n", "p") and DIGITS.fullmatch(pk) and int(pk) <= LARGEST
            if known and (at is None) == (not self.moment) and (at is None or at.tzinfo):
                # At the ends of the calendar no database can count in its own zone.
                return side == "p", (at and at.astimezone(UTC), int(pk))
        except (ValueError, binascii.Error, OverflowError):
            pass
        raise exceptions.NotFound(_("This page is not there. Begin again without “cursor”."))

    def _link(self, side: str, row) -> str:
        moment = getattr(row, self.moment).isoformat() if self.moment else ""
        cursor = base64.urlsafe_b64encode(f"{side}|{moment}|{row.pk}".encode()).decode()
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response(self, data) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema) -> dict:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view) -> list[dict]:
        said = {
            "cursor": ("string", "Where to go on: follow `next` and `previous`."),
            "page_size": ("integer", f"Rows in a page: {USUAL} unless told, at most {MOST}."),
        }
        return [
            {
                "name": name,
                "required": False,
                "in": "query",
                "description": words,
                "schema": {"type": kind},
            }
            for name, (kind, words) in said.items()
        ]
