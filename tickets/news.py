"""What people are told of plans, in the words of a notice."""

from collections.abc import Callable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.notices import kinds
from tickets.actions.plans import DECLINED, SENT_BACK, TO_APPROVE


def _named(words: str | Promise) -> Callable[[Sequence[dict]], list[str]]:
    return lambda rows: [str(words) % {"number": row["number"]} for row in rows]


def register() -> None:
    kinds.register(TO_APPROVE, _named(_("%(number)s: a plan waits for your approval")), "rule")
    kinds.register(SENT_BACK, _named(_("%(number)s: your plan was sent back")), "undo")
    kinds.register(DECLINED, _named(_("%(number)s: the customer declined the plan")), "thumb_down")
