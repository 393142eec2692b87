"""Every other table of the desk as a file: what its page shows, column by column, to this reader.

The page of a `DeskAdmin` says which rows, which columns and in which words; so a file of it can
never hold more than the page. Its address is the page's own query.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.desk.admin import DeskAdmin
from foundation.lists.columns import said
from foundation.sheets import exports
from foundation.sheets.writers import Head

SOURCE = "table"
VERB = "reports.export"
CHUNK = 500
MOMENT = re.compile(r'<time datetime="([^"]+)"')
PLAIN = (str, int, float, Decimal, date, datetime)


class Asking(HttpRequest):
    """The page asked for by its reader, without a browser."""

    def __init__(self, user: User, query: str):
        super().__init__()
        self.method, self.user, self.GET = "GET", user, QueryDict(query)
        self._messages = self

    def add(self, *words: Any) -> None:
        """The page warns of conditions that it left out; a file without them would be another."""
        raise ValidationError(_("One of the conditions is not there any more. Choose again."))


def door_of(name: str) -> DeskAdmin | None:
    """The page of a table (`app.model`) that is taken out; None where there is none.

    Pages without columns of their own are forms and steps, not tables; lists have their own way.
    """
    for model, door in admin.site._registry.items():
        if model._meta.label_lower == name and isinstance(door, DeskAdmin):
            is_table = tuple(door.list_display) != ("__str__",)
            return door if is_table and not getattr(door, "list_key", "") else None
    return None


def may(user: User, query: dict[str, Any]) -> bool:
    door = door_of(query.get("table", ""))
    return bool(door) and user.may(VERB) and door.has_view_permission(Asking(user, ""))


@dataclass
class Page:
    """The rows of a page, all of them, as it shows them to this person."""

    door: DeskAdmin
    request: HttpRequest

    def __post_init__(self):
        self.list = self.door.get_changelist_instance(self.request)
        self.names = [name for name in self.list.list_display if name != "action_checkbox"]

    @property
    def label(self) -> str:
        return str(self.door.opts.verbose_name_plural)

    @property
    def columns(self) -> list[str]:
        """What stands above the columns."""
        model = self.door.model
        return [str(label_for_field(name, model, self.door)) for name in self.names]

    @property
    def conditions(self) -> list[tuple[Any, Any]]:
        """[(filter, what it is set to), …]; the first choice of each is everything."""
        return [
            (spec.title, choice["display"])
            for spec in self.list.filter_specs
            for choice in list(spec.choices(self.list))[1:]
            if choice["selected"]
        ]

    def heads(self) -> list[Head]:
        return [*(Head(label, "", 24) for label in self.columns), Head(_("time zone"), "word", 16)]

    def count(self) -> int:
        return self.list.queryset.order_by().count()

    def chunks(self, after: Any = 0) -> Iterator[tuple[Any, list[Sequence]]]:
        zone = timezone.get_current_timezone_name()
        rows = self.list.queryset.order_by("pk")
        while chunk := list(rows.filter(pk__gt=after)[:CHUNK]):
            after = chunk[-1].pk
            values = [[cell(row, name, self.door) for row in chunk] for name in self.names]
            yield after, [*values, [zone] * len(chunk)]


def cell(row: Model, name: Any, door: DeskAdmin) -> Any:
    """What the page shows of one column, as plain words, number or moment; "" for nothing."""
    field, _attribute, value = lookup_field(name, row, door)
    if field is not None and field.flatchoices:
        value = dict(field.flatchoices).get(value, value)
    return plain(value)


def plain(value: Any) -> Any:
    """A value without its look: a badge is (tone, words), a link is HTML, a moment in people's
    words carries the exact one, a dash is nothing."""
    if isinstance(value, tuple):
        value = value[-1]
    if isinstance(value, bool):
        return said(value)
    if isinstance(value, SafeString):
        if exact := MOMENT.match(value):
            return datetime.fromisoformat(exact[1])
        value = unescape(strip_tags(value)).strip()
    if value is None or value == admin.site.empty_value_display:
        return ""
    return value if isinstance(value, PLAIN) else str(value)


def open_table(user: User, query: dict[str, Any], at: datetime) -> Page:
    """`query`: table (app.model), address (the page's query)."""
    return Page(door_of(query["table"]), Asking(user, query.get("address", "")))


def offer(page: Any, request: HttpRequest) -> dict[str, str] | None:
    """For the page of a table: where it leaves as a file."""
    name = page.opts.label_lower
    if page.is_popup or not may(request.user, {"table": name}):
        return None
    query = urlencode({"table": name, "query": page.get_query_string(remove=["p"])[1:]})
    return {"url": f"{reverse('admin:sheets_export')}?{query}"}


def register() -> None:
    exports.register(SOURCE, exports.Source(may=may, open=open_table))
