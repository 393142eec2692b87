"""The arithmetic of figures (docs/FIGURES.md). Plain values in, plain values out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor

# Below this many, a share or a mean says little: it is shown with a sign and nobody is ranked by it.
SMALL = 30
# A first contact is judged when a second one had its time to come.
JUDGED_AFTER = timedelta(days=7)
MEASURES = ("median", "mean", "p90")
# (key, from days, below days); the last has no end.
AGES: tuple[tuple[str, int, int | None], ...] = (
    ("0-1", 0, 1),
    ("1-3", 1, 3),
    ("3-7", 3, 7),
    ("7-15", 7, 15),
    ("15-30", 15, 30),
    ("30+", 30, None),
)


def percentile(values: Iterable[float], share: float) -> float | None:
    """The value below which `share` (0–1) of the values lie; None without any.

    Between two neighbours it lies in proportion (position = share × (n − 1)), as PostgreSQL's
    `percentile_cont` has it, so that both databases and a spreadsheet's PERCENTILE give the same.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    position = share * (len(ordered) - 1)
    below = floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def measured(values: Iterable[float]) -> dict[str, float | None]:
    """{measure of MEASURES: value} of some lengths of time, in their unit; None without any."""
    ordered = sorted(values)
    return {
        "median": percentile(ordered, 0.5),
        "mean": sum(ordered) / len(ordered) if ordered else None,
        "p90": percentile(ordered, 0.9),
    }


def percent(part: int, whole: int) -> float | None:
    """`part` of `whole` in percent; None where there is nothing to share."""
    return 100 * part / whole if whole else None


def is_small(n: int) -> bool:
    """Whether a share or mean of so few says little."""
    return n < SMALL


def change(now: float | None, before: float | None) -> float | None:
    """How much more (or less) than before, in the figure's own unit."""
    return None if now is None or before is None else now - before


def age_key(opened_at: datetime, at: datetime) -> str:
    """The band of `AGES` in which a run opened then lies at `at`; a full day is the next band."""
    days = (at - opened_at) / timedelta(days=1)
    return next(key for key, low, high in AGES if high is None or days < high)


def age_limits() -> list[tuple[str, timedelta | None]]:
    """[(band, the age below which a run lies in it)], the youngest first; the last has no limit."""
    return [(key, None if high is None else timedelta(days=high)) for key, low, high in AGES]


def was_open(
    opened_at: datetime,
    resolved_at: datetime | None,
    cancelled_at: datetime | None,
    at: datetime,
) -> bool:
    """Whether a run was open just before `at`: opened before, not ended before."""
    ended = resolved_at or cancelled_at
    return opened_at < at and (ended is None or ended >= at)


def backlog_before(
    last: int, opened: Sequence[int], closed: Sequence[int]
) -> tuple[int, list[int]]:
    """(backlog at the begin, [backlog at the end of each step]) told backwards from the `last`.

    >>> backlog_before(5, [2, 3], [1, 0])
    (1, [2, 5])
    """
    found: list[int] = []
    for more, less in zip(reversed(opened), reversed(closed), strict=True):
        found.append(last)
        last -= more - less
    return last, found[::-1]


@dataclass(frozen=True)
class FirstContact:
    """First-contact resolution: of `n` judged, `solved`; apart are those `waiting` for their 7 days
    and those that needed `onsite` work, which has a figure of its own."""

    n: int
    solved: int
    waiting: int
    onsite: int

    @property
    def share(self) -> float | None:
        return percent(self.solved, self.n)


def first_contact(counts: Mapping[str, int]) -> FirstContact:
    """From the numbers of runs by verdict: `solved`, `not_solved`, `waiting`, `onsite`."""
    solved = counts.get("solved", 0)
    n = solved + counts.get("not_solved", 0)
    return FirstContact(n, solved, counts.get("waiting", 0), counts.get("onsite", 0))


def contact_verdict(
    *,
    resolved_at: datetime,
    spoke_again_at: datetime | None,
    asked_at: datetime | None,
    visited_at: datetime | None,
    reopened: bool,
    came_back: bool,
    at: datetime,
) -> str:
    """`onsite`, `waiting`, `solved` or `not_solved` for the first run of a ticket.

    On-site work has first-time fix instead. Nothing is judged before the 7 days are over, also not
    what can no longer be solved, or those of bad luck would be judged first. `came_back`: a new
    ticket on the same unit and category within 7 days of the resolution.
    """
    if visited_at is not None:
        return "onsite"
    if resolved_at + JUDGED_AFTER > at:
        return "waiting"
    spoke = spoke_again_at is not None and spoke_again_at < resolved_at
    return "not_solved" if spoke or asked_at or reopened or came_back else "solved"


def attainment(met: int, breached: int) -> float | None:
    """Deadlines kept, in percent of those decided; cancelled ones are not among them."""
    return percent(met, met + breached)
