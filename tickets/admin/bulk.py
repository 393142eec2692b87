"""The verbs that a person may do to many tickets of a desk."""

from collections.abc import Callable
from typing import Any

from foundation.accounts.models import User
from foundation.clockwork.once import once
from foundation.lists.kinds import BulkVerb
from tickets.actions import VERBS
from tickets.choices import Verb
from tickets.forms.bulk import MANY
from tickets.models import Ticket

# What the desk is there for stands in the bar, the rest behind “More”.
MAIN = {
    "intake": ("take", "register"),
    "toclassify": ("classify", "take"),
    "toassign": ("assign",),
    "mywork": ("accept", "start", "note"),
    "alltickets": ("assign", "set_priority", "note"),
}
ORDER = (
    "take", "register", "classify", "assign", "accept", "start", "set_priority", "hold", "resume",
    "note", "message", "confirm", "refuse", "cancel", "restore",
)  # fmt: skip


def verbs_for(desk: str) -> Callable[[User], list[BulkVerb]]:
    """The verbs of one desk for a person, as their roles grant them somewhere."""

    def allowed(user: User) -> list[BulkVerb]:
        return [
            BulkVerb(key, Verb(key).label, MANY[key], _run(key), is_main=key in MAIN[desk])
            for key in ORDER
            if user.may(f"tickets.{key}")
        ]

    return allowed


def _run(verb: str) -> Callable[..., None]:
    def run(row: Ticket, version: int | None, facts: dict[str, Any], *, by: User, key: str) -> None:
        def work() -> dict:
            # A row without a version is an old one, as a form without one is.
            VERBS[verb](row, by=by, version=version or 0, **facts)
            return {}

        once(f"desk.{verb}.{row.pk}", f"{by.pk}:{key}", work)

    return run
