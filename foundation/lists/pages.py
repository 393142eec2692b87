"""What the page of a list shows: tabs, chips, headers, rows. Values for templates only."""

import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _

from foundation.desk.paging import Slice, rows_of, slice_of
from foundation.desk.templatetags.desk import stamp
from foundation.lists import kinds, queries
from foundation.lists.kinds import HIDDEN, Column
from foundation.lists.models import ListChoice, SavedView
from foundation.lists.queries import ALL, ORDER, PAGE, TEXT, VIEW, Asked

EXPORT_VERB = "reports.export"


def tabs(asked: Asked, views: list[SavedView], user) -> list[dict]:
    """All, the shipped views, then one's own and the team's."""
    listed, now = asked.listed, asked.view
    rows = [{"label": _("All"), "url": f"?{VIEW}={ALL}", "is_current": now is None}]
    for view in listed.views:
        rows.append({"label": view.label, "url": f"?{VIEW}={view.key}", "is_current": view is now})
    for view in views:
        address = reverse("admin:lists_view", args=[listed.key, view.pk])
        rows.append(
            {
                "label": view.name,
                "url": f"?{VIEW}={view.pk}",
                "is_current": view is now,
                "is_team": bool(view.department_id),
                "edit": address if view is now and queries.may_edit(view, user) else "",
            }
        )
    return rows


def state_query(asked: Asked, **changed) -> str:
    """The address's own query, still marked with the view it came from."""
    query = asked.query(**changed)
    key = ALL if asked.view is None or not query else _view_key(asked)
    return f"{query}&{VIEW}={key}" if query else f"{VIEW}={key}"


def _view_key(asked: Asked) -> str:
    return str(getattr(asked.view, "pk", None) or asked.view.key)


def chips(asked: Asked) -> list[dict]:
    """What narrows the list now, each with the address without it."""
    known, rows = kinds.filters_of(asked.listed), []
    for key, values in asked.filters.items():
        words = "/".join(str(words) for words in values.values())
        if key == queries.ONLY:
            words = str(len(values))
        url = "?" + state_query(asked, **{key: None})
        rows.append({"key": key, "label": known[key].label, "words": words, "url": url})
    return rows


def quick(asked: Asked) -> list[dict]:
    """Narrowings that are one press away, where they do not narrow already."""
    known, rows = kinds.filters_of(asked.listed), []
    for key, value in asked.listed.quick:
        if key in asked.filters or key not in known:
            continue
        words = known[key].known([value], asked.reader).get(value)
        if words:
            rows.append({"words": words, "url": "?" + state_query(asked, **{key: value})})
    return rows


def headers(asked: Asked) -> list[dict]:
    """Labels of the columns; those that an order belongs to lead to it."""
    orders, rows = {order.key: order for order in asked.listed.orders}, []
    for column in asked.columns:
        there = [key for key in column.order if key in orders]
        head = {"key": column.key, "label": column.label, "url": "", "is_sorted": False}
        if there:
            now = asked.order.key
            following = there[(there.index(now) + 1) % len(there)] if now in there else there[0]
            head |= {"url": _ordered(asked, following), "is_sorted": now in there}
            head["title"] = orders[following].label
        rows.append(head)
    return rows


def _ordered(asked: Asked, key: str) -> str:
    first = asked.own_order.key
    return "?" + state_query(asked, **{ORDER: None if key == first else key})


def orders(asked: Asked) -> list[dict]:
    return [
        {"label": one.label, "url": _ordered(asked, one.key), "is_current": one is asked.order}
        for one in asked.listed.orders
    ]


def cell(column: Column, row: Any, asked: Asked) -> str:
    """What the page shows of one column."""
    if column.html is not None:
        return column.html(row, asked.reader)
    value = column.value(row, asked.reader)
    if hasattr(value, "isoformat"):
        return stamp(value) if hasattr(value, "hour") else value.isoformat()
    return conditional_escape("–" if value in (None, "") else value)


def look(column: Column) -> dict[str, Any]:
    """What a cell says of itself; templates would call a column's functions."""
    tone = " is-wide" if column.is_wide else "" if column.html else " is-plain"
    return {"tone": f"col-{column.key}{tone}", "label": column.label}


def lines(asked: Asked, rows: list[Any]) -> list[dict]:
    """The rows as keys, versions and cells."""
    listed = asked.listed
    return [
        {
            "pk": row.pk,
            "version": getattr(row, listed.version) if listed.version else "",
            "name": listed.name(row),
            "cells": [(look(column), cell(column, row, asked)) for column in asked.columns],
        }
        for row in rows
    ]


def body(asked: Asked) -> dict:
    """The part of the page that refreshes: two queries, the columns' own aside."""
    rows, has_more = queries.narrowed(asked)
    page = slice_of(rows, asked.page, asked.per_page)
    everything = asked.listed.rows(asked.reader.user)
    found = rows_of(queries.with_needs(everything, asked.columns), page.pks)
    return {
        "asked": asked,
        "slice": page,
        "lines": lines(asked, found),
        "headers": headers(asked),
        "has_more": has_more,
        "turns": turns(asked, page),
        "may_choose": bool(kinds.bulk_of(asked.listed, asked.reader.user)),
        "is_narrowed": bool(asked.filters or asked.text) and not _is_home(asked),
    }


def _is_home(asked: Asked) -> bool:
    """Whether this is the view the list opens with: what is empty then, is empty for good."""
    return (
        asked.view is not None
        and not asked.is_changed
        and getattr(asked.view, "key", None) == asked.listed.opens_with
    )


def turns(asked: Asked, page: Slice) -> dict:
    """Addresses of the pages around this one, and what the jump to another carries along."""
    here = state_query(asked)
    return {
        "before": f"?{here}&{PAGE}={page.number - 1}" if page.number > 1 else "",
        "after": f"?{here}&{PAGE}={page.number + 1}" if page.has_next else "",
        "first": f"?{here}",
        "carried": parse_qsl(here),
    }


def carried(asked: Asked) -> list[tuple[str, str]]:
    """The filters as hidden fields beside the search box."""
    pairs = [(key, value) for key, values in asked.filters.items() for value in values]
    if asked.order is not asked.own_order:
        pairs.append((ORDER, asked.order.key))
    return [*pairs, (VIEW, _view_key(asked) if asked.view else ALL)]


def notices(asked: Asked) -> list[str]:
    """What of the address was not understood."""
    if not asked.ignored:
        return []
    names = ", ".join(dict.fromkeys(asked.ignored))
    return [_("Left out, because it is not known here: %(names)s.") % {"names": names}]


def export_url(asked: Asked, user) -> str:
    """Where this selection leaves as a sheet; "" where it cannot."""
    if not user.may(EXPORT_VERB):
        return ""
    try:
        address = reverse("admin:sheets_export")
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode({'list': asked.listed.key, 'query': state_query(asked)})}"


def head(asked: Asked, choice: ListChoice, views: list[SavedView], user) -> dict:
    """The part of the page that stays: tabs, chips, box, verbs."""
    listed = asked.listed
    query = state_query(asked)
    verbs = kinds.bulk_of(listed, user)
    return {
        "listed": listed,
        "tabs": tabs(asked, views, user),
        "chips": chips(asked),
        "quick": quick(asked),
        "orders": orders(asked),
        "notices": notices(asked),
        "carried": carried(asked),
        "clear": f"?{VIEW}={ALL}",
        "is_searched": listed.search is not None,
        "search_hint": listed.search_hint(user) if listed.search_hint else _("Search"),
        "without_text": "?" + state_query(asked, **{TEXT: None}),
        "filter_url": f"{reverse('admin:lists_filters', args=[listed.key])}?{query}",
        "columns_url": f"{reverse('admin:lists_columns', args=[listed.key])}?{query}",
        "save_url": f"{reverse('admin:lists_save', args=[listed.key])}?{query}",
        "export_url": export_url(asked, user),
        "main_verbs": [verb for verb in verbs if verb.is_main],
        "more_verbs": [verb for verb in verbs if not verb.is_main],
        "has_filters": any(f.look != HIDDEN for f in kinds.filters_of(listed).values()),
    }


def mark(text: str) -> str:
    """What tells that nothing changed."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
