"""For which tickets a policy holds, and why.

Conditions are {fact: [values]}: all facts must fit, any of the values does. Facts are
{fact: values of the ticket}; a category has its own key and its parent's, so that a parent covers
its children. A fact that nobody knows of any more fits nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Conditions = Mapping[str, Collection[str]]
Facts = Mapping[str, Collection[str]]
Terms = TypeVar("Terms")


@dataclass(frozen=True)
class Check:
    """One fact of a policy: what it wants, what the ticket has, whether that fits."""

    fact: str
    wanted: tuple[str, ...]
    given: tuple[str, ...]
    fits: bool


def checks(conditions: Conditions, facts: Facts) -> list[Check]:
    """Every condition with its verdict, in the order in which the policy names them."""
    found = []
    for fact, wanted in conditions.items():
        given = facts.get(fact) or ()
        fits = any(value in wanted for value in given)
        found.append(Check(fact, tuple(wanted), tuple(sorted(given)), fits))
    return found


def fits(conditions: Conditions, facts: Facts) -> bool:
    """Whether all conditions fit; none at all fit every ticket. Stops at the first that does not."""
    return all(
        any(value in wanted for value in facts.get(fact) or ())
        for fact, wanted in conditions.items()
    )


def choose(terms: Iterable[tuple[Conditions, Terms]], facts: Facts) -> Terms | None:
    """The first terms whose conditions fit, or None."""
    return next((found for conditions, found in terms if fits(conditions, facts)), None)
