"""Figures as the page shows them: words, signs, links, charts. Values for templates only."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.desk.words import spoken
from reports import catalogue, charts, rules
from reports.queries import Behind, Cuts, Figure, Figures
from reports.queries.tables import COLUMNS, COUNTS, Row
from tickets.choices import Priority

UNITS = {
    "tickets": gettext_lazy("how many"),
    "seconds": gettext_lazy("seconds"),
    "percent": gettext_lazy("percent"),
    "score": gettext_lazy("points of 5"),
    "points": gettext_lazy("points from −100 to 100"),
}
SERIES = {
    "received": gettext_lazy("Received"),
    "resolved": gettext_lazy("Resolved"),
    "confirmed": gettext_lazy("Confirmed"),
    "cancelled": gettext_lazy("Cancelled"),
    "reopened": gettext_lazy("Reopened"),
    "backlog": gettext_lazy("Open at the end"),
    "response_median": gettext_lazy("First response, median"),
    "resolve_median": gettext_lazy("Time to resolve, median"),
    "attainment": gettext_lazy("Promises kept"),
}


def words(value: float | None, unit: str) -> str:
    """A value as people say it."""
    if value is None:
        return "–"
    if unit == "tickets":
        return number_format(value, 0, force_grouping=True)
    if unit == "seconds":
        return spoken(timedelta(seconds=value))
    if unit == "percent":
        return _("%(number)s %%") % {"number": number_format(value, 1)}
    return number_format(value, 2) if unit == "score" else number_format(value, 0)


def change_words(figure: Figure) -> str:
    """ "+12", "−8 min", "+2.1 points"; empty where there is nothing to compare with."""
    if figure.change is None:
        return ""
    sign = "+" if figure.change > 0 else "−" if figure.change < 0 else "±"
    size = abs(figure.change)
    if figure.unit == "percent":
        return _("%(sign)s%(number)s points") % {"sign": sign, "number": number_format(size, 1)}
    return sign + words(size, figure.unit)


def tone(figure: Figure) -> str:
    """better, worse, or same: where the figure's better direction is known and n is enough."""
    good = catalogue.entry_of(figure.key).good
    if not figure.change or not good or figure.is_small or rules.is_small(figure.before_n):
        return "same"
    return "better" if (figure.change > 0) == (good == "up") else "worse"


def address(
    told: Figures,
    key: str,
    times: int,
    part: str = "",
    cuts: Cuts | None = None,
    span: tuple[datetime, datetime] | None = None,
) -> str:
    """The ticket list with the tickets behind a number that was computed from so many rows."""
    first, end = span or (told.period.first, told.period.end)
    word = Behind(key, first, end, told.at, cuts or told.cuts, part, times).sign()
    page = reverse("admin:tickets_alltickets_changelist")
    return f"{page}?{urlencode({'view': 'all', 'figure': word})}"


def full_name(key: str, told: Figures) -> str:
    """The name of a figure with its measure and its part, for a line of its own."""
    plain, _dot, part = key.partition(".")
    entry = catalogue.entry_of(key)
    names = [str(entry.name)]
    measure = catalogue.MEASURES.get(plain.rpartition("_")[2])
    if measure and plain not in catalogue.ENTRIES:
        names.append(str(measure))
    if plain.endswith("_typed"):
        typed = catalogue.ENTRIES["csat_mean_typed"].name
        names = [str(catalogue.ENTRIES[plain.removesuffix("_typed")].name), str(typed)]
    if part:
        names.append(told.promises.get(part) or str(Priority(part).label))
    return " · ".join(names)


class _Cards:
    """Makes the cards of one page."""

    def __init__(self, told: Figures):
        self.told = told

    def card(self, key: str, behind: str, beside: Iterable[tuple] = (), part: str = "") -> dict:
        """One figure; `beside` are (label, key of the figure, key behind or "")."""
        told, figure = self.told, self.told.values[key]
        entry = catalogue.entry_of(key)
        return {
            "key": key.replace(".", "-"),
            "name": entry.name,
            "value": words(figure.value, figure.unit),
            "error": words(figure.error, "points") if figure.error is not None else "",
            "url": address(told, behind, figure.times, part) if figure.n else "",
            "before": words(figure.before, figure.unit),
            "change": change_words(figure),
            "tone": tone(figure),
            "n": "" if figure.unit == "tickets" else words(figure.n, "tickets"),
            "is_small": figure.is_small and figure.n > 0,
            "beside": [self.aside(*given) for given in beside],
            "how": entry.how,
            "rules": catalogue.DEFINITIONS[entry.definition],
        }

    def aside(self, label, key: str, behind: str = "") -> dict:
        figure = self.told.values[key]
        return {
            "name": label,
            "value": words(figure.value, figure.unit),
            "n": "" if figure.unit == "tickets" else words(figure.n, "tickets"),
            "url": address(self.told, behind, figure.times) if behind and figure.n else "",
        }

    def timed(self, name: str, behind: str) -> dict:
        """A length of time: the median large, mean and P90 beside it."""
        beside = [
            (catalogue.MEASURES[measure], f"{name}_{measure}", "") for measure in ("mean", "p90")
        ]
        card = self.card(f"{name}_median", behind, beside)
        card["measure"] = catalogue.MEASURES["median"]
        return card


def page(told: Figures, form) -> dict:
    """Everything of the page above its table."""
    make = _Cards(told)
    names = catalogue.ENTRIES
    return {
        "told": told,
        "span": span(told.period.first, told.period.end),
        "span_before": span(told.period.before_first, told.period.before_end),
        "periods": _periods(told, form),
        "cuts": form.cut_words() if form else [],
        "csv": form.address() + "&csv=1" if form else "",
        "work": [
            *(make.card(key, key) for key in ("received", "resolved")),
            make.card(
                "backlog", "backlog", [(names["backlog_held"].name, "backlog_held", "backlog_held")]
            ),
            *(make.card(key, key) for key in ("confirmed", "reopened", "cancelled")),
        ],
        "ages": _ages(told),
        "times": [make.timed("response", "response"), make.timed("response_working", "response"),
                  make.timed("resolve", "resolve"), make.timed("resolve_working", "resolve"),
                  make.timed("net", "resolve")],
        "priorities": _priorities(told),
        "kept": make.card("attainment", "attainment", [(names["missed"].name, "missed", "missed")]),
        "promises": _promises(told, form),
        "voice": [
            make.card(
                "csat_mean",
                "csat",
                [
                    (names["csat_top2"].name, "csat_top2", ""),
                    (names["csat_mean_typed"].name, "csat_mean_typed", "csat_typed"),
                ],
            ),
            make.card("csat_rate", "csat_rate"),
            make.card("nps", "nps"),
            make.card(
                "fcr",
                "fcr",
                [
                    (names["fcr_waiting"].name, "fcr_waiting", "fcr_waiting"),
                    (names["fcr_onsite"].name, "fcr_onsite", "fcr_onsite"),
                ],
            ),
        ],
        "charts": _charts(told),
        "dimensions": [
            {"name": name, "url": form.address(by=key, sort=None) + "#table",
             "is_current": key == form.cleaned_data.get("by")}
            for key, name in catalogue.DIMENSIONS.items()
        ] if form else [],
        "promised_by": [
            {"name": name, "url": form.address(kept=key) + "#kept",
             "is_current": key == form.cleaned_data.get("kept")}
            for key, name in catalogue.PROMISED_BY.items()
        ] if form else [],
        "common": catalogue.COMMON,
        "runs": catalogue.RUNS,
        "wall": catalogue.WALL,
    }  # fmt: skip


def span(first: datetime, end: datetime) -> str:
    """The days of a span; the time where it ends within a day."""
    last = end - timedelta(microseconds=1)
    begin, until = date_format(first, "DATE_FORMAT"), date_format(last, "DATE_FORMAT")
    if end.time() != first.time():
        until += f" {end:%H:%M}"
    return until if begin == until else f"{begin} – {until}"


def _periods(told: Figures, form) -> list[dict]:
    return [
        {
            "name": name,
            "url": form.address(period=key) if form else f"?period={key}",
            "is_current": key == told.period.name,
        }
        for key, name in catalogue.PERIODS.items()
        if key != "custom"
    ]


def _ages(told: Figures) -> list[dict]:
    most = max((free + held for free, held in told.ages.values()), default=0)
    return [
        {
            "name": catalogue.AGES[key],
            "total": words(free + held, "tickets"),
            "held": words(held, "tickets"),
            "url": address(told, "backlog", free + held, key) if free + held else "",
            "held_url": address(told, "backlog_held", held, key) if held else "",
            "free_width": charts.share_of(free, most),
            "held_width": charts.share_of(held, most),
        }
        for key, (free, held) in told.ages.items()
    ]


def _priorities(told: Figures) -> list[dict]:
    rows = []
    for priority in Priority:
        figures = [told.values[f"resolve_{measure}.{priority}"] for measure in rules.MEASURES]
        n = figures[0].n
        rows.append(
            {
                "name": priority.label,
                "values": [words(figure.value, "seconds") for figure in figures],
                "n": words(n, "tickets"),
                "is_small": figures[0].is_small and n > 0,
                "url": address(told, "resolve", n, priority.value) if n else "",
            }
        )
    return rows


def _promises(told: Figures, form) -> list[dict]:
    rows = []
    by = (form and form.cleaned_data.get("kept")) or "department"
    for key, name in told.promises.items():
        kept, missed = told.values[f"attainment.{key}"], told.values[f"missed.{key}"]
        rows.append(
            {
                "name": name,
                "chosen_url": form.address(kept=by, promise=key) + "#kept" if form else "",
                "value": words(kept.value, "percent"),
                "change": change_words(kept),
                "tone": tone(kept),
                "n": words(kept.n, "tickets"),
                "is_small": kept.is_small and kept.n > 0,
                "url": address(told, "attainment", kept.n, key) if kept.n else "",
                "missed": words(missed.value, "tickets"),
                "missed_url": address(told, "missed", missed.times, key) if missed.value else "",
                "width": round(kept.value or 0),
            }
        )
    return rows


# --- charts ----------------------------------------------------------------------------------


def _charts(told: Figures) -> dict[str, dict]:
    series = told.series
    return {
        "work": chart(told, series, ("received", "resolved"), "backlog", "tickets"),
        "response": chart(told, series, ("response_median",), "", "seconds"),
        "resolve": chart(told, series, ("resolve_median",), "", "seconds"),
        "kept": chart(told, series, ("attainment",), "", "percent", top=100),
    }


def chart(
    told: Figures,
    series: dict[str, list],
    bars: tuple,
    line: str,
    unit: str,
    top: float | None = None,
) -> dict:
    """Bars and a line of some series over the columns of the period, with the same as a table."""
    shown = [*bars, line] if line else list(bars)
    days = [column_words(told.period, begin) for begin, _end in told.columns]
    rows = [
        [day, *(words(series[name][index], unit) for name in shown)]
        for index, day in enumerate(days)
    ]
    labels = [SERIES[name] for name in shown]
    said = [
        f"{row[0]}: " + " · ".join(f"{label} {value}" for label, value in zip(labels, row[1:], strict=True))
        for row in rows
    ]  # fmt: skip
    drawn = charts.chart([series[name] for name in bars], series[line] if line else [], said, top)
    return {
        "drawn": drawn,
        "labels": labels,
        "rows": rows,
        "top": words(drawn.top, unit),
        "first": days[0],
        "last": days[-1] if len(days) > 1 else "",
        "is_empty": not any(value for name in shown for value in series[name]),
    }


def column_words(period: rules.Period, begin: datetime) -> str:
    """A column's day, its week by the first day, or its month."""
    if period.step == "month":
        return date_format(begin, "YEAR_MONTH_FORMAT")
    short = date_format(begin, "MONTH_DAY_FORMAT")
    return _("week from %(day)s") % {"day": short} if period.step == "week" else short


# --- the table -------------------------------------------------------------------------------

BEHIND = {
    "received": "received", "resolved": "resolved", "backlog": "backlog",
    "response_median": "response", "resolve_median": "resolve", "attainment": "attainment",
    "fcr": "fcr", "csat_mean": "csat",
}  # fmt: skip
UNIT_OF = {
    "response_median": "seconds", "resolve_median": "seconds", "attainment": "percent",
    "fcr": "percent", "csat_mean": "score",
}  # fmt: skip


def table(told: Figures, form, by: str, sort: str, rows: list[Row]) -> dict:
    """The table by one dimension: headers that sort, cells that lead to their tickets."""
    return {
        "name": catalogue.DIMENSIONS[by],
        "heads": [
            {
                "name": catalogue.COLUMNS[column],
                "url": form.address(sort=column) + "#table",
                "is_sorted": column == sort,
            }
            for column in COLUMNS
        ],
        "rows": [
            {
                "name": row.name or _("none"),
                "url": form.address(**{by: row.key or 0}, by=_next(by), sort=None),
                "cells": [_cell(told, row, column) for column in COLUMNS],
            }
            for row in rows
        ],
    }


def _next(by: str) -> str:
    """A branch opens into its branches; anything else is looked at by person."""
    return by if by == "category" else "handler" if by == "department" else by


def _cell(told: Figures, row: Row, column: str) -> dict:
    value, n = row.values[column]
    counts = column in COUNTS
    return {
        "value": words(value, UNIT_OF.get(column, "tickets")),
        "n": "" if counts or not n else words(n, "tickets"),
        "is_small": not counts and n > 0 and rules.is_small(n),
        "url": address(told, BEHIND[column], n, cuts=row.cuts) if n else "",
    }
