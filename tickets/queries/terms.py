"""Which terms hold for a ticket: promises, policies and hours, read once per edition."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from foundation.accounts.cached import cached
from foundation.accounts.models import Organisation
from foundation.calendars import queries as calendars
from foundation.calendars.models import ServiceHours
from foundation.calendars.rules import ROUND_THE_CLOCK, Hours
from tickets.models import Policy, PolicyTerms, Promise, Rulebook
from tickets.models.promises import Terms
from tickets.rules import lengths, policies

logger = logging.getLogger(__name__)
AROUND, DEPARTMENT, CALLBACKS = "24x7", "department", "callbacks"
# What is said of the hours before there were calendars, and of hours that never open.
BARE = (AROUND, 0)


@dataclass(frozen=True)
class Chosen:
    """The terms of a promise for one ticket, and the policy that decided (None: the promise)."""

    terms: Terms
    policy: Policy | None = None


@dataclass(frozen=True)
class Book:
    """The rules as of one edition. Rows are shared by all threads: nobody writes on them.

    `named` are the terms that policies in force give, by promise, in the order of the policies;
    `service` the calendars of departments (None: the organisation's).
    """

    promises: Mapping[int, Promise]
    policies: tuple[Policy, ...]
    named: Mapping[int, list[tuple[Mapping, PolicyTerms]]]
    service: Mapping[int | None, tuple[str, str | None]]
    versions: Mapping[str, int]
    warn_percent: int
    _hours: dict[tuple[str, int], Hours] = field(default_factory=dict)

    def opening(self, names: set[str]) -> list[Promise]:
        """The promises in force that appear at one of these moments."""
        return [row for row in self.promises.values() if row.is_active and opens(row) & names]

    def ending(self, names: set[str]) -> list[int]:
        """The keys of the promises that one of these moments meets, in force or not."""
        return [pk for pk, row in self.promises.items() if row.ends_on in names]

    def choose(self, promise: Promise, facts: Mapping) -> Chosen | None:
        """The terms for a ticket of these facts: of the first policy that fits and names the
        promise, else the promise's own; None where nothing is promised."""
        terms = policies.choose(self.named.get(promise.pk, ()), facts)
        if terms is None:
            return Chosen(promise) if promise.by_default else None
        return Chosen(terms, terms.policy) if terms.is_promised else None

    def depends(self, promise: Promise) -> bool:
        """Whether it is a policy that says for which tickets this is promised."""
        return not promise.by_default or any(
            not terms.is_promised for _, terms in self.named.get(promise.pk, ())
        )

    def calendar(self, word: str, department_id: int | None) -> tuple[str, int]:
        """(key, version now) of the calendar that terms name by a word or by its key."""
        if word in (DEPARTMENT, CALLBACKS):
            place = 0 if word == DEPARTMENT else 1
            own = self.service.get(department_id, (None, None))[place]
            word = own or self.service.get(None, (None, None))[place] or AROUND
        if word not in self.versions:
            return BARE
        return word, self.versions[word]

    def hours(self, key: str, version: int) -> Hours:
        """The compiled hours of a calendar's version; at most one query, the first time."""
        if version == 0:
            return ROUND_THE_CLOCK
        if (key, version) not in self._hours:
            self._hours[key, version] = calendars.hours_of(key, version)[0]
        return self._hours[key, version]

    def percent(self, promise: Promise, policy_id: int | None) -> int:
        """The share of a promise's time after which it is shown as urgent."""
        named = (terms for _, terms in self.named.get(promise.pk, ()))
        terms = next((terms for terms in named if terms.policy_id == policy_id), promise)
        return self.warn_percent if terms.warn_percent is None else terms.warn_percent


def opens(promise: Promise) -> set[str]:
    """The moments at which a promise appears; what repeats goes on in a reopened run."""
    moment = promise.opens_on or promise.starts_on
    return {moment, "reopened"} if promise.repeats else {moment}


def is_fixed(length: str) -> bool:
    """Whether somebody names the date."""
    return length == lengths.FIXED


_kept: tuple[str, Book] | None = None


@cached(Rulebook)
def _edition() -> str | None:
    return Rulebook.objects.values_list("edition", flat=True).first()


def book() -> Book:
    """The rules that hold now: one small query at most, six where they changed meanwhile."""
    global _kept
    edition = _edition()
    kept = _kept
    if edition is None or kept is None or kept[0] != edition:
        kept = (edition or "", _read())
        _kept = kept
    return kept[1]


def _read() -> Book:
    named = defaultdict(list)
    rows = PolicyTerms.objects.filter(policy__is_active=True).select_related("policy")
    for terms in rows.order_by("policy__order", "policy__pk"):
        named[terms.promise_id].append((terms.policy.conditions, terms))
    versions = calendars.current_versions()
    # Not as remembered around a request, which may just have changed it.
    settings = Organisation.objects.filter(pk=1).first() or Organisation()
    return Book(
        promises={row.pk: row for row in Promise.objects.all()},
        policies=tuple(Policy.objects.filter(is_active=True)),
        named=dict(named),
        service={
            department: (calendar, callbacks)
            for department, calendar, callbacks in ServiceHours.objects.order_by().values_list(
                "department", "calendar__key", "callbacks__key"
            )
        },
        versions=versions,
        warn_percent=settings.warn_percent,
        _hours=calendars.all_hours(versions.items()),
    )
