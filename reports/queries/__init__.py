from reports.queries.attainment import Attained, attained
from reports.queries.facts import Cuts, countable
from reports.queries.lines import exportable, holds_of, tallies_of, with_run
from reports.queries.sources import Behind, behind
from reports.queries.tables import table
from reports.queries.told import Figure, Figures
from reports.queries.totals import figures

__all__ = [
    "Attained",
    "Behind",
    "Cuts",
    "Figure",
    "Figures",
    "attained",
    "behind",
    "countable",
    "exportable",
    "figures",
    "holds_of",
    "table",
    "tallies_of",
    "with_run",
]
