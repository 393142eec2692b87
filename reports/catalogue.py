"""What each figure is called and how it is computed, in words for the page.

The same with the columns of the tables is docs/FIGURES.md; `definition` names an entry of
DEFINITIONS.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """`good` tells which way is better: "up", "down", or "" where neither is."""

    name: Any
    how: Any
    definition: str
    good: str = ""


RUNS = _(
    "A reopened ticket counts again from its reopening. "
    "Cancellations that were taken back do not count."
)
WALL = _(
    "Time by the clock on the wall, nights and holidays included, where it is not called working "
    "time."
)

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
        "response", "down",
    ),
    "resolve": Entry(
        _("Time to resolve"),
        _("From the request to the resolution, of those resolved during the period, waits included."),
        "resolve", "down",
    ),
    "response_working": Entry(
        _("First response in working time"),
        _("The same first responses, counted in the service hours of the department."),
        "working", "down",
    ),
    "resolve_working": Entry(
        _("Time to resolve in working time"),
        _("The same resolutions, counted in the service hours of the department, waits included."),
        "working", "down",
    ),
    "net": Entry(
        _("Time to resolve without holds"),
        _(
            "The same without the time on hold. Several reasons at the same time count once."
        ),
        "net", "down",
    ),
    "attainment": Entry(
        _("Promises kept"),
        _(
            "Kept ÷ (kept + missed). A promise counts on the day it is kept, or on the day its time "
            "is over. Promises that fell away do not count."
        ),
        "attainment", "up",
    ),
    "missed": Entry(
        _("missed"), _("Promises whose time was over during the period."), "attainment", "down"
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
        "rate", "up",
    ),
    "nps": Entry(
        _("Would recommend (NPS)"),
        _(
            "Share of 9 and 10 minus share of 0 to 6, from −100 to 100. ± is the standard error: "
            "two values whose bands overlap are not really different."
        ),
        "nps", "up",
    ),
    "fcr": Entry(
        _("Solved at first contact"),
        _(
            "Of the requests first resolved during the period: the customer said nothing more "
            "before, we asked nothing, nobody had to visit, it was not reopened, and within 7 days "
            "no new request came for the same unit and category. Judged when the 7 days are over. "
            "On-site work is judged by first-time fix instead and is counted apart."
        ),
        "fcr", "up",
    ),
    "fcr_waiting": Entry(_("not judged yet"), "", "fcr"),
    "fcr_onsite": Entry(_("on-site work"), "", "fcr"),
}  # fmt: skip

# What holds for all figures, and what exactly each one is: said on the page beside "how computed".
COMMON = (
    _(
        "Counted are the tickets that you may see, less what you left out. Department, category, "
        "product, channel, handler and tier are those that a ticket has now; a category stands for "
        "everything below it."
    ),
    _(
        "A ticket counts from its request, or from its reopening, to its resolution or "
        "cancellation. Reopened twice, it counts three times, each time from its own beginning."
    ),
    _("A list behind a number shows each ticket once, also where it counted more often."),
    _(
        "Days go from midnight to midnight in your time zone. A period that still runs ends now "
        "and is compared with as much of the one before."
    ),
    _(
        "n is how many rows a figure was computed from. Below 30 it is marked as few, and nobody "
        "is ranked by it."
    ),
    _(
        "Median and P90 lie between two neighbouring values in proportion, as PERCENTILE does in a "
        "spreadsheet."
    ),
)
DEFINITIONS: dict[str, tuple] = {
    "received": (
        _("Counts at the moment the request came in."),
        _("Reopenings are counted by themselves."),
    ),
    "resolved": (
        _("Counts at the moment of the resolution, whenever the request came in."),
        _("A later reopening does not take it back."),
    ),
    "confirmed": (_("Counts at the moment of the confirmation, whenever it was resolved."),),
    "cancelled": (_("Counts at the moment of the cancellation, whenever the request came in."),),
    "reopened": (_("Counts at the moment of the reopening, whenever the request came in."),),
    "backlog": (
        _("Open: begun before the end of the period, neither resolved nor cancelled before it."),
        _("On hold: a hold began before the end of the period and had not ended before it."),
        _("A full day belongs to the next age: after exactly 24 hours it is 1–3 days."),
        _("The line of the chart is the same at the end of each column."),
    ),
    "response": (
        _("Moment of the first public answer by a person − moment of the request or reopening."),
        _("Counts in the period of the answer. What has no answer yet is not among them."),
    ),
    "resolve": (
        _("Moment of the resolution − moment of the request or reopening."),
        _("The priority is the one that the ticket has now."),
        _("How long people worked on it is another figure and not shown here."),
    ),
    "working": (
        _("Counts what lies within the service hours of the department that the ticket has now."),
        _(
            "The hours are those that hold now, with their holidays and make-up days. A department "
            "without hours of its own has those of the organisation."
        ),
    ),
    "net": (
        _("Time to resolve − time on hold, whatever the reason of the hold."),
        _("A hold counts from its beginning to its end, at night too."),
    ),
    "attainment": (
        _("Kept: it was done in time, and this was in the period."),
        _(
            "Missed: its time was over in the period, whether it was done later or not. Doing it "
            "late does not make it kept."
        ),
        _(
            "Each promise of each run counts once: when it is kept or when its time is over. News on "
            "the progress counts in each round, tasks and questions each by themselves."
        ),
        _("What waits on hold is not decided yet and does not count."),
    ),
    "satisfaction": (
        _("Sum of the overall scores ÷ n; share of 4 and 5 = how many gave 4 or 5 ÷ n."),
        _("Counts on the day of the answer. Each resolution is asked about once."),
        _("What colleagues typed in for customers has its own n."),
    ),
    "rate": (_("Customers who answered by themselves by now ÷ customers asked in the period."),),
    "nps": (
        _("p = share of 9 and 10, d = share of 0 to 6: NPS = p − d."),
        _("Standard error = √((p + d − (p − d)²) ÷ n), shown after ±."),
        _("Only what customers answered themselves."),
    ),
    "fcr": (
        _("Solved ÷ (solved + not solved), of the first resolution of each ticket."),
        _("With a visit or a pick-up: on-site work, counted apart."),
        _("Less than 7 days ago: not judged yet, counted apart, whatever happened so far."),
        _(
            "Not solved: the customer wrote again before the resolution, it was on hold for the "
            "customer, it was reopened, or the same unit came back with the same category within 7 "
            "days of the resolution. Where no unit is known, the last cannot be told."
        ),
        _("Solved: everything else."),
    ),
}

# What holds for the table of promises besides.
PROMISED_RULES = (
    _(
        "Department and person are those that the ticket has now. A person is the handler, or "
        "the contact where there is no handler; not always who missed it."
    ),
    _("The change is to the period before, of a step to the step before it."),
    _(
        "Departments and people with the least share come first. Those with n below 30 come "
        "after them by name: they are not ranked."
    ),
)

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
PROMISED_BY = {"department": _("Department"), "person": _("Staff member"), "step": _("Period")}
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
