from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from knowledgebase import rules

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    """An article's plain text as HTML; whatever else is in it is shown, never run."""
    return mark_safe("\n".join(_html(block) for block in rules.blocks(text or "")))


def _html(block: rules.Block) -> str:
    if block.kind == "heading":
        return format_html("<h2>{}</h2>", block.lines[0])
    if block.kind == "paragraph":
        lines = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in block.lines))
        return format_html("<p>{}</p>", lines)
    items = format_html_join("", "<li>{}</li>", ((line,) for line in block.lines))
    pattern = "<ol>{}</ol>" if block.kind == "steps" else "<ul>{}</ul>"
    return format_html(pattern, items)
