"""What a person has not read yet, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from foundation.notices import kinds
from foundation.notices.models import Notice

MOST_COUNTED = 99


@dataclass(frozen=True)
class Line:
    notice: Notice
    words: str
    icon: str


def lines(notices: Sequence[Notice]) -> list[Line]:
    """Their words in the language that is on, in the same order; constant queries per kind."""
    said: dict[int, tuple[str, str]] = {}
    for key in {notice.kind for notice in notices}:
        kind = kinds.get(key)
        rows = [notice for notice in notices if notice.kind == key]
        words = kind.words([row.data for row in rows]) if kind else [key] * len(rows)
        icon = kind.icon if kind else "notifications"
        said |= {row.pk: (text, icon) for row, text in zip(rows, words, strict=True)}
    return [Line(notice, *said[notice.pk]) for notice in notices]


def unread(user) -> int:
    """How many notices a person has not read, counted up to one hundred."""
    rows = Notice.objects.visible_to(user).unread().order_by()
    return len(rows.values_list("pk")[: MOST_COUNTED + 1])


def address() -> str:
    return reverse("admin:notices_notice_changelist")


def bell(user, request) -> dict:
    """The sign in the header."""
    count = unread(user)
    words = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
    return {"count": count, "shown": words, "address": address()}
