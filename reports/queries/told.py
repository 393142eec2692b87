"""What the figures of a period are told in."""

from dataclasses import dataclass, field
from datetime import datetime

from reports import rules
from reports.queries.facts import Cuts


@dataclass(frozen=True)
class Figure:
    """One number with its base, and the same of the period before.

    `unit`: tickets (runs, strictly), seconds, percent, score (1–5) or points (−100 to 100);
    `n` is how many rows it was computed from; `error` is the standard error of NPS. `value` is None
    where nothing was there to compute from.
    """

    key: str
    unit: str
    value: float | None
    n: int
    before: float | None = None
    before_n: int = 0
    error: float | None = None

    @property
    def change(self) -> float | None:
        return rules.change(self.value, self.before)

    @property
    def times(self) -> int:
        """How many rows stand behind the number."""
        return int(self.value or 0) if self.unit == "tickets" else self.n

    @property
    def is_small(self) -> bool:
        """Whether a share or a mean says little; a count is never small."""
        return self.unit != "tickets" and rules.is_small(self.n)


@dataclass
class Figures:
    """What `figures` answers. `as_dict` is the same in plain values.

    - `values`: {key: Figure}; keys with a dot are parts: `attainment.<promise key>`,
      `resolve_median.P1`.
    - `columns`: [(begin, end)] of the steps; `series`: {key: [value per column]} – counts of
      COUNTED, `backlog` at the end of each, and `response_median`, `resolve_median`, `attainment`.
    - `ages`: {band of rules.AGES: (free, on hold)} of the backlog at the end of the period.
    - `promises`: {key: its name in the present language}.
    """

    period: rules.Period
    cuts: Cuts
    at: datetime
    everything: bool
    values: dict[str, Figure] = field(default_factory=dict)
    columns: list[tuple[datetime, datetime]] = field(default_factory=list)
    series: dict[str, list] = field(default_factory=dict)
    ages: dict[str, tuple[int, int]] = field(default_factory=dict)
    promises: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, unit: str, now: tuple, before: tuple = (None, 0), **more) -> None:
        """Keep a figure; `now` and `before` are (value, n)."""
        self.values[key] = Figure(key, unit, *now, *before, **more)

    def count(self, key: str, now: int, before: int) -> None:
        """Keep a figure that is a number of rows, so its own base."""
        self.put(key, "tickets", (now, now), (before, before))

    def as_dict(self) -> dict:
        """Plain values for programs: moments as they are, numbers unrounded."""
        return {
            "period": {
                "name": self.period.name,
                "first": self.period.first,
                "end": self.period.end,
                "before_first": self.period.before_first,
                "before_end": self.period.before_end,
                "step": self.period.step,
            },
            "at": self.at,
            "cuts": self.cuts.chosen(),
            "all_tickets": self.everything,
            "figures": {
                key: {
                    "value": figure.value,
                    "n": figure.n,
                    "unit": figure.unit,
                    "before": figure.before,
                    "before_n": figure.before_n,
                    "change": figure.change,
                    "error": figure.error,
                    "is_small": figure.is_small,
                }
                for key, figure in self.values.items()
            },
            "backlog_ages": {
                key: {"free": free, "held": held} for key, (free, held) in self.ages.items()
            },
            "columns": [{"first": begin, "end": end} for begin, end in self.columns],
            "series": self.series,
        }
