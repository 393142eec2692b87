from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.filter
def pieces(words: Iterable[tuple[str, bool]]) -> str:
    """The pieces of an excerpt as HTML, with what was asked for marked."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if hit else text,) for text, hit in words)
    )
