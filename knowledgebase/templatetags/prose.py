"""An article's text as HTML: a small Markdown, cleaned afterwards all the same."""

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from knowledgebase import rules

register = template.Library()

RULES = [
    "normalize", "block", "inline", "text_join",
    "table", "list", "heading", "hr", "paragraph", "blockquote",
    "text", "newline", "emphasis", "balance_pairs", "fragments_join", "link", "backticks",
]  # fmt: skip
# `zero` knows nothing but what is named here: no HTML, no pictures, no code by indentation.
READER = MarkdownIt("zero", {"html": False, "breaks": True}).enable(RULES, True)
TAGS = {
    "h2", "h3", "h4", "p", "br", "hr", "ul", "ol", "li", "strong", "em", "code", "blockquote", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}


@register.filter
def prose(text: str) -> SafeString:
    """A text as HTML; whatever is not of the small Markdown is shown, never run."""
    tokens = READER.parse(rules.markdown(text or "").replace("\x00", ""))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            # The page's own title is the first heading.
            token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
    html = READER.renderer.render(tokens, READER.options, {}).replace(rules.EDGE, "")
    return mark_safe(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noopener noreferrer nofollow",
        ).strip()
    )
