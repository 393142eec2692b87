"""Pages are composed of panels: a lower app's page names slots, higher apps fill them.

    panels.register("ticket.now", 50, query, "surveys/panel.html")      # from ready()
    {% panels "ticket.now" ticket %}                                    # in the page

`query(subject, request)` returns the template's context, or None to show nothing.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True, order=True)
class Panel:
    order: int
    template: str
    query: Callable[[Any, HttpRequest], dict | None]


_slots: dict[str, list[Panel]] = defaultdict(list)


def register(
    slot: str, order: int, query: Callable[[Any, HttpRequest], dict | None], template: str
) -> None:
    """Fill `slot` at `order` (small is first)."""
    _slots[slot].append(Panel(order, template, query))
    _slots[slot].sort(key=lambda panel: panel.order)


def render(slot: str, subject: Any, request: HttpRequest) -> SafeString:
    """The HTML of every panel of the slot that has something to show for `subject`."""
    html = []
    for panel in _slots[slot]:
        context = panel.query(subject, request)
        if context is not None:
            html.append(render_to_string(panel.template, context, request))
    return mark_safe("".join(html))
