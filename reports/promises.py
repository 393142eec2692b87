"""Promises kept by department, person or step: as the page shows them and as a file."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import User
from foundation.sheets import exports
from foundation.sheets.writers import Head
from reports import catalogue, queries, rules, showing
from reports.forms import FiguresForm
from reports.queries import Attained, Figures

SOURCE = "figures.promises"
# More rows than this no page shows; the file has them all.
MOST_ROWS = 100


def chosen(user: User, told: Figures, form: FiguresForm) -> dict | None:
    """What the page shows of the form's `kept` and `promise`; None where nothing is chosen."""
    by, promise = form.cleaned_data.get("kept"), form.cleaned_data.get("promise") or ""
    if not by:
        return None
    rows = queries.attained(user, by, told.period, told.cuts, told.at, promise)
    if by != "step":
        # Those with the most decided, in the order they have.
        most = sorted(rows, key=lambda row: -row.figure.n)[:MOST_ROWS]
        kept = {row.key for row in most}
        rows = [row for row in rows if row.key in kept]
    entry = catalogue.ENTRIES["attainment"]
    return {
        "by": by,
        "name": catalogue.PROMISED_BY[by],
        "promise": told.promises.get(promise) or (rows[0].promise_name if rows else promise),
        "all_url": form.address(promise=None) + "#kept" if promise else "",
        "rows": [_row(told, form, by, row) for row in rows],
        "chart": _chart(told, rows) if by == "step" else None,
        "how": entry.how,
        "rules": (*catalogue.DEFINITIONS[entry.definition], *catalogue.PROMISED_RULES),
    }


def _row(told: Figures, form: FiguresForm, by: str, row: Attained) -> dict:
    figure, behind = row.figure, (row.first, row.end)

    def leading(key: str, times: int) -> str:
        if not times:
            return ""
        return showing.address(told, key, times, row.promise, cuts=row.cuts, span=behind)

    return {
        "name": name_of(row, by, told.period),
        # A department is looked at by person.
        "url": form.address(department=row.key or 0, kept="person") + "#kept"
        if by == "department"
        else "",
        "value": showing.words(figure.value, "percent"),
        "change": showing.change_words(figure),
        "tone": showing.tone(figure),
        "missed": showing.words(row.missed, "tickets"),
        "missed_url": leading("missed", row.missed),
        "n": showing.words(figure.n, "tickets"),
        "is_small": figure.is_small and figure.n > 0,
        "n_url": leading("attainment", figure.n),
    }


def _chart(told: Figures, rows: Sequence[Attained]) -> dict | None:
    series = {"attainment": [row.figure.value for row in rows]}
    return showing.chart(told, series, ("attainment",), "", "percent", top=100) if rows else None


def name_of(row: Attained, by: str, period: rules.Period) -> str:
    """A department, a person, or a step's day, week or month."""
    if by == "step":
        return showing.column_words(period, row.first)
    return row.name or _("none")


# --- the file --------------------------------------------------------------------------------


class Rows:
    """Every promise by one dimension, as `exports` writes it; see `foundation.sheets.exports`."""

    def __init__(self, by: str, period: rules.Period, rows: list[Attained]):
        self.by, self.period, self.rows = by, period, rows

    def heads(self) -> list[Head]:
        """The columns in the present language."""
        return [
            Head(_("Promise"), "text", 26),
            Head(str(catalogue.PROMISED_BY[self.by]), "text", 22),
            Head(_("From the day"), "", 12),
            Head(_("Up to the day"), "", 12),
            Head(_("kept in time"), "number", 10),
            Head(_("missed"), "number", 10),
            Head("n", "number", 10),
            Head(_("Kept, percent"), "number", 10),
            Head(_("Before, percent"), "number", 10),
            Head(_("n before"), "number", 10),
            Head(_("Change, points"), "number", 10),
            Head(_("few"), "word", 8),
        ]

    def count(self) -> int:
        return len(self.rows)

    def chunks(self, after: int = 0) -> Iterator[tuple[int, list[Sequence]]]:
        """All that follow the first `after` rows, column by column."""
        if rows := self.rows[after:]:
            yield len(self.rows), list(zip(*map(self._cells, rows), strict=True))

    def _cells(self, row: Attained) -> tuple:
        figure = row.figure
        last = max(row.first, row.end - timedelta(microseconds=1))
        return (
            row.promise_name or _("all promises"),
            name_of(row, self.by, self.period),
            row.first.date(),
            last.date(),
            row.kept,
            row.missed,
            figure.n,
            _rounded(figure.value),
            _rounded(figure.before),
            figure.before_n,
            _rounded(figure.change),
            _("few") if figure.is_small else "",
        )


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 2)


def file(user: User, query: dict[str, Any], at: datetime) -> Rows:
    """Every promise for this person; `query["filter"]` is the address of the page of figures."""
    form = FiguresForm(QueryDict(query.get("filter", "")))
    if not form.is_valid():
        raise ValidationError(_("One of the conditions is not there any more. Choose again."))
    at = timezone.localtime(at)
    period, cuts = form.asked(at)
    by = form.cleaned_data["kept"] or "department"
    return Rows(by, period, queries.attained(user, by, period, cuts, at))


def may(user: User, query: dict[str, Any]) -> bool:
    return user.may("reports.figures")


TITLE = gettext_lazy("Export: promises kept")


def register() -> None:
    exports.register(SOURCE, exports.Source(may=may, open=file))
