from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from foundation.calendars.rules import compile_hours, count
from reports import rules

HOURS = compile_hours(
    {
        "timezone": "America/New_York",
        "week": {
            "mon": [["09:00", "12:00"], ["13:00", "18:00"]],
            "fri": [["22:00", "06:00"]],
            "sun": [["00:00", "03:00"]],
        },
        "exceptions": {"2026-03-09": [], "2026-03-12": [["10:00", "11:30"]]},
    }
)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MOMENT = st.integers(0, 200 * 86_400)


@given(st.lists(st.tuples(MOMENT, MOMENT).map(sorted), max_size=20))
def test_many_spans_count_as_each_alone(spans):
    begins, ends = ([pair[place] * 1_000_000 for pair in spans] for place in (0, 1))
    shift = int(BEGIN.timestamp()) * 1_000_000
    told = rules.working(HOURS, [at + shift for at in begins], [at + shift for at in ends])
    moments = [[BEGIN + timedelta(seconds=at) for at in pair] for pair in spans]
    assert told == [count(HOURS, *pair) for pair in moments]
