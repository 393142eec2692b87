import re

from django.utils.html import escape

# Own pattern: links stand beside Chinese text without a space between them.
LINK = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"></head>'
    '<body style="font:16px/1.6 sans-serif;color:#1a1a1a">'
    '<div style="max-width:38em">{content}</div></body></html>'
)


def as_html(text: str, language: str) -> str:
    """A simple HTML twin of a plain text: paragraphs, line breaks, links that can be clicked."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    content = "".join(f"<p>{_lines(part.strip())}</p>" for part in paragraphs)
    return PAGE.format(language=escape(language), content=content)


def _lines(text: str) -> str:
    html, end = "", 0
    for found in LINK.finditer(text):
        link = found.group().rstrip(".,;:!?)'")
        html += escape(text[end : found.start()])
        html += f'<a href="{escape(link)}">{escape(link)}</a>'
        end = found.start() + len(link)
    return (html + escape(text[end:])).replace("\n", "<br>\n")
