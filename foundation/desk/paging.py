"""Pages of rows that are never counted: keys first, in the list's order, then their rows."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from unfold.views import ChangeList

LAST_PAGE = 100_000


@dataclass(frozen=True)
class Slice:
    """One page of keys. `first` and `last` number its rows from 1; both 0 past the end."""

    pks: list
    number: int
    size: int
    has_next: bool

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.pks else 0

    @property
    def last(self) -> int:
        return self.first + len(self.pks) - 1 if self.pks else 0

    @property
    def is_past_the_end(self) -> bool:
        return not self.pks and self.number > 1


def slice_of(rows: QuerySet, number: int, size: int) -> Slice:
    """The keys of one page; one query, which an index in the list's order answers alone."""
    number = min(max(number, 1), LAST_PAGE)
    start = (number - 1) * size
    keys = rows.select_related(None).prefetch_related(None).values_list("pk", flat=True)
    pks = list(keys[start : start + size + 1])
    return Slice(pks[:size], number, size, len(pks) > size)


def rows_of(rows: QuerySet, pks: list) -> list[Any]:
    """The rows of these keys in the order of the keys; one query."""
    found = {row.pk: row for row in rows.order_by().filter(pk__in=pks)} if pks else {}
    return [found[pk] for pk in pks if pk in found]


class OpenPage(Page):
    """A page that knows whether another follows, not how many there are."""

    def __init__(self, object_list, number, paginator, follows: bool):
        super().__init__(object_list, number, paginator)
        self.follows = follows

    def has_next(self) -> bool:
        return self.follows

    def next_page_number(self) -> int:
        return self.number + 1

    def end_index(self) -> int:
        return self.start_index() + len(self.object_list) - 1


class OpenPaginator(Paginator):
    """`count` is how many rows are known of, by the page that was read last."""

    # Plain attributes instead of a count over all rows.
    count = 0
    num_pages = LAST_PAGE
    template_name = "desk/pages.html"

    def page(self, number) -> OpenPage:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        self.count = start + len(rows)
        return OpenPage(rows[: self.per_page], number, self, len(rows) > self.per_page)

    def validate_number(self, number) -> int:
        try:
            return min(max(int(number), 1), LAST_PAGE)
        except (TypeError, ValueError):
            return 1

    def get_elided_page_range(self, *args, **kwargs) -> list:
        return []


class OpenChangeList(ChangeList):
    """The theme's list over one page of keys. What of the address it does not know, it leaves out
    and says so, instead of an error page."""

    def get_filters(self, request):
        allowed = self.model_admin.lookup_allowed
        asked = self.get_filters_params()
        self._leave_out(
            request,
            [
                key
                for key, values in asked.items()
                if not all(allowed(key, value, request) for value in values)
            ],
        )
        return super().get_filters(request)

    def get_queryset(self, request, exclude_parameters=None):
        try:
            return super().get_queryset(request, exclude_parameters)
        except IncorrectLookupParameters:
            self._leave_out(request, list(self.get_filters_params()))
            return super().get_queryset(request, exclude_parameters)

    def _leave_out(self, request, keys: list[str]) -> None:
        for key in keys:
            self.params.pop(key, None)
            self.filter_params.pop(key, None)
        if keys:
            names = ", ".join(key[:40] for key in keys)
            words = _("Left out, because it is not known here: %(names)s.") % {"names": names}
            messages.warning(request, words)

    def get_results(self, request) -> None:
        page = slice_of(self.queryset, self.page_num, self.list_per_page)
        rows = self.root_queryset
        if not rows.query.select_related:
            rows = self.apply_select_related(rows)
        self.page_num, self.slice = page.number, page
        self.paginator = self.model_admin.get_paginator(request, self.queryset, page.size)
        # What is edited in the list is a formset, which wants a query.
        edited = self.queryset.filter(pk__in=page.pks) if self.list_editable else None
        self.result_list = rows_of(rows, page.pks) if edited is None else edited
        # At least so many: past the end the list is not empty.
        known = (page.number - 1) * page.size if page.is_past_the_end else page.last
        self.result_count = known + page.has_next
        self.multi_page = page.number > 1 or page.has_next
        # Equal to the number of results: only then the theme's title names no number.
        self.show_full_result_count, self.full_result_count = False, self.result_count
        self.show_admin_actions = True
        self.can_show_all = False
        self.page_before = self.get_query_string({"p": page.number - 1})
        self.page_after = self.get_query_string({"p": page.number + 1})
        self.first_page = self.get_query_string({"p": 1})
