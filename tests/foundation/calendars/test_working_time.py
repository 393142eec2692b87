"""`manage.py working_time`: one line in, one line out."""

import io
import json
import sys

import pytest
from django.core.management import call_command
from django.utils import translation

LUNCH = {
    "timezone": "Asia/Shanghai",
    "week": {"fri": [["09:00", "12:00"], ["13:00", "18:00"]]},
    "exceptions": {"2026-02-14": [["09:00", "18:00"]]},
}
NIGHT = {"timezone": "America/New_York", "week": {"sat": [["22:00", "06:00"]]}}


def asked(monkeypatch, *questions):
    lines = [q if isinstance(q, str) else json.dumps(q) for q in questions]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines) + "\n"))
    out, code = io.StringIO(), 0
    with translation.override("en"):
        try:
            call_command("working_time", stdout=out)
        except SystemExit as stop:
            code = stop.code
    return [json.loads(line) for line in out.getvalue().splitlines()], code


def test_each_question_has_its_answer(monkeypatch):
    add = {"calendar": LUNCH, "op": "add", "start": "2026-02-13T17:50:00+08:00", "minutes": 30}
    span = {"op": "count", "start": "2026-03-07T12:00", "end": "2026-03-09T00:00Z"}
    opening = {"calendar": LUNCH, "op": "next_opening", "start": "2026-02-13T04:30:00Z"}
    rows, code = asked(monkeypatch, add, "", {"calendar": NIGHT, **span}, opening)
    assert code == 0
    assert rows[0]["due"] == "2026-02-14T09:20:00+08:00"
    assert rows[0]["explanation"] == [
        "Fri 13 Feb 17:50–18:00: 10 min",
        "Sat 14 Feb, make-up working day, 09:00–09:20: 20 min",
    ]
    assert [step["seconds"] for step in rows[0]["steps"]] == [600, 1200]
    # The night in which clocks go forward is an hour shorter.
    assert rows[1]["minutes"] == 7 * 60
    assert rows[2]["opening"] == "2026-02-13T13:00:00+08:00"


def test_lengths_in_days_and_pauses(monkeypatch):
    ask = {"calendar": LUNCH, "op": "add", "start": "2026-02-13T10:00"}
    pauses = [["2026-02-13T11:00", "2026-02-13T12:00"]]
    rows, _code = asked(
        monkeypatch,
        ask | {"days": 1},
        ask | {"calendar_days": 7},
        ask | {"minutes": 60, "pauses": [["2026-02-13T10:30", None]]},
        ask | {"minutes": 120, "pauses": pauses},
    )
    assert [row["due"] for row in rows] == [
        "2026-02-14T10:00:00+08:00",
        "2026-02-21T00:00:00+08:00",
        None,
        "2026-02-13T14:00:00+08:00",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nonsense", "JSON"),
        ("[1]", "object"),
        ({"op": "fly"}, "op"),
        ({"op": "add", "start": "2026-02-13T10:00", "minutes": 1}, "calendar"),
        ({"calendar": LUNCH, "op": "add", "start": "soon", "minutes": 1}, "start"),
        ({"calendar": LUNCH, "op": "add", "start": 5, "minutes": 1}, "start"),
        ({"calendar": LUNCH, "op": "add", "start": "2026-02-13T10:00"}, "minutes"),
        ({"calendar": LUNCH, "op": "add", "start": "2026-02-13T10:00", "minutes": -1}, "minutes"),
        ({"calendar": LUNCH, "op": "add", "start": "2026-02-13T10:00", "minutes": True}, "minutes"),
        ({"calendar": LUNCH, "op": "add", "start": "2026-02-13T10:00", "hours": 1}, "hours"),
        ({"calendar": LUNCH, "op": "count", "start": "2026-02-13T10:00"}, "end"),
        ({"calendar": {"timezone": "Mars"}, "op": "next_opening", "start": "2026-02-13"}, "Mars"),
        (
            {"calendar": {"timezone": "UTC"}, "op": "add", "start": "2026-02-13", "minutes": 1},
            "2199",
        ),
        ({"calendar": LUNCH, "op": "next_opening", "start": "9999-12-31T23:59:59-12:00"}, "start"),
        ({"calendar": LUNCH, "op": "next_opening", "start": "2500-01-01"}, "2199"),
        ("[" * 50_000, "JSON"),
    ],
)
def test_a_bad_line_is_an_error_of_its_own(monkeypatch, line, told):
    good = {"calendar": LUNCH, "op": "next_opening", "start": "2026-02-13T10:00"}
    rows, code = asked(monkeypatch, line, good)
    assert code == 1
    assert told in rows[0]["error"]
    assert rows[1]["opening"] == "2026-02-13T10:00:00+08:00"


def test_hours_that_never_open_again(monkeypatch):
    ask = {"calendar": {"timezone": "UTC", "week": {}}, "op": "next_opening", "start": "2026-02-13"}
    rows, code = asked(monkeypatch, ask)
    assert rows[0]["opening"] is None and code == 0
