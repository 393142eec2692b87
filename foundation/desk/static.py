"""Where the desk's own style and script are (named in settings.UNFOLD)."""

from django.templatetags.static import static


def css(request) -> str:
    return static("desk/desk.css")


def js(request) -> str:
    return static("desk/desk.js")


def icon(request) -> str:
    return static("favicon.svg")
