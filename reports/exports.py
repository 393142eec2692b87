"""The ticket report: one row per ticket with its present cycle, for CSV and XLSX.

Columns read a whole chunk at once (`foundation.sheets.tables`), in the reader's language and zone.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Product, Tier
from foundation.accounts.models import Department, User
from foundation.sheets import exports
from foundation.sheets.tables import Column, Piece, Table, called, choice, moment, plain
from reports import rules
from reports.forms import ExportFilter
from reports.queries import lines as queries
from surveys.queries import csat_of
from tickets.choices import (
    CancelReason,
    Channel,
    DeadlineState,
    Kind,
    Priority,
    Responsibility,
    Status,
    TestResult,
)
from tickets.exports import PERSON, UNIT, categories, customers, of_customer, serials

SOURCE = "tickets.report"
MINUTE = 60_000_000  # moments are microseconds
Read = Callable[[Piece], Sequence]


def _stamp(name: str, label) -> Column:
    """A moment of the present cycle; the zone has a column of its own."""
    return plain(name, label, f"run__{name}", "moment", 17)


def _minutes(name: str, label) -> Column:
    """Whole minutes from the beginning of the cycle."""
    needs = ("@run__opened_at", f"@run__{name}")

    def read(piece: Piece) -> list:
        return [
            None if start is None or end is None else (end - start) // MINUTE
            for start, end in zip(piece[needs[0]], piece[needs[1]], strict=True)
        ]

    return Column(f"minutes_{name}", label, read, "number", needs, 12)


HELD = ("@run__opened_at", "@run__resolved_at", "@run__cancelled_at")


def _held(piece: Piece) -> list[int]:
    """The union of all holds within the cycle; what still runs ends now."""
    spans = queries.holds_of(piece)
    rows = zip(piece["pk"], *(piece[name] for name in HELD), strict=True)
    return [
        rules.minutes_within(spans[pk], moment(opened), moment(resolved or cancelled) or piece.at)
        if pk in spans
        else 0
        for pk, opened, resolved, cancelled in rows
    ]


def _tally(state: str) -> Read:
    def read(piece: Piece) -> list[int]:
        found = piece.once("tallies", lambda: queries.tallies_of(piece))
        rows = zip(piece["pk"], piece["cycle"], strict=True)
        return [found.get((pk, cycle, state), 0) for pk, cycle in rows]

    return read


def _scores(piece: Piece) -> list[dict]:
    def work() -> list[dict]:
        found = csat_of(piece["pk"])
        return [found.get(pk, {}) for pk in piece["pk"]]

    return piece.once("scores", work)


def _score(key: str, label) -> Column:
    return Column(key, label, lambda piece: [s.get(key) for s in _scores(piece)], "word", (), 12)


def _yes(values: Sequence) -> list[str]:
    words = {True: _("yes"), False: _("no"), None: ""}
    return [words[value] for value in values]


def _zone(piece: Piece) -> list[str]:
    return [timezone.get_current_timezone_name()] * len(piece)


def _root(nodes: list) -> str:
    return nodes[0].name


def _below(nodes: list) -> str:
    return " › ".join(node.name for node in nodes[1:])


COLUMNS: list[Column] = [
    plain("number", gettext_lazy("Number"), kind="text", width=16),
    choice("status", gettext_lazy("State"), Status),
    choice("priority", gettext_lazy("Priority"), Priority),
    choice("kind", gettext_lazy("Kind of request"), Kind),
    choice("channel", gettext_lazy("Channel"), Channel),
    Column(
        "category", gettext_lazy("Category"),
        lambda piece: categories(piece, _root), "word", ("category_id",), 18,
    ),
    Column(
        "sub_category", gettext_lazy("Sub-category"),
        lambda piece: categories(piece, _below), "word", ("category_id",), 22,
    ),
    called("department", gettext_lazy("Department"), Department),
    called("handler", gettext_lazy("Handler"), User),
    called("contact", gettext_lazy("Contact (agent)"), User),
    Column("customer", gettext_lazy("Customer"), customers, "text", PERSON, 18),
    called("tier", gettext_lazy("Tier"), Tier, "customer__tier_id"),
    Column(
        "region", gettext_lazy("Region"), of_customer("region"), "word", ("customer__region",)
    ),
    called("product", gettext_lazy("Product"), Product, width=24),
    Column("serial", gettext_lazy("Serial number"), serials, "text", UNIT, 18),
    Column(
        "is_safety", gettext_lazy("Danger to people"),
        lambda piece: _yes(piece["is_safety"]), "word", ("is_safety",), 10,
    ),
    plain("cycle", gettext_lazy("Cycle"), kind="number", width=8),
    Column(
        "reopened", gettext_lazy("Was reopened"),
        lambda piece: _yes([cycle > 1 for cycle in piece["cycle"]]), "word", ("cycle",), 10,
    ),
    plain("received_at", gettext_lazy("Received at"), kind="moment", width=17),
    _stamp("opened_at", gettext_lazy("Cycle began at")),
    _stamp("first_response_at", gettext_lazy("First response at")),
    _stamp("registered_at", gettext_lazy("Registered at")),
    _stamp("classified_at", gettext_lazy("Classified at")),
    _stamp("assigned_at", gettext_lazy("Assigned at")),
    _stamp("accepted_at", gettext_lazy("Accepted at")),
    _stamp("planned_at", gettext_lazy("Planned at")),
    _stamp("started_at", gettext_lazy("Work started at")),
    _stamp("resolved_at", gettext_lazy("Resolved at")),
    _stamp("confirmed_at", gettext_lazy("Confirmed at")),
    _stamp("cancelled_at", gettext_lazy("Cancelled at")),
    Column("zone", gettext_lazy("Time zone"), _zone, "word", (), 16),
    _minutes("first_response_at", gettext_lazy("Minutes to first response")),
    _minutes("classified_at", gettext_lazy("Minutes to classify")),
    _minutes("resolved_at", gettext_lazy("Minutes to resolve")),
    Column("held", gettext_lazy("Minutes on hold"), _held, "number", HELD, 12),
    Column("met", gettext_lazy("Promises met"), _tally(DeadlineState.MET), "number", ("cycle",), 10),
    Column(
        "breached", gettext_lazy("Promises missed"), _tally(DeadlineState.BREACHED), "number",
        ("cycle",), 10,
    ),
    plain("cause", gettext_lazy("Cause"), "run__cause", "text", 24),
    plain("remedy", gettext_lazy("Remedy"), "run__remedy", "text", 24),
    choice("test", gettext_lazy("Test"), TestResult, "run__test_result"),
    choice("responsibility", gettext_lazy("Responsibility"), Responsibility, "run__responsibility"),
    choice("cancel_reason", gettext_lazy("Why cancelled"), CancelReason),
    _score("overall", gettext_lazy("Satisfaction overall")),
    _score("timeliness", gettext_lazy("Satisfaction with timeliness")),
    _score("professionalism", gettext_lazy("Satisfaction with professionalism")),
    _score("effect", gettext_lazy("Satisfaction with the effect")),
    _score("recommend", gettext_lazy("Would recommend")),
    Column(
        "by_staff", gettext_lazy("Answers typed in by staff"),
        lambda piece: _yes([scores.get("by_staff") for scores in _scores(piece)]), "word", (), 12,
    ),
]  # fmt: skip


def report(user: User, query: dict[str, Any], at: datetime) -> Table:
    """The report for this person; `query["filter"]` is the address of the page's form.

    `at` ends what is still running, such as an open hold.
    """
    asked = ExportFilter(QueryDict(query.get("filter", "")), queryset=queries.exportable(user))
    if not asked.is_valid():
        raise ValidationError(_("One of the conditions is not there any more. Choose again."))
    return Table(queries.with_run(asked.qs), COLUMNS, user, at)


def may(user: User, query: dict[str, Any]) -> bool:
    return user.may("reports.export")


def register() -> None:
    exports.register(SOURCE, exports.Source(may=may, open=report))
