"""What a new article may begin with: higher apps register where the words come from.

    beginnings.register("ticket", read)       # from ready()
    …/article/add/?from=ticket&key=17         # the link that the higher app shows

`read(key, user)` gives a Beginning, or None where there is nothing for this person.
"""

from collections.abc import Callable
from dataclasses import dataclass

from foundation.accounts.models import User


@dataclass(frozen=True)
class Beginning:
    """The first words of an article; `category` and `products` are keys of rows."""

    language: str
    title: str
    body: str
    category: int | None = None
    products: tuple[int, ...] = ()


_sources: dict[str, Callable[[str, User], Beginning | None]] = {}


def register(name: str, read: Callable[[str, User], Beginning | None]) -> None:
    _sources[name] = read


def find(name: str, key: str, user: User) -> Beginning | None:
    """What the source has for this person, if there is such a source."""
    read = _sources.get(name)
    return read(key, user) if read else None
