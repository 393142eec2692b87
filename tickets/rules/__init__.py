"""The arithmetic of tickets: numbers, safety words, priorities, what may happen when.

Plain values in, a verdict out; no Django, no clock.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tickets.rules.plans import plan_refusal

# --- numbers ---------------------------------------------------------------------------------


def check_digit(digits: str) -> str:
    """The ISO 7064 MOD 11,10 check digit: finds every wrong digit and most swapped pairs."""
    product = 10
    for digit in digits:
        product = (product + int(digit)) % 10 or 10
        product = product * 2 % 11
    return str((11 - product) % 10)


def ticket_number(year: int, sequence: int) -> str:
    """`2026-000123-4`: year, sequence, check digit."""
    return f"{year}-{sequence:06d}-{check_digit(f'{year}{sequence:06d}')}"


def parse_number(text: str) -> str | None:
    """The ticket number in what a person typed or said, or None where the check digit is wrong."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    if len(digits) < 11 or check_digit(digits[:-1]) != digits[-1]:
        return None
    return f"{digits[:4]}-{digits[4:-1]}-{digits[-1]}"


# --- safety and priority -----------------------------------------------------------------------


def words_in(text: str, words: Iterable[str]) -> list[str]:
    """Those of `words` that occur in `text`: Chinese anywhere, Latin as whole words.

    A negation does not hide a word: a person decides (handbook 2.1).
    """
    text = unicodedata.normalize("NFKC", text).lower()
    found = []
    for word in words:
        plain = word.lower()
        is_there = plain in text
        if is_there and plain.isascii():
            is_there = re.search(rf"\b{re.escape(plain)}\b", text) is not None
        if is_there:
            found.append(word)
    return found


@dataclass(frozen=True)
class PriorityRow:
    """A row of the priority matrix; an empty value fits everything."""

    priority: str
    reach: str = ""
    urgency: str = ""
    impact: str = ""
    safety: bool | None = None

    def fits(self, reach: str, urgency: str, impact: str, safety: bool) -> bool:
        return (
            self.reach in ("", reach)
            and self.urgency in ("", urgency)
            and self.impact in ("", impact)
            and self.safety in (None, safety)
        )


def propose_priority(
    rows: Iterable[PriorityRow], *, reach: str, urgency: str, impact: str, safety: bool
) -> tuple[str, PriorityRow | None]:
    """The priority of the first fitting row, with that row as the reason; P3 without one."""
    for row in rows:
        if row.fits(reach, urgency, impact, safety):
            return row.priority, row
    return "P3", None


# --- what may happen when ----------------------------------------------------------------------

RECEIVED, CLASSIFIED, ASSIGNED = "received", "classified", "assigned"
IN_PROGRESS, RESOLVED, CONFIRMED, CANCELLED = "in_progress", "resolved", "confirmed", "cancelled"
STATES = (RECEIVED, CLASSIFIED, ASSIGNED, IN_PROGRESS, RESOLVED, CONFIRMED, CANCELLED)
OPEN = (RECEIVED, CLASSIFIED, ASSIGNED, IN_PROGRESS)
ANY = STATES
# A plan is left over where its handler gave the ticket back.
PLANNED = (CLASSIFIED, ASSIGNED, IN_PROGRESS)

SOURCES: dict[str, tuple[str, ...]] = {
    "take": OPEN,
    "amend": (*OPEN, RESOLVED),
    "link": (*OPEN, RESOLVED),
    "register": (RECEIVED,),
    "classify": (RECEIVED, CLASSIFIED),
    "set_priority": (CLASSIFIED, ASSIGNED, IN_PROGRESS),
    "answer": (RECEIVED, CLASSIFIED),
    "assign": (CLASSIFIED, ASSIGNED, IN_PROGRESS),
    "accept": (ASSIGNED,),
    "refuse": (ASSIGNED,),
    "plan": (ASSIGNED, IN_PROGRESS),
    "approve_plan": PLANNED,
    "reject_plan": PLANNED,
    "accept_plan": PLANNED,
    "decline_plan": PLANNED,
    "start": (ASSIGNED, IN_PROGRESS),
    "inspect": (ASSIGNED, IN_PROGRESS),
    "give_task": OPEN,
    "accept_task": OPEN,
    "finish_task": OPEN,
    "return_task": OPEN,
    "withdraw_task": OPEN,
    "ask": OPEN,
    "accept_question": OPEN,
    "advise": OPEN,
    "return_question": OPEN,
    "find": OPEN,
    "hold": OPEN,
    "resume": OPEN,
    "resolve": (IN_PROGRESS,),
    "confirm": (RESOLVED,),
    "reopen": (RESOLVED, CONFIRMED),
    "cancel": OPEN,
    "restore": (CANCELLED,),
    "message": (*OPEN, RESOLVED, CONFIRMED),
    "news": OPEN,
    "note": ANY,
    "attach": (*OPEN, RESOLVED),
    "send_link": (*OPEN, RESOLVED, CONFIRMED),
    "revoke_link": ANY,
    "acknowledge": (*OPEN, RESOLVED, CONFIRMED),
}
TARGETS: dict[str, str] = {
    "classify": CLASSIFIED,
    "answer": RESOLVED,
    "assign": ASSIGNED,
    "refuse": CLASSIFIED,
    "start": IN_PROGRESS,
    "resolve": RESOLVED,
    "confirm": CONFIRMED,
    "reopen": IN_PROGRESS,
    "cancel": CANCELLED,
    "restore": "as before",
}
NEEDS_PRODUCT = {"fault", "return", "installation", "maintenance"}


@dataclass(frozen=True)
class Facts:
    """What a refusal depends on. `closed_days`: days since confirmed or cancelled.

    `tasks` and `questions` count what is asked of others and not done, `new_…` what of it nobody
    has accepted.
    """

    status: str
    kind: str = "fault"
    is_registered: bool = False
    is_accepted: bool = False
    is_started: bool = False
    is_inspected: bool = False
    has_symptom: bool = True
    has_contact: bool = True
    has_product: bool = True
    open_holds: frozenset[str] = frozenset()
    tasks: int = 0
    new_tasks: int = 0
    questions: int = 0
    new_questions: int = 0
    closed_days: float = 0.0
    reopen_days: int = 7
    by_customer: bool = False
    is_climbing: bool = False
    by_handler: bool = False
    priority: str = ""
    plan_approval: str = ""
    plan_acceptance: str = ""
    decides_on_own_plan: bool = False


def missing_facts(facts: Facts) -> list[str]:
    """What registration still needs: `symptom`, `contact`, `product`."""
    needed = [
        ("symptom", facts.has_symptom),
        ("contact", facts.has_contact),
        ("product", facts.has_product or facts.kind not in NEEDS_PRODUCT),
    ]
    return [name for name, there in needed if not there]


def refusal(verb: str, facts: Facts) -> str | None:
    """Why `verb` is not possible now, as a code, or None where it is. Permission is asked apart."""
    if facts.status not in SOURCES[verb]:
        return "state"
    if verb == "cancel" and facts.by_customer and facts.status == IN_PROGRESS:
        return "work_started"
    if verb in ("reopen", "restore") and facts.status in (CONFIRMED, CANCELLED):
        return "too_late" if facts.closed_days > facts.reopen_days else None
    conditions = {
        "register": ("registered_already", facts.is_registered),
        "classify": ("not_registered", not facts.is_registered),
        "accept": ("accepted_already", facts.is_accepted),
        "start": ("started_already", facts.is_started and facts.status == IN_PROGRESS),
        "inspect": ("inspected_already", facts.is_inspected),
        "resolve": ("not_taken_up", not facts.is_started),
        "accept_task": ("no_task", not facts.new_tasks),
        "finish_task": ("no_task", not facts.tasks),
        "return_task": ("no_task", not facts.tasks),
        "withdraw_task": ("no_task", not facts.tasks),
        "accept_question": ("no_question", not facts.new_questions),
        "advise": ("no_question", not facts.questions),
        "return_question": ("no_question", not facts.questions),
        "resume": ("no_hold", not facts.open_holds),
        "acknowledge": ("nothing_late", not facts.is_climbing),
    }
    code, refused = conditions.get(verb, ("", False))
    if refused:
        return code
    if verb in ("resolve", "answer") and facts.tasks:
        return "task_open"
    if verb == "acknowledge" and facts.by_handler:
        return "own_lateness"
    if verb == "approve_plan" and facts.plan_approval == "asked" and facts.decides_on_own_plan:
        return "own_plan"
    code = plan_refusal(
        verb,
        priority=facts.priority,
        approval=facts.plan_approval,
        acceptance=facts.plan_acceptance,
    )
    if code:
        return code
    if verb in ("register", "answer") and not facts.is_registered and missing_facts(facts):
        return "facts_missing"
    return None


# --- time at rest ------------------------------------------------------------------------------


def seconds_within(
    spans: Iterable[tuple[datetime, datetime | None]], start: datetime, end: datetime
) -> float:
    """Seconds of the union of `spans` that lie between start and end; an open span runs on."""
    seconds, reached = 0.0, start
    for begin, stop in sorted(spans, key=lambda span: span[0]):
        begin, stop = max(begin, reached), min(stop or end, end)
        if stop > begin:
            seconds += (stop - begin).total_seconds()
            reached = stop
    return seconds
