"""The arithmetic of answers: what fits a question, what is low, and the figures.

Definitions from the figures' own list (CSAT: mean of 1–5 and share of 4–5; NPS: % 9–10 minus
% 0–6), so that two people compute the same. Plain values in; no Django, no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

# The questions that figures are made of; the others are read one by one.
OVERALL, RECOMMEND = "overall", "recommend"
RANGES = {"scale": range(1, 6), "nps": range(0, 11)}
LONGEST_TEXT = 2000


def fits(kind: str, value: int | str) -> bool:
    """Whether a value answers a question of this kind."""
    if kind in RANGES:
        return isinstance(value, int) and value in RANGES[kind]
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def is_low(overall: int | None, low_score: int) -> bool:
    """Whether the overall score calls for a follow-up; no score is no complaint."""
    return overall is not None and overall <= low_score


@dataclass(frozen=True)
class Csat:
    """Satisfaction with its base: `mean` of 1–5 and `top2`, the percentage of 4 and 5."""

    n: int
    mean: float | None
    top2: float | None


def csat(scores: Iterable[int]) -> Csat:
    """The customer satisfaction of some overall scores; without any, no mean."""
    scores = list(scores)
    n = len(scores)
    if not n:
        return Csat(0, None, None)
    return Csat(n, sum(scores) / n, 100 * sum(score >= 4 for score in scores) / n)


@dataclass(frozen=True)
class Nps:
    """Recommendation with its base: `score` from −100 to 100, `error` its standard error."""

    n: int
    promoters: int
    detractors: int
    score: float | None
    error: float | None


def nps(scores: Iterable[int]) -> Nps:
    """% 9–10 minus % 0–6, with the standard error √((p + d − (p − d)²) / n), both × 100."""
    scores = list(scores)
    n = len(scores)
    promoters = sum(score >= 9 for score in scores)
    detractors = sum(score <= 6 for score in scores)
    if not n:
        return Nps(0, 0, 0, None, None)
    p, d = promoters / n, detractors / n
    # Rounding can leave a tiny negative where everybody agrees.
    variance = max(0.0, p + d - (p - d) ** 2)
    return Nps(n, promoters, detractors, 100 * (p - d), 100 * sqrt(variance / n))
