"""What is promised: which calendars open deadlines are behind, and why a ticket has its terms."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.calendars.queries import current_versions
from foundation.desk.words import listed
from tickets.choices import DeadlineState
from tickets.models import Deadline, Policy, Promise
from tickets.queries.facts import FACTS
from tickets.queries.terms import Book, Chosen
from tickets.rules import lengths
from tickets.rules.policies import Check, checks

OPEN = (DeadlineState.RUNNING, DeadlineState.PAUSED)


def behind(calendar: str, version: int) -> QuerySet[Deadline]:
    """What is open and was computed with an older version of a calendar."""
    return Deadline.objects.filter(
        state__in=OPEN, calendar=calendar, calendar_version__lt=version, calendar_version__gt=0
    )


def calendars_behind() -> dict[str, int]:
    """{calendar key: how many open deadlines were computed with an older version}; two queries."""
    counts: dict[str, int] = {}
    current = current_versions()
    rows = Deadline.objects.filter(state__in=OPEN, calendar_version__gt=0).order_by()
    for key, version, count in rows.values_list("calendar", "calendar_version").annotate(
        n=Count("pk")
    ):
        if version < current.get(key, 0):
            counts[key] = counts.get(key, 0) + count
    return counts


@dataclass(frozen=True)
class Verdict:
    """One policy looked at for one ticket: whether it fits, whether it `names` the promise, and
    whether it is the one that `decides`."""

    policy: Policy
    checks: list[Check]
    fits: bool
    names: bool
    decides: bool


@dataclass(frozen=True)
class Looked:
    """A promise, its terms for a ticket (None: not promised), and why."""

    promise: Promise
    chosen: Chosen | None
    length: str
    calendar: tuple[str, int] | None
    verdicts: list[Verdict]


def looked_at(
    rules: Book, facts: Mapping, *, priority: str, department_id: int | None
) -> list[Looked]:
    """Every promise in force with the terms for these facts, and every policy in order with why
    it fits or does not. No queries beyond what the facts read."""
    checked = {policy.pk: checks(policy.conditions, facts) for policy in rules.policies}
    found = []
    for promise in rules.promises.values():
        if not promise.is_active:
            continue
        chosen = rules.choose(promise, facts)
        named = {terms.policy_id for _, terms in rules.named.get(promise.pk, ())}
        verdicts, decided = [], False
        for policy in rules.policies:
            looked = checked[policy.pk]
            fits = all(check.fits for check in looked)
            decides = fits and policy.pk in named and not decided
            decided = decided or decides
            verdicts.append(Verdict(policy, looked, fits, policy.pk in named, decides))
        word = chosen and chosen.terms.calendar_for(priority)
        found.append(
            Looked(
                promise=promise,
                chosen=chosen,
                length=chosen.terms.length(priority) if chosen else "",
                calendar=rules.calendar(word, department_id) if word else None,
                verdicts=verdicts,
            )
        )
    return found


def length_words(length: str) -> str:
    """A length as people say it: "4 h", "15 calendar days"."""
    parsed = lengths.parse(length)
    if parsed is None:
        return _("as named")
    amount, unit = parsed
    if unit == "days":
        return ngettext("%(n)d working day", "%(n)d working days", amount) % {"n": amount}
    if unit == "calendar_days":
        return ngettext("%(n)d calendar day", "%(n)d calendar days", amount) % {"n": amount}
    if amount % 60 == 0:
        return _("%(h)d h") % {"h": amount // 60}
    return _("%(m)d min") % {"m": amount}


def labels(asked: Collection[str] | None = None) -> dict[str, dict[str, str]]:
    """{fact: {value: word}} of every fact that policies may ask, or of those `asked`; a query for
    each that is rows."""
    wanted = FACTS if asked is None else FACTS.keys() & asked
    return {key: dict(FACTS[key].choices()) for key in wanted}


def condition_words(conditions: Mapping, known: Mapping[str, Mapping[str, str]]) -> str:
    """Conditions in words, by the `labels`: "kind of request: return · tier: VIP"."""
    if not conditions:
        return _("every ticket")
    return " · ".join(
        f"{FACTS[fact].label if fact in FACTS else fact}: "
        + listed(known.get(fact, {}).get(value, value) for value in values)
        for fact, values in conditions.items()
    )


def reasons(verdict: Verdict, known: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Why a policy does not fit, in words: one for each fact that is another."""
    return [
        _("%(fact)s is %(given)s, asked is %(wanted)s")
        % {
            "fact": FACTS[check.fact].label if check.fact in FACTS else check.fact,
            "given": _values(check.fact, check.given, known) or _("not known"),
            "wanted": _values(check.fact, check.wanted, known),
        }
        for check in verdict.checks
        if not check.fits
    ]


def _values(fact: str, values: Collection[str], known: Mapping[str, Mapping[str, str]]) -> str:
    return listed(known.get(fact, {}).get(value, value) for value in values)
