"""The kinds of notices. Apps register theirs from `ready()`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

# The words of many at once, in the language that is on: constant queries, one line for each.
Words = Callable[[Sequence[dict[str, Any]]], Sequence[str]]


@dataclass(frozen=True)
class Kind:
    """`words(data of each)` gives a line for each; `icon` is a name of the theme's symbols."""

    key: str
    words: Words
    icon: str = "notifications"


_kinds: dict[str, Kind] = {}


def register(key: str, words: Words, icon: str = "notifications") -> None:
    _kinds[key] = Kind(key, words, icon)


def get(key: str) -> Kind | None:
    """The kind, or None where the app that sent it is gone."""
    return _kinds.get(key)
