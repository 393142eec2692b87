"""Where the search box's own style and script are (named in settings.UNFOLD)."""

from django.templatetags.static import static


def css(request) -> str:
    return static("search/search.css")


def js(request) -> str:
    return static("search/search.js")
