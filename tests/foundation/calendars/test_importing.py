import json
from datetime import date

import pytest

from foundation.calendars.importing import UnreadableFile, applied, read
from foundation.calendars.rules import SpecError, normal_spec

SPEC = normal_spec(
    {"timezone": "Asia/Shanghai", "week": {"mon": [["09:00", "12:00"]]}, "notices": [2026]}
)
FEED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
{}
END:VCALENDAR
"""


def event(summary: str, *lines: str) -> str:
    return "\n".join(["BEGIN:VEVENT", "UID:1", *lines, f"SUMMARY:{summary}", "END:VEVENT"])


def feed(*events: str) -> bytes:
    return FEED.format("\n".join(events)).replace("\n", "\r\n").encode()


def test_a_feed_of_holidays():
    found = read(
        feed(
            event("春节（休）", "DTSTART;VALUE=DATE:20270205", "DTEND;VALUE=DATE:20270212"),
            event("春节 班", "DTSTART;VALUE=DATE:20270220"),
            event("元旦", "DTSTART;VALUE=DATE:20280101"),
            event("Meeting", "DTSTART:20270205T090000Z"),
        )
    )
    assert found.days[date(2027, 2, 11)] == (False, "春节")
    assert found.days[date(2027, 2, 20)] == (True, "春节")
    assert date(2027, 2, 12) not in found.days and found.skipped == 1
    spec = applied(SPEC, found)
    assert spec["exceptions"]["2027-02-20"] == [["09:00", "12:00"]]
    assert spec["exceptions"]["2028-01-01"] == []
    # One day of a year is not its notice.
    assert spec["notices"] == [2026, 2027]


def test_days_as_json():
    content = {"2027-02-05": [], "2027-02-20": [["10:00", "16:00"]], "2027-03-01": True}
    spec = applied(SPEC, read(json.dumps(content).encode("utf-8-sig")))
    assert spec["exceptions"] == {
        "2027-02-05": [],
        "2027-02-20": [["10:00", "16:00"]],
        "2027-03-01": [["09:00", "12:00"]],
    }


def test_a_whole_calendar_as_json():
    assert applied({}, read(json.dumps(SPEC).encode())) == SPEC


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"[]", b"{}", b'{"2027-01-01": 5}', b"BEGIN:VCALENDAR\nEND:VEVENT", b"\xff\xfe\x00",
     b"[" * 100_000, b" " * 3_000_000],
)  # fmt: skip
def test_what_is_neither(data):
    with pytest.raises(UnreadableFile):
        read(data)


def test_a_date_that_is_none():
    with pytest.raises(SpecError, match="2027-02-30"):
        read(b'{"2027-02-30": []}')
