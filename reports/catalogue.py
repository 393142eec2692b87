"""What each figure is called and how it is computed, in words for the page.

The formulas with their columns are in docs/FIGURES.md; `anchor` is the heading there.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """`good` tells which way is better: "up", "down", or "" where neither is."""

    name: Any
    how: Any
    anchor: str
    good: str = ""


RUNS = _(
    "A reopened ticket counts again from its reopening. "
    "Cancellations that were taken back do not count."
)
WALL = _("Time by the clock on the wall, nights and holidays included.")

ENTRIES: dict[str, Entry] = {
    "received": Entry(_("Received"), _("Requests that came in during the period."), "received"),
    "resolved": Entry(
        _("Resolved"),
        _("Resolutions during the period. A ticket resolved twice counts twice."),
        "resolved",
    ),
    "confirmed": Entry(
        _("Confirmed"),
        _("Resolutions that the customer, a colleague or silence confirmed during the period."),
        "confirmed",
    ),
    "cancelled": Entry(
        _("Cancelled"),
        _("Cancellations during the period that were not taken back."),
        "cancelled",
    ),
    "reopened": Entry(
        _("Reopened"), _("Resolved tickets that were opened again during the period."),
        "reopened", "down",
    ),
    "backlog": Entry(
        _("Open at the end"),
        _(
            "Tickets neither resolved nor cancelled at the end of the period; the change is since "
            "its beginning. Age counts from the request, or from the reopening."
        ),
        "backlog", "down",
    ),
    "backlog_held": Entry(
        _("of them on hold"),
        _("Open tickets that waited for somebody or something at the end of the period."),
        "backlog", "down",
    ),
    "response": Entry(
        _("First response"),
        _(
            "From the request to the first answer by a person, of those first answered during the "
            "period. Automatic replies do not count; on the phone and at the counter it is at "
            "once. Half were quicker than the median, nine of ten quicker than P90."
        ),
        "first-response", "down",
    ),
    "resolve": Entry(
        _("Time to resolve"),
        _("From the request to the resolution, of those resolved during the period, waits included."),
        "time-to-resolve", "down",
    ),
    "net": Entry(
        _("Time to resolve without holds"),
        _(
            "The same without the time on hold. Several reasons at the same time count once."
        ),
        "time-to-resolve", "down",
    ),
    "attainment": Entry(
        _("Promises kept"),
        _(
            "Kept ÷ (kept + missed). A promise counts on the day it is kept, or on the day its time "
            "is over. Promises that fell away do not count."
        ),
        "promises-kept", "up",
    ),
    "missed": Entry(
        _("missed"), _("Promises whose time was over during the period."), "promises-kept", "down"
    ),
    "csat_mean": Entry(
        _("Satisfaction"),
        _(
            "Mean of the overall scores from 1 to 5 that customers gave during the period; beside "
            "it the share of 4 and 5. What colleagues typed in is counted apart."
        ),
        "satisfaction", "up",
    ),
    "csat_top2": Entry(_("4 and 5"), "", "satisfaction", "up"),
    "csat_mean_typed": Entry(_("typed in by staff"), "", "satisfaction", "up"),
    "csat_rate": Entry(
        _("Customers who answered"),
        _(
            "Of the customers asked during the period, those who have answered by now. Some may "
            "still answer. What colleagues typed in does not count as an answer."
        ),
        "satisfaction", "up",
    ),
    "nps": Entry(
        _("Would recommend (NPS)"),
        _(
            "Share of 9 and 10 minus share of 0 to 6, from −100 to 100. ± is the standard error: "
            "two values whose bands overlap are not really different."
        ),
        "would-recommend", "up",
    ),
    "fcr": Entry(
        _("Solved at first contact"),
        _(
            "Of the requests first resolved during the period: the customer said nothing more "
            "before, we asked nothing, nobody had to visit, it was not reopened, and within 7 days "
            "no new request came for the same unit and category. Judged when the 7 days are over. "
            "On-site work is judged by first-time fix instead and is counted apart."
        ),
        "solved-at-first-contact", "up",
    ),
    "fcr_waiting": Entry(_("not judged yet"), "", "solved-at-first-contact"),
    "fcr_onsite": Entry(_("on-site work"), "", "solved-at-first-contact"),
}  # fmt: skip

# Parts of figures that have no words of their own.
ALIASES = {
    "csat": "csat_mean",
    "csat_typed": "csat_mean",
    "csat_top2_typed": "csat_top2",
    "fcr_solved": "fcr",
    "backlog_free": "backlog",
}
MEASURES = {"median": _("median"), "mean": _("mean"), "p90": _("P90")}

PERIODS = {
    "today": _("today"),
    "7d": _("7 days"),
    "30d": _("30 days"),
    "90d": _("90 days"),
    "month": _("this month"),
    "last_month": _("last month"),
    "quarter": _("this quarter"),
    "year": _("this year"),
    "custom": _("chosen days"),
}
STEPS = {"day": _("by day"), "week": _("by week"), "month": _("by month")}
DIMENSIONS = {
    "department": _("Department"),
    "category": _("Category"),
    "product": _("Product"),
    "channel": _("Channel"),
    "handler": _("Handler"),
    "tier": _("Tier"),
}
COLUMNS = {
    "received": _("Received"),
    "resolved": _("Resolved"),
    "backlog": _("Open at the end"),
    "response_median": _("First response, median"),
    "resolve_median": _("Time to resolve, median"),
    "attainment": _("Promises kept"),
    "fcr": _("Solved at first contact"),
    "csat_mean": _("Satisfaction"),
}
AGES = {
    "0-1": _("under 1 day"),
    "1-3": _("1–3 days"),
    "3-7": _("3–7 days"),
    "7-15": _("7–15 days"),
    "15-30": _("15–30 days"),
    "30+": _("over 30 days"),
}


def entry_of(key: str) -> Entry:
    """The entry of a figure's key: of itself, or of what it is a part or a measure of."""
    plain = key.partition(".")[0]
    plain = ALIASES.get(plain, plain)
    return ENTRIES.get(plain) or ENTRIES[plain.rpartition("_")[0]]
