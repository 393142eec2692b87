"""When a plan needs the approval of the department head, and when the customer's acceptance
(handbook of the trade, 2.3 and 2.4)."""

from collections.abc import Iterable
from decimal import Decimal

# What ends the case another way than by repair: the customer may want it or not.
LEAVES_A_CHOICE = frozenset({"exchange", "refund", "compensation"})
HOLDS_UP = ("asked", "no")


def approval_reasons(
    priority: str, compensation: Decimal, limit: Decimal, is_change: bool
) -> list[str]:
    """Why the department head has to approve a plan: `urgent` (P1), `compensation` (above the
    limit, both in the organisation's currency), `changed` (a plan that ran already is left)."""
    reasons = {
        "urgent": priority == "P1",
        "compensation": compensation > limit,
        "changed": is_change,
    }
    return [code for code, holds in reasons.items() if holds]


def needs_acceptance(
    payer: str, cost: Decimal, methods: Iterable[str], alternative: str = ""
) -> bool:
    """Whether the customer has to agree: it costs them money, or leaves them a choice."""
    return (
        payer == "customer"
        or cost > 0
        or bool(LEAVES_A_CHOICE.intersection(methods))
        or bool(alternative.strip())
    )


def runs(approval: str, acceptance: str) -> bool:
    """Whether a plan is in force: neither answer is awaited or was no."""
    return approval not in HOLDS_UP and acceptance not in HOLDS_UP


def plan_refusal(verb: str, *, priority: str, approval: str, acceptance: str) -> str | None:
    """The code why the present plan (both "" without one) stands in the way of `verb`, or None.

    A P1 starts and every ticket is resolved only when approved; resolved only when accepted.
    """
    if verb in ("approve_plan", "reject_plan"):
        return None if approval == "asked" else "no_approval_asked"
    if verb in ("accept_plan", "decline_plan"):
        return None if acceptance == "asked" else "no_acceptance_asked"
    needs_approval = verb == "resolve" or (verb == "start" and priority == "P1")
    if needs_approval and approval in HOLDS_UP:
        return "plan_not_approved" if approval == "asked" else "plan_sent_back"
    if verb == "resolve" and acceptance in HOLDS_UP:
        return "plan_not_accepted" if acceptance == "asked" else "plan_declined"
    return None
