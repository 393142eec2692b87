"""Ready-made columns: a field, a row that a key points to, a moment, yes or no, the way in."""

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from foundation.desk.templatetags import desk
from foundation.lists.kinds import Column, Reader


def fact(key: str, label: Any, name: str = "", **more: Any) -> Column:
    """A field of the row, choices in words."""
    name = name or key

    def read(row: Any, reader: Reader) -> Any:
        show = getattr(row, f"get_{name}_display", None)
        return show() if show else getattr(row, name)

    return Column(key, label, read, **more)


def called(key: str, label: Any, name: str = "", **more: Any) -> Column:
    """The row that a key points to, as people call it."""
    name = name or key
    return Column(
        key,
        label,
        lambda row, reader: str(getattr(row, name)) if getattr(row, f"{name}_id") else "",
        related=(name,),
        **more,
    )


def moment(key: str, label: Any, name: str = "", order: tuple[str, ...] = ()) -> Column:
    """A moment: people's words on the page, the exact one in sheets."""
    name = name or key
    return Column(
        key,
        label,
        lambda row, reader: getattr(row, name),
        html=lambda row, reader: desk.stamp(getattr(row, name)),
        order=order,
    )


def yes_no(key: str, label: Any, name: str = "") -> Column:
    """Yes, no, or nothing where it is not known."""
    name = name or key
    return Column(key, label, lambda row, reader: said(getattr(row, name)))


def said(value: bool | None) -> str:
    """A yes or no in words; "" for None."""
    return "" if value is None else _("yes") if value else _("no")


def way_in(words: Callable[[Any, Reader], Any]) -> Callable[[Any, Reader], Any]:
    """The `html` of a column whose words open the row."""

    def show(row: Any, reader: Reader) -> Any:
        address, text = reader.address(row.pk), words(row, reader) or "–"
        return format_html('<a class="row-link" href="{}">{}</a>', address, text)

    return show


def badge(tone: str, words: Any) -> Any:
    """A state in its one look; `tone` is the end of a `state-…` class of the desk."""
    return format_html('<span class="state state-{}">{}</span>', tone, words) if words else "–"
